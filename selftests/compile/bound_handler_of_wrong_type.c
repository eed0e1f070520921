// SPDX-License-Identifier: GPL-2.0-only
/* expect: this handler has not the type of the table */
#include <linux/handler_table_typed.h>

struct sk_buff;
struct sink {
	int (*write)(struct sink *sink, const char *text);
};

DEFINE_STATIC_HANDLER_TABLE(plain, 4);
DEFINE_STATIC_TYPED_HANDLER_TABLE(filters, 4, int (struct sk_buff *skb, u32 mark));
DEFINE_STATIC_BOUND_HANDLER_TABLE(sinks, 4, struct sink);

static inline int try_it(struct sk_buff *skb)
{
	return handler_table_register_typed(&sinks, 0, skb);
}
