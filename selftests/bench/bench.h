/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_BENCH_H
#define _HANDLER_TABLE_BENCH_H

/*
 * handler_table_bench: what its files share
 *
 * A row is one thing that is measured: a function that does it n times, to a set of
 * tables. measure.c times the rows of a section by turns; calls.c, peers.c and
 * changes.c have them, sets.c what they are done to.
 */
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/handler_table_typed.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/types.h>

#include "../../module/engine.h"

/* What handlers do. */
enum bench_work {
	BENCH_NOTHING,
	BENCH_CHAINED,	/* compute the next index, which takes a while */
	BENCH_MIXED,	/* tell the next index; one of BENCH_HANDLERS at random */
};

#define BENCH_HANDLERS	16

/* The argument of handlers. */
struct bench_arg {
	unsigned int idx;	/* the next one */
	unsigned int mask;
};

/* As long as a call and a return take, so that these cannot hide what comes before. */
static __always_inline void bench_chain(unsigned int idx, void *arg)
{
	struct bench_arg *a = arg;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		OPTIMIZER_HIDE_VAR(idx);
		idx *= 5;
	}
	WRITE_ONCE(a->idx, (idx + 1) & a->mask);
}

struct bench_handler {
	void (*fn)(struct bench_handler *handler, unsigned int idx, void *arg);
};

TYPED_HANDLER_TABLE(bench, void (unsigned int idx, void *arg));
BOUND_HANDLER_TABLE(bench_bound, struct bench_handler);

/*
 * Tables with the same handlers. What is called without our dispatch is called through
 * the very same slots, so that all find them in the same caches; and a typed dispatch
 * is one of the plain table, whose handlers are of that type. Each who measures has a
 * copy of this, so that what is written while measuring is on nobody else's cache line.
 */
struct bench_set {
	struct handler_table			*plain;
	struct handler_table			*empty;
	struct handler_table			*sleepable;
	struct bench_bound_handler_table	*bound;
	struct bench_handler_table		*typed;		/* plain */
	handler_fn_t				*bare;		/* plain's */
	struct bench_handler			**bare_bound;	/* bound's */
	/* Each its own index, for what needs one load more. */
	unsigned int				*same;
	unsigned int				nr;
	unsigned int				idx;
	unsigned int				never;	/* is no index */
	handler_fn_t				pointer;
	u64					random;
	struct as_x86				*as_x86;	/* at "model", peers.c */
	struct bench_arg			arg ____cacheline_aligned;
	long					model[2];
} ____cacheline_aligned;

int bench_set_make(struct bench_set *set, unsigned int nr, enum bench_work work);
void bench_set_free(struct bench_set *set);

extern const handler_fn_t bench_hops[BENCH_HANDLERS];
void bench_empty(unsigned int idx, void *arg);
void bench_chained(unsigned int idx, void *arg);
void bench_other(unsigned int idx, void *arg);
void bench_extra(void);

/**
 * struct bench_row - one thing that is measured
 * @name: what it is called
 * @limit: the row that it is compared with
 * @loop: does it @n times
 * @before: gets ready for it, untimed; may be NULL
 * @max: how often it can be done after that; 0: any number
 * @uml: user-mode Linux does it otherwise than x86-64
 */
struct bench_row {
	const char	*name;
	const char	*limit;
	void		(*loop)(struct bench_set *set, unsigned long n);
	void		(*before)(struct bench_set *set);
	unsigned long	max;
	bool		uml;
};

/* From where the next index comes. */
enum bench_mode {
	BENCH_FIXED,	/* it is the same all the time */
	BENCH_BUSY,	/* the same, among instructions that fill the processor */
	BENCH_CHAIN,	/* from the effect of the handler before */
	BENCH_RANDOM,
	BENCH_MODES,
};

struct bench_rows {
	const struct bench_row	*rows;
	unsigned int		nr;
};

extern const struct bench_rows bench_calls[BENCH_MODES];
extern const struct bench_rows bench_calls_retpoline[BENCH_MODES];
extern const struct bench_rows bench_peers[BENCH_MODES];
extern const struct bench_rows bench_changes, bench_slow_changes;

int bench_peers_init(void);
void bench_peers_exit(void);
int bench_changes_init(void);
void bench_changes_exit(void);

void bench_measure(struct ht_thread *thread, const char *section, const char *mode,
		   struct bench_set *set, const struct bench_rows *rows,
		   unsigned int rounds);
void bench_tell(const char *section, const char *mode, const char *name,
		s64 *values, unsigned int nr, const char *unit, const char *note);
const struct bench_row *bench_find(const struct bench_rows *rows, const char *name);
extern unsigned int bench_rounds;

void bench_run_cpus(struct ht_thread *thread);
void bench_run_changes(struct ht_thread *thread);
void bench_run_sizes(struct ht_thread *thread);
int bench_make_changes(const char *name, unsigned long n);
void bench_run_latency(struct ht_thread *thread);

__printf(1, 2) void bench_print(const char *fmt, ...);

/* Time in ticks of the processor's clock, where it has a cheap one. */
static __always_inline u64 bench_now(void)
{
#ifdef CONFIG_X86_64
	u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
#else
	return ktime_get_ns();
#endif
}

/*
 * Whether to go on. User-mode Linux, also as PREEMPT, lets nobody else run when an
 * interrupt returns to the kernel, but when preemption is allowed again it does.
 */
static inline bool bench_goes_on(struct ht_thread *thread)
{
	preempt_disable();
	preempt_enable();
	return ht_engine_goes_on(thread);
}

u64 bench_ticks_to_ps(u64 ticks);
u64 bench_ns_to_ticks(u64 ns);
void bench_calibrate(void);

#endif /* _HANDLER_TABLE_BENCH_H */
