// SPDX-License-Identifier: GPL-2.0-only
/* expect: no member named .*handlers */
#include <linux/handler_table_typed.h>

struct sk_buff;
struct sink {
	int (*write)(struct sink *sink, const char *text);
};

DEFINE_STATIC_HANDLER_TABLE(plain, 4);
DEFINE_STATIC_TYPED_HANDLER_TABLE(filters, 4, int (struct sk_buff *skb, u32 mark));
DEFINE_STATIC_BOUND_HANDLER_TABLE(sinks, 4, struct sink);

static int filter(struct sk_buff *skb, u32 mark)
{
	return 0;
}

static inline int try_it(void)
{
	return handler_table_register_typed(&plain, 0, filter);
}
