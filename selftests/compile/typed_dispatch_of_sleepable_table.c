// SPDX-License-Identifier: GPL-2.0-only
/* expect: this_table_is_typed */
#include <linux/handler_table_typed.h>

struct sink {
	int (*write)(struct sink *sink, const char *text);
};

DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE(jobs, 4, int (int times));

static inline bool try_it(int *result)
{
	return handler_table_dispatch_typed(&jobs, 0, result, 1);
}
