// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_contexts: the operations
 *
 * Each is tried with its success and each of its errors, and the slots are
 * looked at afterwards. So all of them need peek, and need not be tried where
 * that fails. -ENOMEM cannot be provoked here.
 *
 * A dispatch has to run the handler before it returns, once, with that index
 * and argument, by that task, on that CPU and in that context: nothing that
 * defers, nor switches off anything that was on.
 */
#include <linux/handler_table.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "contexts.h"

#define NR	4
#define SLOT	2

DEFINE_STATIC_HANDLER_TABLE(test_contexts, NR);
DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE(test_sleepable, NR);
/* What an operation is tried on: one at a time. */
static struct handler_table *table = &test_contexts;

/* Where somebody is. A dispatch and its handler have to agree. */
struct whereabouts {
	struct task_struct	*task;
	unsigned int		 cpu;
	bool			 nmi, hardirq, softirq, irqs_disabled;
	int			 preempt_count;
};

static struct {
	unsigned int		 count, idx;
	void			*arg;
	struct whereabouts	 where;
} call;

static struct whereabouts whereabouts(void)
{
	return (struct whereabouts) {
		.task		= current,
		.cpu		= raw_smp_processor_id(),
		.nmi		= in_nmi(),
		.hardirq	= in_hardirq(),
		.softirq	= in_serving_softirq(),
		.irqs_disabled	= irqs_disabled(),
		.preempt_count	= preempt_count(),
	};
}

/* The read side may be preempt_disable(), but only where RCU's is. */
static bool preemption_agrees(int outside, int inside)
{
	return inside == outside ||
	       (!IS_ENABLED(CONFIG_PREEMPT_RCU) && inside == outside + 1);
}

/* @outside a dispatch, and @inside its handler. */
static bool agree(const struct whereabouts *outside,
		  const struct whereabouts *inside)
{
	return outside->task == inside->task && outside->cpu == inside->cpu &&
	       outside->nmi == inside->nmi &&
	       outside->hardirq == inside->hardirq &&
	       outside->softirq == inside->softirq &&
	       outside->irqs_disabled == inside->irqs_disabled &&
	       preemption_agrees(outside->preempt_count,
				 inside->preempt_count);
}

static void note(unsigned int idx, void *arg)
{
	call.count++;
	call.idx = idx;
	call.arg = arg;
	call.where = whereabouts();
}

static void other(unsigned int idx, void *arg)
{
}

/* A handler may take itself out, and put another one in. */
static void succeed(unsigned int idx, void *arg)
{
	EXPECT(handler_table_replace(table, idx, succeed, other) == 0);
	EXPECT(handler_table_peek(table, idx) == other);
	note(idx, arg);
}

static bool holds(handler_fn_t fn)
{
	return handler_table_peek(table, SLOT) == fn;
}

static void put(handler_fn_t fn)
{
	visit_expect(handler_table_register(table, SLOT, fn) == 0,
		     "putting a handler into an empty slot");
}

void operations_clear(void)
{
	unsigned int idx;

	for (idx = 0; idx < NR; idx++)
		handler_table_unregister(table, idx);
}

static void run_register(void)
{
	EXPECT(handler_table_register(table, SLOT, note) == 0);
	EXPECT(holds(note));
	EXPECT(handler_table_register(table, SLOT, note) == -EBUSY);
	EXPECT(handler_table_register(table, SLOT, other) == -EBUSY);
	EXPECT(holds(note));
	EXPECT(handler_table_register(NULL, 0, note) == -EINVAL);
	EXPECT(handler_table_register(table, 0, NULL) == -EINVAL);
	EXPECT(handler_table_register(table, NR, note) == -EINVAL);
	EXPECT(!handler_table_peek(table, 0));
	EXPECT(holds(note));
}

static void run_unregister(void)
{
	put(note);
	EXPECT(!handler_table_unregister(NULL, SLOT));
	EXPECT(!handler_table_unregister(table, NR));
	EXPECT(holds(note));
	EXPECT(handler_table_unregister(table, SLOT) == note);
	EXPECT(holds(NULL));
	EXPECT(!handler_table_unregister(table, SLOT));
	EXPECT(holds(NULL));
}

static void run_remove(void)
{
	EXPECT(handler_table_remove(table, SLOT, note) == -ENOENT);
	EXPECT(holds(NULL));
	put(note);
	EXPECT(handler_table_remove(table, SLOT, other) == -ENOENT);
	EXPECT(handler_table_remove(NULL, SLOT, note) == -EINVAL);
	EXPECT(handler_table_remove(table, SLOT, NULL) == -EINVAL);
	EXPECT(handler_table_remove(table, NR, note) == -EINVAL);
	EXPECT(holds(note));
	EXPECT(handler_table_remove(table, SLOT, note) == 0);
	EXPECT(holds(NULL));
}

static void run_swap(void)
{
	handler_fn_t old = other;

	EXPECT(handler_table_swap(table, SLOT, note, &old) == 0);
	EXPECT(!old);
	EXPECT(holds(note));
	EXPECT(handler_table_swap(table, SLOT, other, &old) == 0);
	EXPECT(old == note);
	EXPECT(holds(other));
	EXPECT(handler_table_swap(NULL, SLOT, note, &old) == -EINVAL);
	EXPECT(handler_table_swap(table, SLOT, NULL, &old) == -EINVAL);
	EXPECT(handler_table_swap(table, NR, note, &old) == -EINVAL);
	EXPECT(old == note);
	EXPECT(holds(other));
	EXPECT(handler_table_swap(table, SLOT, note, NULL) == 0);
	EXPECT(holds(note));
}

static void run_replace(void)
{
	EXPECT(handler_table_replace(table, SLOT, note, other) == -ENOENT);
	EXPECT(holds(NULL));
	put(note);
	EXPECT(handler_table_replace(table, SLOT, other, other) == -ENOENT);
	EXPECT(handler_table_replace(NULL, SLOT, note, other) == -EINVAL);
	EXPECT(handler_table_replace(table, SLOT, NULL, other) == -EINVAL);
	EXPECT(handler_table_replace(table, SLOT, note, NULL) == -EINVAL);
	EXPECT(handler_table_replace(table, NR, note, other) == -EINVAL);
	EXPECT(holds(note));
	EXPECT(handler_table_replace(table, SLOT, note, other) == 0);
	EXPECT(holds(other));
}

static void run_peek(void)
{
	EXPECT(!handler_table_peek(table, SLOT));
	put(note);
	EXPECT(handler_table_peek(table, SLOT) == note);
	EXPECT(!handler_table_peek(NULL, SLOT));
	EXPECT(!handler_table_peek(table, NR));
}

static void expect_call(const struct whereabouts *here, void *arg)
{
	EXPECT(call.count == 1);
	EXPECT(call.idx == SLOT);
	EXPECT(call.arg == arg);
	EXPECT(agree(here, &call.where));
	call.count = 0;
}

/* By either way of dispatching. */
static __always_inline void
run_dispatcher(bool (*dispatch)(struct handler_table *t, unsigned int idx,
				void *arg))
{
	struct whereabouts here = whereabouts();

	call.count = 0;
	EXPECT(!dispatch(table, SLOT, &here));
	EXPECT(!dispatch(table, NR, &here));
	put(note);
	EXPECT(dispatch(table, SLOT, &here));
	expect_call(&here, &here);
	EXPECT(!dispatch(table, NR, &here));
	EXPECT(dispatch(table, SLOT, NULL));
	expect_call(&here, NULL);
	EXPECT(handler_table_replace(table, SLOT, note, succeed) == 0);
	EXPECT(dispatch(table, SLOT, &here));
	expect_call(&here, &here);
	EXPECT(holds(other));
	EXPECT(!dispatch(table, SLOT + 1, &here));
	EXPECT(!call.count);
}

static void run_dispatch(void)
{
	run_dispatcher(handler_table_dispatch);
}

static void run_handle(void)
{
	run_dispatcher(handler_table_handle);
	EXPECT(!handler_table_handle(NULL, SLOT, NULL));
}

static struct rcu_head heads[2];
static atomic_t heads_run;

static void count_head(struct rcu_head *head)
{
	atomic_inc(&heads_run);
}

static bool heads_have_run(void)
{
	return atomic_read(&heads_run) == ARRAY_SIZE(heads);
}

static void take_out_and_call(unsigned int idx, void *arg)
{
	EXPECT(handler_table_remove(table, idx, take_out_and_call) == 0);
	handler_table_call(table, &heads[1], count_head);
	note(idx, arg);
}

/* For a table and for all; from a handler, too. */
static void run_call(void)
{
	atomic_set(&heads_run, 0);
	call.count = 0;
	handler_table_call(NULL, &heads[0], count_head);
	put(take_out_and_call);
	EXPECT(handler_table_dispatch(table, SLOT, NULL));
	EXPECT(call.count == 1);
}

static void settle_call(void)
{
	visit_expect(visit_wait_for(heads_have_run),
		     "each function that was given to call has run once");
}

static struct handler_table *allocated;

static void run_alloc(void)
{
	gfp_t gfp = visit.context->flags & CONTEXT_MAY_SLEEP ? GFP_KERNEL :
							       GFP_ATOMIC;

	EXPECT(!handler_table_alloc("none", 0, gfp));
	EXPECT(!handler_table_alloc("none", HANDLER_TABLE_MAX_ALLOCATED + 1,
				    gfp));
	EXPECT(!handler_table_alloc(NULL, NR, gfp));
	allocated = handler_table_alloc("test_allocated", NR, gfp);
	EXPECT(allocated);
	EXPECT(handler_table_register(allocated, SLOT, note) == 0);
	EXPECT(handler_table_peek(allocated, SLOT) == note);
	EXPECT(!handler_table_peek(allocated, SLOT + 1));
}

static void settle_alloc(void)
{
	handler_table_free(allocated);
	allocated = NULL;
}

static void run_free(void)
{
	struct handler_table *t;

	handler_table_free(NULL);
	t = handler_table_alloc("test_contexts", NR, GFP_KERNEL);
	EXPECT(t);
	EXPECT(handler_table_register(t, SLOT, note) == 0);
	EXPECT(handler_table_publish(t, 0) == 0);
	EXPECT(handler_table_publish(table, 0) == -EEXIST);
	handler_table_free(t);
	/* It was unpublished: its name is free again. */
	EXPECT(handler_table_publish(table, 0) == 0);
	handler_table_unpublish(table);
}

static void run_publish(void)
{
	struct handler_table *bad;

	EXPECT(handler_table_publish(NULL, 0) == -EINVAL);
	EXPECT(handler_table_publish(table, ~0) == -EINVAL);
	bad = handler_table_alloc("bad/name", NR, GFP_KERNEL);
	EXPECT(bad);
	EXPECT(handler_table_publish(bad, 0) == -EINVAL);
	handler_table_free(bad);
	EXPECT(handler_table_publish(table, 0) == 0);
	EXPECT(handler_table_publish(table, 0) == -EEXIST);
	handler_table_unpublish(table);
}

static void run_unpublish(void)
{
	handler_table_unpublish(NULL);
	handler_table_unpublish(table);
	EXPECT(handler_table_publish(table, 0) == 0);
	handler_table_unpublish(table);
	EXPECT(handler_table_publish(table, 0) == 0);
	handler_table_unpublish(table);
	handler_table_unpublish(table);
}

static void run_synchronize(void)
{
	put(note);
	EXPECT(handler_table_dispatch(table, SLOT, NULL));
	EXPECT(handler_table_remove(table, SLOT, note) == 0);
	handler_table_synchronize(table);
	handler_table_synchronize(NULL);
	EXPECT(holds(NULL));
}

static void run_unregister_sync(void)
{
	put(note);
	EXPECT(!handler_table_unregister_sync(NULL, SLOT));
	EXPECT(!handler_table_unregister_sync(table, NR));
	EXPECT(holds(note));
	EXPECT(handler_table_unregister_sync(table, SLOT) == note);
	EXPECT(holds(NULL));
	EXPECT(!handler_table_unregister_sync(table, SLOT));
}

static void run_remove_sync(void)
{
	EXPECT(handler_table_remove_sync(table, SLOT, note) == -ENOENT);
	put(note);
	EXPECT(handler_table_remove_sync(table, SLOT, other) == -ENOENT);
	EXPECT(handler_table_remove_sync(NULL, SLOT, note) == -EINVAL);
	EXPECT(handler_table_remove_sync(table, SLOT, NULL) == -EINVAL);
	EXPECT(handler_table_remove_sync(table, NR, note) == -EINVAL);
	EXPECT(holds(note));
	EXPECT(handler_table_remove_sync(table, SLOT, note) == 0);
	EXPECT(holds(NULL));
}

static void run_barrier(void)
{
	run_call();
	handler_table_barrier();
	EXPECT(heads_have_run());
}

/* The same again, on a table whose handlers may sleep. */
static void on_sleepable(void (*run)(void))
{
	table = &test_sleepable;
	run();
	operations_clear();
	table = &test_contexts;
}

static void run_sleepable_register(void)
{
	on_sleepable(run_register);
}

static void run_sleepable_remove(void)
{
	on_sleepable(run_remove);
}

static void run_sleepable_replace(void)
{
	on_sleepable(run_replace);
}

static void run_sleepable_unregister(void)
{
	on_sleepable(run_unregister);
}

static void run_sleepable_swap(void)
{
	on_sleepable(run_swap);
}

static void run_sleepable_peek(void)
{
	on_sleepable(run_peek);
}

static void dispatch_sleepable(void)
{
	run_dispatcher(handler_table_handle_sleepable);
	EXPECT(!handler_table_handle_sleepable(NULL, SLOT, NULL));
}

static void run_sleepable_handle(void)
{
	on_sleepable(dispatch_sleepable);
}

static void call_sleepable(void)
{
	atomic_set(&heads_run, 0);
	handler_table_call(table, &heads[0], count_head);
	handler_table_call(table, &heads[1], count_head);
}

static void run_sleepable_call(void)
{
	on_sleepable(call_sleepable);
}

#define ANYWHERE(_op)	{ .name = #_op, .run = run_##_op }
#define SLEEPING(_op)	{ .name = #_op, .run = run_##_op,	\
			  .needs = CONTEXT_MAY_SLEEP }

const struct operation operations[] = {
	ANYWHERE(register),
	ANYWHERE(remove),
	ANYWHERE(replace),
	ANYWHERE(unregister),
	ANYWHERE(swap),
	ANYWHERE(peek),
	ANYWHERE(dispatch),
	ANYWHERE(handle),
	{ .name = "call", .run = run_call, .settle = settle_call,
	  .avoids = CONTEXT_NMI },
	{ .name = "alloc", .run = run_alloc, .settle = settle_alloc,
	  .avoids = CONTEXT_NMI, .avoids_rt = CONTEXT_NO_SPINLOCK_RT },
	SLEEPING(synchronize),
	SLEEPING(remove_sync),
	SLEEPING(unregister_sync),
	SLEEPING(barrier),
	SLEEPING(free),
	SLEEPING(publish),
	SLEEPING(unpublish),
	ANYWHERE(sleepable_register),
	ANYWHERE(sleepable_remove),
	ANYWHERE(sleepable_replace),
	ANYWHERE(sleepable_unregister),
	ANYWHERE(sleepable_swap),
	ANYWHERE(sleepable_peek),
	SLEEPING(sleepable_handle),
	{ .name = "sleepable_call", .run = run_sleepable_call, .settle = settle_call,
	  .avoids = CONTEXT_NMI },
};

const unsigned int nr_operations = ARRAY_SIZE(operations);

void operations_exit(void)
{
	handler_table_barrier();
}
