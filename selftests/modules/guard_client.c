// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_guard_a, _b, _c: modules that forget, and some that do not
 *
 * Copies of this file, so that several can be loaded at a time. The parameter
 * "how" names what is forgotten, "slot" where in the tables of
 * handler_table_test_guard.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "guard.h"

#define NR_SEVERAL	3
#define NR_RETURNS	3
#define LINGER_MS	400

static char *how = "forget";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "the mistake to make");
static unsigned int slot;
module_param(slot, uint, 0444);
MODULE_PARM_DESC(slot, "the first slot to make it in");

static struct rcu_head head;

DEFINE_STATIC_HANDLER_TABLE(guard_static, 4);

static void handle(unsigned int idx, void *arg)
{
}

static void __init handle_early(unsigned int idx, void *arg)
{
}

static void linger(unsigned int idx, void *arg)
{
	unsigned long end = jiffies + msecs_to_jiffies(LINGER_MS);

	guard_handler_begins();
	while (time_before(jiffies, end))
		cpu_relax();
	guard_handler_ends();
}

/* Runs until it has been taken out, and puts itself back then, a few times. */
static void put_back(unsigned int idx, void *arg)
{
	static unsigned int nr_returns;
	unsigned long end = jiffies + msecs_to_jiffies(LINGER_MS);

	guard_handler_begins();
	while (handler_table_peek(&guard_first, idx) && time_before(jiffies, end))
		cpu_relax();
	if (!handler_table_peek(&guard_first, idx) && nr_returns < NR_RETURNS &&
	    !handler_table_register(&guard_first, idx, put_back))
		nr_returns++;
	guard_handler_ends();
}

static int __init register_one(void)
{
	return handler_table_register(&guard_first, slot, handle);
}

static int __init register_several(void)
{
	unsigned int i;
	int ret = 0;

	for (i = slot; i < slot + NR_SEVERAL && !ret; i++)
		ret = handler_table_register(&guard_first, i, handle) ?:
		      handler_table_register(&guard_second, i, handle);
	return ret ?: handler_table_register(&guard_hidden, slot, handle);
}

static int __init register_and_fail(void)
{
	int ret = register_one();

	/* Some programs try more than once. */
	if (!ret)
		pr_info("init fails\n");
	return ret ?: -ENODEV;
}

static int __init register_init_text(void)
{
	return handler_table_register(&guard_first, slot, handle_early);
}

static int __init publish_static(void)
{
	return handler_table_register(&guard_static, 0, handle) ?:
	       handler_table_publish(&guard_static, 0);
}

/* For the other module to unpublish while this one goes. */
static int __init hand_over(void)
{
	guard_adopt(&guard_static);
	return handler_table_register(&guard_static, 0, guard_occupy) ?:
	       handler_table_publish(&guard_static, HANDLER_TABLE_ALLOW_DISPATCH);
}

static int __init publish_allocated(void)
{
	struct handler_table *t;

	t = handler_table_alloc("guard_allocated", 4, GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	guard_adopt(t);
	return handler_table_register(t, 0, handle) ?:
	       handler_table_publish(t, 0);
}

static int __init register_put_back(void)
{
	return handler_table_register(&guard_first, GUARD_BUSY_SLOT, put_back);
}

static int __init register_linger(void)
{
	return handler_table_register(&guard_first, GUARD_BUSY_SLOT, linger);
}

static void wait_until_it_runs(void)
{
	while (!guard_handler_runs())
		usleep_range(500, 1000);
}

static void remove_while_it_runs(void)
{
	wait_until_it_runs();
	handler_table_remove(&guard_first, GUARD_BUSY_SLOT, linger);
}

static void remove_and_synchronize(void)
{
	handler_table_remove(&guard_first, slot, handle);
	handler_table_synchronize(&guard_first);
}

static void remove_sync(void)
{
	handler_table_remove_sync(&guard_first, slot, handle);
}

static void no_op(struct rcu_head *unused)
{
}

static void remove_and_call(void)
{
	handler_table_remove(&guard_first, slot, handle);
	handler_table_call(&guard_first, &head, no_op);
	handler_table_barrier();
}

/* Before somebody holds up the grace period: all is done but to go. */
static int __init come_and_remove(void (*remove)(void))
{
	int ret = register_one();

	if (!ret)
		remove();
	return ret;
}

static int __init be_synchronized(void)
{
	return come_and_remove(remove_and_synchronize);
}

static int __init be_removed_sync(void)
{
	return come_and_remove(remove_sync);
}

static int __init be_called(void)
{
	return come_and_remove(remove_and_call);
}

static void remove_without_waiting(void)
{
	handler_table_remove(&guard_first, slot, handle);
}

struct way {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
};

static const struct way ways[] __initconst = {
	{ "never" },
	{ "forget", register_one },
	{ "several", register_several },
	{ "fail", register_and_fail },
	{ "init_text", register_init_text },
	{ "static", publish_static },
	{ "handed_over", hand_over },
	{ "allocated", publish_allocated },
	{ "put_back", register_put_back, wait_until_it_runs },
	{ "hurry", register_linger, remove_while_it_runs },
	{ "unwaited", register_one, remove_without_waiting },
	{ "synchronized", be_synchronized },
	{ "removed_sync", be_removed_sync },
	{ "called", be_called },
};

static void (*at_exit)(void);

static int __init test_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (strcmp(how, ways[i].name))
			continue;
		at_exit = ways[i].exit;
		return ways[i].init ? ways[i].init() : 0;
	}
	return -EINVAL;
}

static void __exit test_exit(void)
{
	if (at_exit)
		at_exit();
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: a module that forgets");
MODULE_LICENSE("GPL");
