// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: the operations, sound and broken
 *
 * Each variant has one mistake, which the torture has to see: the proof that it
 * would see it in handler_table, too. Where a mistake matters only when two meet
 * in a slot within some instructions, the variant dawdles there.
 *
 * plain_load is the exception: x86 loads in order, and so does an emulator on x86.
 * That the load has to be an acquire is shown by litmus tests.
 */
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/srcu.h>
#include <linux/string.h>

#include "torture.h"

#define DAWDLE_US	10

static void dawdle(void)
{
	udelay(DAWDLE_US);
}

/* Waits that are none. */
static void no_wait(struct handler_table *t)
{
}

static handler_fn_t unregister_no_wait(struct handler_table *t, unsigned int idx)
{
	return handler_table_unregister(t, idx);
}

static int remove_no_wait(struct handler_table *t, unsigned int idx, handler_fn_t fn)
{
	return handler_table_remove(t, idx, fn);
}

static handler_fn_t wait_unregister(struct handler_table *t, unsigned int idx)
{
	handler_table_synchronize(t);
	torture_wait_until_one_runs(t, &idx);
	return handler_table_unregister(t, idx);
}

static void wait_for_rcu(struct handler_table *t)
{
	synchronize_rcu();
}

static void call_at_once(struct handler_table *t, struct rcu_head *head,
			 rcu_callback_t func)
{
	func(head);
}

static void call_after_rcu(struct handler_table *t, struct rcu_head *head,
			   rcu_callback_t func)
{
	call_rcu(head, func);
}

/* What was queued with call_rcu() is nothing that handler_table_barrier() knows. */
static void barrier_of_both(void)
{
	rcu_barrier();
	handler_table_barrier();
}

static void no_barrier(void)
{
}

/* Operations in two steps, or without a look at what is there. */
static int register_store(struct handler_table *t, unsigned int idx, handler_fn_t fn)
{
	if (atomic_long_read(&t->slots[idx]))
		return -EBUSY;
	dawdle();
	atomic_long_set(&t->slots[idx], (long)fn);
	return 0;
}

static handler_fn_t unregister_store(struct handler_table *t, unsigned int idx)
{
	handler_fn_t fn = (handler_fn_t)atomic_long_read(&t->slots[idx]);

	dawdle();
	atomic_long_set(&t->slots[idx], 0);
	return fn;
}

static int remove_blind(struct handler_table *t, unsigned int idx, handler_fn_t fn)
{
	dawdle();
	return atomic_long_xchg(&t->slots[idx], 0) ? 0 : -ENOENT;
}

static int swap_store(struct handler_table *t, unsigned int idx, handler_fn_t fn,
		      handler_fn_t *old)
{
	*old = (handler_fn_t)atomic_long_read(&t->slots[idx]);
	dawdle();
	atomic_long_set(&t->slots[idx], (long)fn);
	return 0;
}

static int replace_store(struct handler_table *t, unsigned int idx, handler_fn_t old,
			 handler_fn_t new)
{
	if (atomic_long_read(&t->slots[idx]) != (long)old)
		return -ENOENT;
	dawdle();
	atomic_long_set(&t->slots[idx], (long)new);
	return 0;
}

/* Dispatches. Those of one kind only are sound for the others. */
static bool dispatch_plain_load(struct torture_table *tt, struct handler_table *t,
				unsigned int idx, struct torture_ticket *ticket)
{
	handler_fn_t fn = NULL;

	if (!t->nr_plain)
		return tt->kind->dispatch(t, idx, ticket);
	if (idx >= t->nr)
		return false;
	__handler_table_read_lock();
	fn = (handler_fn_t)atomic_long_read(&t->slots[array_index_nospec(idx, t->nr)]);
	if (fn)
		fn(idx, &ticket->ticket);
	__handler_table_read_unlock();
	return fn;
}

/* As far as there are slots. */
static bool dispatch_unchecked_index(struct torture_table *tt,
				     struct handler_table *t, unsigned int idx,
				     struct torture_ticket *ticket)
{
	handler_fn_t fn;

	if (!t->nr_plain || idx >= TORTURE_SLOTS + TORTURE_FENCES)
		return tt->kind->dispatch(t, idx, ticket);
	__handler_table_read_lock();
	fn = (handler_fn_t)atomic_long_read_acquire(&t->slots[idx]);
	if (fn)
		fn(idx, &ticket->ticket);
	__handler_table_read_unlock();
	return fn;
}

/* No read-side section around a handler that sleeps. */
static bool dispatch_unprotected(struct torture_table *tt, struct handler_table *t,
				 unsigned int idx, struct torture_ticket *ticket)
{
	handler_fn_t fn;

	if (strcmp(tt->kind->name, "sleepable") || idx >= t->nr)
		return tt->kind->dispatch(t, idx, ticket);
	fn = (handler_fn_t)atomic_long_read_acquire(&t->slots[array_index_nospec(idx, t->nr)]);
	if (fn)
		fn(idx, &ticket->ticket);
	return fn;
}

/* The function from the slot, its context from a second word beside it. */
static bool dispatch_two_words(struct torture_table *tt, struct handler_table *t,
			       unsigned int idx, struct torture_ticket *ticket)
{
	handler_fn_t word, context = NULL;

	if (!tt->kind->bound || tt->kind->sleepable || idx >= t->nr)
		return tt->kind->dispatch(t, idx, ticket);
	idx = array_index_nospec(idx, t->nr);
	__handler_table_read_lock();
	word = (handler_fn_t)atomic_long_read_acquire(&t->slots[idx]);
	if (word)
		context = READ_ONCE(tt->second[idx]);
	if (context)
		torture_run_apart(word, context, ticket, idx);
	__handler_table_read_unlock();
	return context;
}

/* Forgets to say that a handler ran, once in a while. */
static bool dispatch_lost_count(struct torture_table *tt, struct handler_table *t,
				unsigned int idx, struct torture_ticket *ticket)
{
	static atomic_t dispatches;
	bool ran = tt->kind->dispatch(t, idx, ticket);

	return ran && atomic_inc_return(&dispatches) % 1024;
}

/* Tells by what is in the slot afterwards whether a handler ran. */
static bool dispatch_looks_again(struct torture_table *tt, struct handler_table *t,
				 unsigned int idx, struct torture_ticket *ticket)
{
	return tt->kind->dispatch(t, idx, ticket) && handler_table_peek(t, idx);
}

static bool dispatch_sound(struct torture_table *tt, struct handler_table *t,
			   unsigned int idx, struct torture_ticket *ticket)
{
	return tt->kind->dispatch(t, idx, ticket);
}

/* What they leave out is sound. */
static const struct torture_ops variants[] = {
	{ .name = "no_wait", .synchronize = no_wait },
	{ .name = "no_sync", .remove_sync = remove_no_wait,
	  .unregister_sync = unregister_no_wait },
	{ .name = "wait_first", .unregister_sync = wait_unregister },
	{ .name = "wrong_wait", .synchronize = wait_for_rcu },
	{ .name = "wrong_call", .call = call_after_rcu, .wait_for_calls = barrier_of_both },
	{ .name = "call_at_once", .call = call_at_once },
	{ .name = "no_barrier", .wait_for_calls = no_barrier },
	{ .name = "early_publish", .early_publish = true },
	{ .name = "register_store", .register_handler = register_store },
	{ .name = "unregister_store", .unregister = unregister_store },
	{ .name = "remove_blind", .remove = remove_blind },
	{ .name = "swap_store", .swap_handler = swap_store },
	{ .name = "replace_store", .replace = replace_store },
	{ .name = "two_words", .two_words = true, .dispatch = dispatch_two_words },
	{ .name = "unchecked_index", .dispatch = dispatch_unchecked_index },
	{ .name = "unprotected", .dispatch = dispatch_unprotected },
	{ .name = "lost_count", .dispatch = dispatch_lost_count },
	{ .name = "looks_again", .dispatch = dispatch_looks_again },
	{ .name = "plain_load", .dispatch = dispatch_plain_load },
};

struct torture_ops torture_ops;

static const struct torture_ops sound = {
	.name			= "",
	.register_handler	= handler_table_register,
	.unregister		= handler_table_unregister,
	.remove			= handler_table_remove,
	.swap_handler		= handler_table_swap,
	.replace		= handler_table_replace,
	.unregister_sync	= handler_table_unregister_sync,
	.remove_sync		= handler_table_remove_sync,
	.synchronize		= handler_table_synchronize,
	.call			= handler_table_call,
	.wait_for_calls		= handler_table_barrier,
	.dispatch		= dispatch_sound,
};

static void break_ops(const struct torture_ops *variant)
{
	torture_ops = *variant;
	torture_ops.broken = true;
	torture_ops.register_handler = variant->register_handler ?: sound.register_handler;
	torture_ops.unregister = variant->unregister ?: sound.unregister;
	torture_ops.remove = variant->remove ?: sound.remove;
	torture_ops.swap_handler = variant->swap_handler ?: sound.swap_handler;
	torture_ops.replace = variant->replace ?: sound.replace;
	torture_ops.unregister_sync = variant->unregister_sync ?: sound.unregister_sync;
	torture_ops.remove_sync = variant->remove_sync ?: sound.remove_sync;
	torture_ops.synchronize = variant->synchronize ?: sound.synchronize;
	torture_ops.call = variant->call ?: sound.call;
	torture_ops.wait_for_calls = variant->wait_for_calls ?: sound.wait_for_calls;
	torture_ops.dispatch = variant->dispatch ?: sound.dispatch;
}

/* The sound one if @name is empty; -EINVAL if there is none of that name. */
int torture_variant_choose(const char *name)
{
	unsigned int i;

	torture_ops = sound;
	if (!*name)
		return 0;
	for (i = 0; i < ARRAY_SIZE(variants); i++) {
		if (!strcmp(variants[i].name, name)) {
			break_ops(&variants[i]);
			return 0;
		}
	}
	return -EINVAL;
}

/* The parameter "variants": their names, for scripts. */
static int get_variants(char *buffer, const struct kernel_param *kp)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(variants); i++)
		len += sprintf(buffer + len, "%s\n", variants[i].name);
	return len;
}

static const struct kernel_param_ops variants_ops = { .get = get_variants };
module_param_cb(variants, &variants_ops, NULL, 0444);
MODULE_PARM_DESC(variants, "what the parameter broken may be");
