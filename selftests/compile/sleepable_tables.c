// SPDX-License-Identifier: GPL-2.0-only
/* expect: success */
#include <linux/handler_table_typed.h>

struct sink {
	int (*write)(struct sink *sink, const char *text);
	void (*flush)(struct sink *sink);
};

DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE(jobs, 4, int (int times));
DEFINE_STATIC_SLEEPABLE_BOUND_HANDLER_TABLE(sinks, 4, struct sink);
DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE(chores, 4);

static inline bool try_it(int *result)
{
	return handler_table_dispatch_sleepable_typed(&jobs, 0, result, 1) &&
	       handler_table_dispatch_sleepable_typed_void(&jobs, 0, 1) &&
	       handler_table_dispatch_sleepable_bound(&sinks, 0, result, write, "x") &&
	       handler_table_dispatch_sleepable_bound_void(&sinks, 0, flush) &&
	       handler_table_handle_sleepable(&chores, 0, result);
}
