// SPDX-License-Identifier: GPL-2.0-only
/* expect: success */
#include <linux/handler_table_typed.h>

struct sk_buff;
struct sink {
	int (*write)(struct sink *sink, const char *text);
};

DEFINE_STATIC_HANDLER_TABLE(plain, 4);
DEFINE_STATIC_TYPED_HANDLER_TABLE(filters, 4, int (struct sk_buff *skb, u32 mark));
DEFINE_STATIC_BOUND_HANDLER_TABLE(sinks, 4, struct sink);

struct drain {
	int (*write)(const struct drain *drain, const char *text);
};

DEFINE_STATIC_BOUND_HANDLER_TABLE(drains, 4, const struct drain);

static int filter(struct sk_buff *skb, u32 mark)
{
	return 0;
}

static int write(const struct drain *drain, const char *text)
{
	return 0;
}

static const struct drain drain = { .write = write };

static inline int try_it(struct sk_buff *skb, struct sink *sink)
{
	int (*old)(struct sk_buff *skb, u32 mark);
	int result = 0;

	if (handler_table_register_typed(&filters, 0, filter) ||
	    handler_table_register_typed(&sinks, 0, sink) ||
	    handler_table_swap_typed(&filters, 0, filter, &old) ||
	    handler_table_publish(handler_table_untyped(&sinks), 0) ||
	    handler_table_register(&plain, 0, NULL) ||
	    !handler_table_dispatch_typed(&filters, 0, &result, skb, 1) ||
	    !handler_table_dispatch_bound(&sinks, 0, &result, write, "text") ||
	    handler_table_register_typed(&drains, 0, &drain) ||
	    !handler_table_dispatch_bound(&drains, 0, &result, write, "text"))
		return -1;
	return result;
}
