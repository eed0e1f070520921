// SPDX-License-Identifier: GPL-2.0-only
/* expect: incompatible.pointer.type */
#include <linux/handler_table_typed.h>

struct sink {
	int (*write)(struct sink *sink, const char *text);
};

DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE(jobs, 4, int (struct sink *sink));

static inline bool try_it(int *result)
{
	return handler_table_dispatch_sleepable_typed(&jobs, 0, result, result);
}
