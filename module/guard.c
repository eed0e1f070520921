// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the guard against what modules forget
 *
 * A module has to take its handlers out of the tables, to wait for them, and
 * to unpublish its own tables before it goes. One that forgot would leave
 * addresses behind that are nobody's soon. The kernel tells this file of each
 * module whose exit function has returned or whose init has failed, when all of
 * its code is still there:
 *
 *   a handler of its in a published table is taken out
 *   a handler of its that is out, but may be running, is waited for
 *   a published table that it owns is unpublished
 *
 * and of each module whose init has succeeded, before the code of its __init
 * section is freed, of which the first two are true.
 *
 * A handler may put itself back while it runs. So the slots are looked through
 * once more after the wait, until there is nothing to be found.
 *
 * What was forgotten is worth a line in the log, not a WARN: it has been put
 * right, and the machine need not stop for it. A module that forgot nothing does
 * not wait for anything here. The slots are looked through without stopping
 * anybody, and without the mutex during the wait, so that modules which go at
 * the same time share a grace period.
 *
 * Tables that nobody published are not known here, but for the wait.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/handler_table.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include <asm/barrier.h>

#include "events.h"
#include "internal.h"

static void say_forgotten(const struct handler_table *t, unsigned int idx,
			  handler_fn_t fn, const struct module *mod)
{
	char symbol[KSYM_SYMBOL_LEN];

	handler_table_symbol(fn, symbol);
	pr_warn("%s[%u]: %s was forgotten by module %s, removed\n",
		t->name, idx, symbol, mod->name);
	handler_table_report(forgotten, t, idx, symbol, mod->name);
}

/* Looks at what is in the slot as a dispatch does: it may go at any moment. */
static bool clear_slot(struct handler_table *t, unsigned int idx,
		       const struct module *mod, handler_table_within_t within)
{
	handler_fn_t word, fn;
	bool cleared;
	int cookie;

	__handler_table_read_lock();
	cookie = handler_table_sleepable_enter(t);
	word = handler_table_peek(t, idx);
	fn = handler_table_function(t, word);
	cleared = word &&
		  (within((unsigned long)word, mod) || within((unsigned long)fn, mod)) &&
		  !handler_table_remove(t, idx, word);
	handler_table_sleepable_leave(t, cookie);
	__handler_table_read_unlock();
	if (cleared)
		say_forgotten(t, idx, fn, mod);
	return cleared;
}

static bool clear_table(struct handler_table *t, const struct module *mod,
			handler_table_within_t within)
{
	unsigned int idx;
	bool cleared = false;

	for_each_used_slot(t, idx)
		cleared |= clear_slot(t, idx, mod, within);
	return cleared;
}

/* Gives the domains, a bit each, in which something was taken out. */
static unsigned long clear_tables(const struct module *mod,
				  handler_table_within_t within)
{
	struct handler_table_publication *pub;
	unsigned long cleared = 0;

	mutex_lock(&handler_table_publish_mutex);
	list_for_each_entry(pub, &handler_table_published, node) {
		if (clear_table(pub->table, mod, within))
			cleared |= handler_table_domains(pub->table);
	}
	mutex_unlock(&handler_table_publish_mutex);
	/*
	 * Who found its handler gone already, without a word of how, sees the
	 * note of who took it: displaced-by-another-is-safe.litmus. Pairs with
	 * the full order of the change.
	 */
	smp_mb();
	return cleared;
}

static void retire(const struct module *mod, handler_table_within_t within)
{
	unsigned long wait = clear_tables(mod, within);

	/*
	 * Once, and after the tables have been cleared: what others displace
	 * from then on is not this module's.
	 */
	wait |= handler_table_displaced_unknown();
	while ((wait |= handler_table_displaced_within(mod, within))) {
		handler_table_wait(wait);
		wait = clear_tables(mod, within);
	}
	handler_table_displaced_forget(mod, within);
}

/* A table of @mod's that is published, or one that is @going. */
static struct handler_table *published_by(const struct module *mod, bool going)
{
	struct handler_table_publication *pub;
	struct handler_table *t = NULL;

	mutex_lock(&handler_table_publish_mutex);
	list_for_each_entry(pub, &handler_table_published, node) {
		if (pub->table->owner == mod && pub->going == going) {
			t = pub->table;
			break;
		}
	}
	mutex_unlock(&handler_table_publish_mutex);
	return t;
}

/* Tables that somebody else is unpublishing: they are used until off the list. */
static void wait_for_unpublishers(const struct module *mod)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(&handler_table_off_list, &wait);
	while (published_by(mod, true))
		wait_woken(&wait, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
	remove_wait_queue(&handler_table_off_list, &wait);
}

static void unpublish_tables(const struct module *mod)
{
	struct handler_table *t;

	while ((t = published_by(mod, false))) {
		pr_warn("%s: was left published by module %s, unpublished\n",
			t->name, mod->name);
		handler_table_unpublish(t);
		/* Leaked if it was allocated. Its owner is nobody soon. */
		t->owner = NULL;
	}
	wait_for_unpublishers(mod);
}

static int module_event(struct notifier_block *nb, unsigned long state,
			void *data)
{
	struct module *mod = data;

	switch (state) {
	case MODULE_STATE_LIVE:
		retire(mod, within_module_init);
		break;
	case MODULE_STATE_GOING:
		/* First: who has a pointer to its table can still dispatch. */
		retire(mod, within_module);
		unpublish_tables(mod);
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block guard = {
	.notifier_call	= module_event,
	/* While what else the module has, such as its own SRCU, is still there. */
	.priority	= INT_MAX,
};

int __init handler_table_guard_init(void)
{
	return register_module_notifier(&guard);
}

void handler_table_guard_exit(void)
{
	unregister_module_notifier(&guard);
}
