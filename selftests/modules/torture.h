/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SELFTESTS_TORTURE_H
#define _SELFTESTS_TORTURE_H

/*
 * handler_table_torture: what its files share
 *
 *	torture_main.c		parameters, threads, the verdict
 *	torture_reader.c	dispatches, in every context
 *	torture_nmi.c		the one that no kernel thread can ask for
 *	torture_writer.c	changes slots, in every way
 *	torture_tables.c	the tables, which come and go
 *	torture_kinds.c		what is in them: elements of six kinds
 *	torture_variants.c	the operations, sound and broken
 *	torture_disturb.c	hotplug, shuffling, pauses
 *	torture_books.c		counters, and the laws that they have to obey
 */
#include <linux/atomic.h>
#include <linux/handler_table_typed.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/types.h>

#include "../../module/context.h"
#include "../../module/engine.h"
#include "../../module/subject.h"

#define TORTURE			"handler_table-torture:"

/* Of each table; beyond its end there are slots that must never be reached. */
#define TORTURE_SLOTS		4
#define TORTURE_FENCES		2
#define TORTURE_KINDS		6
#define TORTURE_TABLES		(2 * TORTURE_KINDS)
#define TORTURE_ELEMENTS	32

/* Dispatches begin as enum ht_context_kind does. Violations come last. */
enum torture_count {
	COUNT_TASK,
	COUNT_SOFTIRQ,
	COUNT_HARDIRQ,
	COUNT_TIMER,
	COUNT_NMI,
	COUNT_HANDLED,
	COUNT_EMPTY,
	COUNT_REGISTER,
	COUNT_REMOVE,
	COUNT_REPLACE,
	COUNT_UNREGISTER,
	COUNT_SWAP,
	COUNT_REMOVE_SYNC,
	COUNT_UNREGISTER_SYNC,
	COUNT_REFUSED,
	COUNT_SYNCHRONIZE,
	COUNT_CALL,
	COUNT_INSIDE,
	COUNT_MET,
	COUNT_TABLE,
	COUNT_PUBLISH,
	COUNT_UNPUBLISH,
	COUNT_OFFLINE,
	COUNT_SHUFFLE,
	COUNT_AUDIT,
	VIOLATION_CALL,
	VIOLATION_RESULT,
	VIOLATION_BEYOND,
	VIOLATION_MIXED,
	VIOLATION_POISON,
	VIOLATION_TWICE,
	VIOLATION_ERRNO,
	VIOLATION_CONTEXT,
	VIOLATION_CALLBACK,
	VIOLATION_DISPATCHES,
	VIOLATION_SLOTS,
	VIOLATION_LEFT,
	TORTURE_COUNTS,
};

/* torture_books.c */
void torture_count(enum torture_count which);
void torture_violation(enum torture_count which);
void torture_waited(ktime_t began);
void torture_books_show(void);
bool torture_books_are_clean(void);
void torture_audit(void);
void torture_statistics(struct ht_thread *thread);

/* A thread that is at work, or at rest while the books are audited. */
struct torture_worker {
	struct ht_thread	thread;
	struct ht_context	context;
	struct rnd_state	random;
	unsigned int		shuffled;
};

extern struct rw_semaphore torture_at_work;

static inline u32 torture_below(struct rnd_state *random, u32 limit)
{
	return prandom_u32_state(random) % limit;
}

/* torture_main.c */
extern struct ht_engine torture_engine;
extern bool torture_verbose;
void torture_round(struct torture_worker *worker,
		   void (*work)(struct torture_worker *worker));
void torture_work(struct torture_worker *worker,
		  void (*work)(struct torture_worker *worker));
bool torture_sleep(struct ht_thread *thread, unsigned int ms);

struct torture_table;

/*
 * The argument of a dispatch, of @t, which is @tt's. @ran is the subject of the handler
 * that ran, if that has a result; @random is for one that changes slots.
 */
struct torture_ticket {
	struct ht_ticket	ticket;
	const struct ht_subject	*ran;
	struct torture_table	*tt;
	struct handler_table	*t;
	struct rnd_state	*random;
};

/* FREE, HELD by a writer or about to be FREE, or IN a table. */
enum torture_state {
	TORTURE_FREE,
	TORTURE_HELD,
	TORTURE_IN,
};

struct torture_descriptor;

/* What a word in a slot stands for. It is in one slot at most. */
struct torture_element {
	atomic_t			state;
	handler_fn_t			word;
	struct ht_subject		*subject;
	struct torture_descriptor	*descriptor;
	struct rcu_head			rcu;
};

struct torture_kind {
	const char		*name;
	bool			sleepable;
	bool			bound;
	unsigned int		nr;	/* of elements */
	struct handler_table	*(*alloc)(const char *name, unsigned int nr);
	bool			(*dispatch)(struct handler_table *t,
					    unsigned int idx,
					    struct torture_ticket *ticket);
	handler_fn_t		fence;
	struct torture_element	elements[TORTURE_ELEMENTS];
};

/* torture_kinds.c */
extern struct torture_kind torture_kinds[TORTURE_KINDS];
void torture_kinds_init(void);
void torture_kinds_exit(void);
struct torture_element *torture_element_get(struct torture_kind *kind,
					    struct rnd_state *random);
struct torture_element *torture_element_of(struct torture_kind *kind,
					   handler_fn_t word);
void torture_element_revive(struct torture_element *e);
void torture_element_bury(struct torture_element *e);
void torture_element_release(struct torture_element *e);
unsigned int torture_elements_in(const struct torture_kind *kind,
				 enum torture_state state);
const struct ht_subject *torture_run_apart(handler_fn_t word,
					   handler_fn_t context,
					   struct torture_ticket *ticket,
					   unsigned int idx);

/*
 * A table, and what went in and came out; the table itself is another in time.
 * @lingers: somebody is about to run a handler there that takes its time, or runs it
 * @second: the other words of two_words
 */
struct torture_table {
	struct torture_kind	*kind;
	struct handler_table __rcu *t;
	bool			published;
	char			name[32];
	atomic_long_t		put_in;
	atomic_long_t		taken_out;
	bool			lingers[TORTURE_SLOTS];
	handler_fn_t		second[TORTURE_SLOTS];
};

/* torture_tables.c */
extern struct torture_table torture_tables[TORTURE_TABLES];
extern unsigned int torture_nr_tables;
extern struct torture_table *torture_wanted;
int torture_tables_init(const char *type);
void torture_tables_exit(void);
struct handler_table *torture_table_enter(struct torture_table *tt, int *cookie);
void torture_table_leave(int cookie);
void torture_wait_until_one_runs(struct handler_table *t, unsigned int *idx);
unsigned int torture_table_occupied(struct torture_table *tt);
struct torture_element *torture_taken_out(struct torture_table *tt,
					  handler_fn_t word);
void torture_renew(struct ht_thread *thread);

/*
 * The operations: handler_table's own, or broken ones.
 *
 * @broken: no element is freed before its real time, nor given back to the
 *	    allocator before the end: the mistake does no harm and is to be seen
 * @early_publish: elements are made ready after they have been put in
 * @two_words: torture_table::second goes with the slots
 */
struct torture_ops {
	const char	*name;
	bool		broken;
	bool		early_publish;
	bool		two_words;
	int		(*register_handler)(struct handler_table *t,
					    unsigned int idx, handler_fn_t fn);
	handler_fn_t	(*unregister)(struct handler_table *t, unsigned int idx);
	int		(*remove)(struct handler_table *t, unsigned int idx,
				  handler_fn_t fn);
	int		(*swap_handler)(struct handler_table *t, unsigned int idx,
					handler_fn_t fn, handler_fn_t *old);
	int		(*replace)(struct handler_table *t, unsigned int idx,
				   handler_fn_t old, handler_fn_t new);
	handler_fn_t	(*unregister_sync)(struct handler_table *t,
					   unsigned int idx);
	int		(*remove_sync)(struct handler_table *t, unsigned int idx,
				       handler_fn_t fn);
	void		(*synchronize)(struct handler_table *t);
	void		(*call)(struct handler_table *t, struct rcu_head *head,
				rcu_callback_t func);
	void		(*wait_for_calls)(void);
	bool		(*dispatch)(struct torture_table *tt,
				    struct handler_table *t, unsigned int idx,
				    struct torture_ticket *ticket);
};

/* torture_variants.c */
extern struct torture_ops torture_ops;
int torture_variant_choose(const char *name);

/* torture_nmi.c */
void torture_nmi_setup(void);
void torture_nmi_teardown(void);
void torture_nmi_send(struct rnd_state *random);

/* torture_reader.c, torture_writer.c */
void torture_dispatch(enum torture_count where, struct rnd_state *random);
void torture_change_inside(struct ht_ticket *ticket);
int torture_readers_start(unsigned int nr);
int torture_writers_start(unsigned int nr_writers, unsigned int nr_waiters);
void torture_readers_pause(void);
void torture_readers_free(void);
void torture_writers_free(void);
void torture_call(struct handler_table *t, struct torture_element *e);
void torture_call_one(void);
extern atomic_t torture_callbacks;

/* torture_disturb.c */
int torture_disturb_start(void);
void torture_shuffle(struct torture_worker *worker);

#endif /* _SELFTESTS_TORTURE_H */
