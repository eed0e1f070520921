/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_BENCH_LOOPS_H
#define _HANDLER_TABLE_BENCH_LOOPS_H

/*
 * handler_table_bench: a call, in loops that differ in where the index comes from
 *
 * A processor that does things out of order hides a load or a branch in a tight loop,
 * where it has nothing else to do meanwhile. So there are others, see enum bench_mode:
 * among instructions that take all of the width of the processor but wait for nothing,
 * each further one takes its share of a cycle, and as there are from 40 to 47 of them,
 * it shows in one of eight where that fills a cycle; in a chain what the index goes
 * through takes its latency; and where the handler cannot be guessed, all that comes
 * before the call does. There the index comes from the handler before, too, or else the
 * processor would find out the next ones while it follows the wrong handler.
 *
 * A call can use @set, @idx, @arg and the variables of LOOP_BEGIN.
 */
#include "bench.h"

#define LOOP_BEGIN							\
	struct handler_table *plain = set->plain;			\
	struct bench_handler_table *typed = set->typed;			\
	struct bench_bound_handler_table *bound = set->bound;		\
	handler_fn_t *bare = set->bare;					\
	struct bench_handler **bare_bound = set->bare_bound;		\
	unsigned int *same = set->same;					\
	unsigned int never = set->never, fixed = set->idx, idx;		\
	unsigned int mask = set->nr - 1;				\
	u64 random = set->random;					\
	const handler_fn_t other = bench_other;				\
	void *arg = &set->arg;						\
									\
	(void)direct, (void)other, (void)plain, (void)typed, (void)bound;\
	(void)bare;							\
	(void)bare_bound, (void)same, (void)never, (void)fixed;		\
	(void)mask, (void)random, (void)arg

/* Needs no register's old value, and no unit to compute it: width and nothing else. */
#ifdef CONFIG_X86_64
#define WIDTH(_nr)							\
	asm volatile(".rept " #_nr "; xorl %%r11d, %%r11d; .endr" : : : "r11", "cc")
#else
#define WIDTH(_nr)	barrier()
#endif

#define BUSY_CALL(_nr, _call...)					\
do {									\
	idx = fixed;							\
	OPTIMIZER_HIDE_VAR(idx);					\
	WIDTH(_nr);							\
	_call;								\
} while (0)

/* None of the loops is shared between modes, nor known to be called with anything. */
#define LOOPS(_name, _call...)						\
static noinline void __maybe_unused _name##_fixed(struct bench_set *set, unsigned long n) \
{									\
	const handler_fn_t direct = bench_empty;				\
	LOOP_BEGIN;							\
									\
	while (n--) {							\
		idx = fixed;						\
		OPTIMIZER_HIDE_VAR(idx);				\
		_call;							\
	}								\
}									\
static noinline void __maybe_unused _name##_busy(struct bench_set *set, unsigned long n) \
{									\
	const handler_fn_t direct = bench_empty;				\
	LOOP_BEGIN;							\
									\
	for (n = (n + 7) / 8; n; n--) {					\
		BUSY_CALL(40, _call);					\
		BUSY_CALL(41, _call);					\
		BUSY_CALL(42, _call);					\
		BUSY_CALL(43, _call);					\
		BUSY_CALL(44, _call);					\
		BUSY_CALL(45, _call);					\
		BUSY_CALL(46, _call);					\
		BUSY_CALL(47, _call);					\
	}								\
}									\
static noinline void __maybe_unused _name##_chain(struct bench_set *set, unsigned long n) \
{									\
	const handler_fn_t direct = bench_chained;			\
	LOOP_BEGIN;							\
									\
	while (n--) {							\
		idx = READ_ONCE(((struct bench_arg *)arg)->idx);	\
		_call;							\
	}								\
}									\
static noinline void __maybe_unused _name##_random(struct bench_set *set, unsigned long n) \
{									\
	const handler_fn_t direct = bench_chained;			\
	LOOP_BEGIN;							\
									\
	while (n--) {							\
		random = random * 6364136223846793005ULL + 1;		\
		idx = (random >> 33 ^ READ_ONCE(((struct bench_arg *)arg)->idx)) & mask; \
		_call;							\
	}								\
	set->random = random;						\
}

/* _ROW(mode, name, limit, ...) for each of them. */
#define ROW(_mode, _name, _limit, ...)					\
	{ .name = #_name, .limit = #_limit, .loop = _name##_##_mode, ##__VA_ARGS__ }

#define MODES(_rows)							\
{									\
	[BENCH_FIXED] = { _rows##_fixed, ARRAY_SIZE(_rows##_fixed) },	\
	[BENCH_BUSY] = { _rows##_busy, ARRAY_SIZE(_rows##_busy) },	\
	[BENCH_CHAIN] = { _rows##_chain, ARRAY_SIZE(_rows##_chain) },	\
	[BENCH_RANDOM] = { _rows##_random, ARRAY_SIZE(_rows##_random) },	\
}

#endif /* _HANDLER_TABLE_BENCH_LOOPS_H */
