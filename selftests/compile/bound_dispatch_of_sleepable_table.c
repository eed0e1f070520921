// SPDX-License-Identifier: GPL-2.0-only
/* expect: this_table_is_bound */
#include <linux/handler_table_typed.h>

struct sink {
	int (*write)(struct sink *sink, const char *text);
};

DEFINE_STATIC_SLEEPABLE_BOUND_HANDLER_TABLE(sinks, 4, struct sink);

static inline bool try_it(int *result)
{
	return handler_table_dispatch_bound(&sinks, 0, result, write, "x");
}
