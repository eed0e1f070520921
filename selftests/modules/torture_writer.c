// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: changes slots, in every way
 *
 * Writers meet in all slots. One changes the slots of a table for a while, and what
 * he takes out is his: he puts it in again elsewhere in the table, or has it
 * buried, by way of handler_table_call(). Into another table it goes only after
 * that: a wait is for the handlers of one table. Handlers do the same while they run.
 * Others take elements out and wait themselves, with handler_table_synchronize() or in a
 * _sync call.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "torture.h"

#define BATCH			32
#define CALL_ONE_OF		128	/* batches that end with one in hand */
#define NEW_ONE_OF		64	/* changes with none in hand */
#define BEYOND_ONE_OF		64	/* changes */
#define INSIDE_BATCH		4
#define EARLY_US		50

struct torture_writer {
	struct torture_worker	worker;
	enum ht_context_kind	kind;
};

/* Where a writer is just now, and what he has in his hand. */
struct place {
	struct rnd_state	*random;
	struct torture_table	*tt;
	struct handler_table	*t;
	unsigned int		idx;
	struct torture_element	*hand;
};

static struct torture_writer *writers;
static struct rnd_state audit_random;
/* How many elements wait to be buried by one. */
atomic_t torture_callbacks;

static void release(struct rcu_head *head)
{
	torture_element_release(container_of(head, struct torture_element, rcu));
}

static void bury_and_release(struct rcu_head *head)
{
	struct torture_element *e =
		container_of(head, struct torture_element, rcu);

	torture_element_bury(e);
	if (torture_ops.broken)
		handler_table_call(NULL, head, release);
	else
		release(head);
	atomic_dec(&torture_callbacks);
}

/* Has @e, which was taken out of @t, buried. */
void torture_call(struct handler_table *t, struct torture_element *e)
{
	atomic_inc(&torture_callbacks);
	torture_count(COUNT_CALL);
	torture_ops.call(t, &e->rcu, bury_and_release);
}

/* So that there is one to wait for. */
void torture_call_one(void)
{
	struct torture_table *tt = &torture_tables[0];
	struct torture_element *e;
	struct handler_table *t;
	int cookie;

	t = torture_table_enter(tt, &cookie);
	e = t ? torture_element_get(tt->kind, &audit_random) : NULL;
	if (e)
		torture_call(t, e);
	torture_table_leave(cookie);
}

/* Somebody has waited, or should have. May sleep. */
static void bury_now(struct torture_element *e)
{
	torture_element_bury(e);
	if (torture_ops.broken)
		handler_table_call(NULL, &e->rcu, release);
	else
		torture_element_release(e);
}

static void taken_out(struct place *at, handler_fn_t word)
{
	if (word)
		at->hand = torture_taken_out(at->tt, word);
}

/* One to be put in. Others may have taken it out again before that returns. */
static struct torture_element *going_in(struct place *at)
{
	struct torture_element *e = at->hand;

	at->hand = NULL;
	if (!e)
		e = torture_element_get(at->tt->kind, at->random);
	if (!e)
		return NULL;
	atomic_set(&e->state, TORTURE_IN);
	if (torture_ops.two_words)
		WRITE_ONCE(at->tt->second[at->idx], e->word);
	return e;
}

/* Is it in? */
static bool went_in(struct place *at, struct torture_element *e, int ret,
		    int expected, enum torture_count which)
{
	if (!ret) {
		atomic_long_inc(&at->tt->put_in);
		torture_count(which);
		if (torture_ops.early_publish) {
			udelay(EARLY_US);
			torture_element_revive(e);
		}
		return true;
	}
	/* With a mistake, somebody may have taken it out where it was before. */
	if (atomic_cmpxchg(&e->state, TORTURE_IN, TORTURE_HELD) == TORTURE_IN)
		at->hand = e;
	else
		torture_violation(VIOLATION_TWICE);
	if (ret == expected)
		torture_count(COUNT_REFUSED);
	else
		torture_violation(VIOLATION_ERRNO);
	return false;
}

static void do_register(struct place *at)
{
	struct torture_element *e = going_in(at);

	if (e)
		went_in(at, e, torture_ops.register_handler(at->t, at->idx, e->word),
			-EBUSY, COUNT_REGISTER);
}

static void do_swap(struct place *at)
{
	struct torture_element *e = going_in(at);
	handler_fn_t old = NULL;

	if (e && went_in(at, e, torture_ops.swap_handler(at->t, at->idx, e->word, &old), 0,
			 COUNT_SWAP))
		taken_out(at, old);
}

static void do_replace(struct place *at)
{
	handler_fn_t old = handler_table_peek(at->t, at->idx);
	struct torture_element *e = old ? going_in(at) : NULL;

	if (e && went_in(at, e, torture_ops.replace(at->t, at->idx, old, e->word),
			 -ENOENT, COUNT_REPLACE))
		taken_out(at, old);
}

static bool removed(int ret, enum torture_count which)
{
	if (ret && ret != -ENOENT)
		torture_violation(VIOLATION_ERRNO);
	torture_count(ret ? COUNT_REFUSED : which);
	return !ret;
}

static void do_remove(struct place *at)
{
	handler_fn_t word = handler_table_peek(at->t, at->idx);

	if (word && removed(torture_ops.remove(at->t, at->idx, word), COUNT_REMOVE))
		taken_out(at, word);
}

static void do_unregister(struct place *at)
{
	handler_fn_t word = torture_ops.unregister(at->t, at->idx);

	if (!word)
		return;
	torture_count(COUNT_UNREGISTER);
	taken_out(at, word);
}

static void (*const puts[])(struct place *at) = {
	do_register, do_swap, do_replace,
};

static void (*const takes[])(struct place *at) = {
	do_remove, do_unregister,
};

/* Those that wait. */
static void bury_taken(struct place *at, handler_fn_t word)
{
	struct torture_element *e = torture_taken_out(at->tt, word);

	if (e)
		bury_now(e);
}

static void do_remove_sync(struct place *at)
{
	handler_fn_t word = handler_table_peek(at->t, at->idx);
	ktime_t began = ktime_get();

	if (word && removed(torture_ops.remove_sync(at->t, at->idx, word),
			    COUNT_REMOVE_SYNC)) {
		torture_waited(began);
		bury_taken(at, word);
	}
}

static void do_unregister_sync(struct place *at)
{
	ktime_t began = ktime_get();
	handler_fn_t word = torture_ops.unregister_sync(at->t, at->idx);

	if (!word)
		return;
	torture_waited(began);
	torture_count(COUNT_UNREGISTER_SYNC);
	bury_taken(at, word);
}

static void do_synchronize(struct place *at)
{
	handler_fn_t word = torture_ops.unregister(at->t, at->idx);
	ktime_t began;

	if (!word)
		return;
	began = ktime_get();
	torture_ops.synchronize(at->t);
	torture_waited(began);
	torture_count(COUNT_SYNCHRONIZE);
	bury_taken(at, word);
}

static void do_call(struct place *at)
{
	handler_fn_t word = torture_ops.unregister(at->t, at->idx);
	struct torture_element *e = word ? torture_taken_out(at->tt, word) : NULL;

	if (e)
		torture_call(at->t, e);
}

static void (*const waits[])(struct place *at) = {
	do_remove_sync, do_unregister_sync, do_synchronize, do_call,
};

/* Where there is nothing: all are refused, and change nothing. */
static void try_beyond(struct place *at)
{
	unsigned int idx = TORTURE_SLOTS + at->idx;
	handler_fn_t fence = at->tt->kind->fence, old = fence;

	if (handler_table_register(at->t, idx, fence) != -EINVAL ||
	    handler_table_remove(at->t, idx, fence) != -EINVAL ||
	    handler_table_replace(at->t, idx, fence, fence) != -EINVAL ||
	    handler_table_swap(at->t, idx, fence, &old) != -EINVAL ||
	    handler_table_unregister(at->t, idx) || handler_table_peek(at->t, idx) ||
	    old != fence)
		torture_violation(VIOLATION_BEYOND);
}

static void change(struct place *at)
{
	if (!torture_below(at->random, BEYOND_ONE_OF))
		try_beyond(at);
	else if (at->hand)
		puts[torture_below(at->random, ARRAY_SIZE(puts))](at);
	else if (!torture_below(at->random, NEW_ONE_OF))
		do_register(at);
	else
		takes[torture_below(at->random, ARRAY_SIZE(takes))](at);
}

/* Mostly it goes back to where there is room, so that tables do not run empty. */
static void empty_hand(struct place *at)
{
	bool keep = torture_below(at->random, CALL_ONE_OF);

	for (at->idx = 0; at->hand && keep && at->idx < TORTURE_SLOTS; at->idx++)
		do_register(at);
	if (at->hand)
		torture_call(at->t, at->hand);
}

/*
 * By a handler, while it runs. Every other time it is its own slot that is changed:
 * it may take itself out, and is not gone before it has returned.
 */
void torture_change_inside(struct ht_ticket *ticket)
{
	struct torture_ticket *tk = container_of(ticket, struct torture_ticket, ticket);
	struct place at = { .random = tk->random, .tt = tk->tt, .t = tk->t };
	unsigned int i;

	for (i = 0; i < INSIDE_BATCH; i++) {
		at.idx = torture_below(at.random, 2) ? ticket->idx :
						       torture_below(at.random, TORTURE_SLOTS);
		change(&at);
	}
	empty_hand(&at);
	torture_count(COUNT_INSIDE);
}

static void go_to_table(struct place *at, struct torture_worker *worker, int *cookie)
{
	memset(at, 0, sizeof(*at));
	at->random = &worker->random;
	at->tt = &torture_tables[torture_below(at->random, torture_nr_tables)];
	at->t = torture_table_enter(at->tt, cookie);
}

static void change_batch(void *data)
{
	struct torture_writer *writer = data;
	struct place at;
	unsigned int i;
	int cookie;

	go_to_table(&at, &writer->worker, &cookie);
	for (i = 0; i < BATCH && at.t; i++) {
		at.idx = torture_below(at.random, TORTURE_SLOTS);
		change(&at);
	}
	if (at.t)
		empty_hand(&at);
	torture_table_leave(cookie);
}

static void write_round(struct torture_worker *worker)
{
	struct torture_writer *writer =
		container_of(worker, struct torture_writer, worker);

	writer->kind = (writer->kind + 1) % HT_CONTEXT_KINDS;
	if (!ht_context_run(&worker->context, writer->kind, change_batch, writer))
		torture_violation(VIOLATION_CONTEXT);
}

static void write_all_the_time(struct ht_thread *thread)
{
	struct torture_worker *worker =
		container_of(thread, struct torture_worker, thread);

	ht_context_init(&worker->context);
	torture_work(worker, write_round);
	ht_context_destroy(&worker->context);
}

static void wait_round(struct torture_worker *worker)
{
	struct place at;
	int cookie;

	go_to_table(&at, worker, &cookie);
	at.idx = torture_below(at.random, TORTURE_SLOTS);
	if (at.t) {
		torture_wait_until_one_runs(at.t, &at.idx);
		waits[torture_below(at.random, ARRAY_SIZE(waits))](&at);
	}
	torture_table_leave(cookie);
}

static void wait_all_the_time(struct ht_thread *thread)
{
	struct torture_worker *worker =
		container_of(thread, struct torture_worker, thread);

	/* Where the waits are broken they would leave nothing in the tables. */
	while (torture_sleep(thread, 1))
		torture_round(worker, wait_round);
}

int torture_writers_start(unsigned int nr_writers, unsigned int nr_waiters)
{
	unsigned int i, nr = nr_writers + nr_waiters;
	int ret = 0;

	writers = kcalloc(nr, sizeof(*writers), GFP_KERNEL);
	if (!writers)
		return -ENOMEM;
	for (i = 0; i < nr && !ret; i++) {
		prandom_seed_state(&writers[i].worker.random, (u64)i << 32);
		ret = ht_engine_start(&torture_engine, &writers[i].worker.thread,
				      i < nr_writers ? write_all_the_time :
						       wait_all_the_time,
				      i < nr_writers ? "torture_write/%u" :
						       "torture_wait/%u");
	}
	return ret;
}

/* As torture_readers_free(). */
void torture_writers_free(void)
{
	kfree(writers);
}
