// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: what is dispatched through, and handlers that do next to
 * nothing
 *
 * No two handlers are the same, so that the compiler does not make them one.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bench.h"

noinline void bench_empty(unsigned int idx, void *arg)
{
	asm volatile("" : : : "memory");
}

/* In no table. */
noinline void bench_other(unsigned int idx, void *arg)
{
	asm volatile("nop" : : : "memory");
}

/* An added call, which the compiler cannot leave out. */
noinline void bench_extra(void)
{
	asm volatile("" : : : "memory");
}

static void bound_empty(struct bench_handler *handler, unsigned int idx, void *arg)
{
	asm volatile("" : : : "memory");
}

static __always_inline void hop(unsigned int nr, unsigned int idx, void *arg)
{
	struct bench_arg *a = arg;

	asm volatile("" : : "i" (nr));
	WRITE_ONCE(a->idx, (idx * 5 + 2 * nr + 1) & a->mask);
}

#define HOP(nr)								\
static void hop_##nr(unsigned int idx, void *arg)			\
{									\
	hop(nr, idx, arg);						\
}									\
static void bound_hop_##nr(struct bench_handler *handler,		\
			   unsigned int idx, void *arg)			\
{									\
	hop(nr, idx, arg);						\
}

HOP(0) HOP(1) HOP(2) HOP(3) HOP(4) HOP(5) HOP(6) HOP(7)
HOP(8) HOP(9) HOP(10) HOP(11) HOP(12) HOP(13) HOP(14) HOP(15)

const handler_fn_t bench_hops[BENCH_HANDLERS] = {
	hop_0, hop_1, hop_2, hop_3, hop_4, hop_5, hop_6, hop_7,
	hop_8, hop_9, hop_10, hop_11, hop_12, hop_13, hop_14, hop_15,
};

static struct bench_handler bound_hops[BENCH_HANDLERS] = {
	{ bound_hop_0 }, { bound_hop_1 }, { bound_hop_2 }, { bound_hop_3 },
	{ bound_hop_4 }, { bound_hop_5 }, { bound_hop_6 }, { bound_hop_7 },
	{ bound_hop_8 }, { bound_hop_9 }, { bound_hop_10 }, { bound_hop_11 },
	{ bound_hop_12 }, { bound_hop_13 }, { bound_hop_14 }, { bound_hop_15 },
};

static struct bench_handler bound_nothing = { bound_empty };

/* Called by its name, too. */
noinline void bench_chained(unsigned int idx, void *arg)
{
	bench_chain(idx, arg);
}

static void bound_chained(struct bench_handler *handler, unsigned int idx, void *arg)
{
	bench_chain(idx, arg);
}

static struct bench_handler bound_chain = { bound_chained };

static handler_fn_t plain_handler(enum bench_work work, unsigned int nr)
{
	switch (work) {
	case BENCH_NOTHING: return bench_empty;
	case BENCH_CHAINED: return bench_chained;
	default: return bench_hops[nr];
	}
}

static struct bench_handler *bound_handler(enum bench_work work, unsigned int nr)
{
	switch (work) {
	case BENCH_NOTHING: return &bound_nothing;
	case BENCH_CHAINED: return &bound_chain;
	default: return &bound_hops[nr];
	}
}

static int fill_slot(struct bench_set *set, unsigned int i, enum bench_work work)
{
	unsigned int nr = 0;

	if (work == BENCH_MIXED) {
		set->random = set->random * 6364136223846793005ULL + 1;
		nr = set->random >> 60;
	}
	set->same[i] = i;
	return handler_table_register(set->plain, i, plain_handler(work, nr)) ?:
	       handler_table_register(set->sleepable, i, plain_handler(work, nr)) ?:
	       handler_table_register_typed(set->bound, i, bound_handler(work, nr));
}

int bench_set_make(struct bench_set *set, unsigned int nr, enum bench_work work)
{
	unsigned int i;
	int ret = 0;

	memset(set, 0, sizeof(*set));
	set->nr = nr;
	set->never = UINT_MAX;
	set->random = 1;
	set->arg.mask = nr - 1;
	set->pointer = plain_handler(work, 0);
	set->plain = handler_table_alloc("bench", nr, GFP_KERNEL);
	set->empty = handler_table_alloc("bench_empty", nr, GFP_KERNEL);
	set->sleepable = handler_table_alloc_sleepable("bench_sleepable", nr, GFP_KERNEL);
	set->bound = handler_table_alloc_bound(bench_bound, "bench_bound", nr, GFP_KERNEL);
	set->same = kvcalloc(nr, sizeof(*set->same), GFP_KERNEL);
	if (set->plain && set->empty && set->sleepable && set->bound && set->same) {
		set->typed = (struct bench_handler_table *)set->plain;
		set->bare = (handler_fn_t *)set->plain->slots;
		set->bare_bound = (struct bench_handler **)set->bound->slots;
	} else {
		ret = -ENOMEM;
	}
	for (i = 0; i < nr && !ret; i++) {
		ret = fill_slot(set, i, work);
		if (!(i % 4096))
			cond_resched();
	}
	if (ret)
		bench_set_free(set);
	return ret;
}

void bench_set_free(struct bench_set *set)
{
	handler_table_free(set->plain);
	handler_table_free(set->empty);
	handler_table_free(set->sleepable);
	if (set->bound)
		handler_table_free(handler_table_untyped(set->bound));
	kvfree(set->same);
}
