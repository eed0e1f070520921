// SPDX-License-Identifier: GPL-2.0-only
/*
 * example_array: what example.c does, with an array of function pointers
 *
 * As careful as the table is, and no more: an index out of range is harmless,
 * also under speculation; a handler sees what was prepared for it; nobody
 * overwrites somebody else's; and no handler runs on in code that is gone.
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/rcupdate.h>

static int (*events[16])(const char *name);

static int greet(const char *name)
{
	pr_info("hello, %s\n", name);
	return 1;
}

static int shout(const char *name)
{
	pr_info("HELLO, %s!\n", name);
	return 10;
}

/*
 * A dependency does not order what the handler does: register-publishes.litmus,
 * dispatch-control-dependency-broken.litmus.
 */
static void dispatch(unsigned int event, const char *name)
{
	int (*handler)(const char *name) = NULL;
	int loudness;

	rcu_read_lock();
	if (event < ARRAY_SIZE(events)) {
		event = array_index_nospec(event, ARRAY_SIZE(events));
		/* Pairs with cmpxchg(). */
		handler = smp_load_acquire(&events[event]);
	}
	if (handler)
		loudness = handler(name);
	rcu_read_unlock();

	if (handler)
		pr_info("event %u: loudness %d\n", event, loudness);
	else
		pr_info("event %u: nobody is interested\n", event);
}

/* register-publishes.litmus, replace-publishes.litmus */
static int __init example_array_init(void)
{
	if (cmpxchg(&events[3], NULL, greet))
		return -EBUSY;
	dispatch(3, "world");

	if (cmpxchg(&events[3], greet, shout) != greet)
		pr_warn("someone else changed slot 3\n");
	dispatch(3, "world");

	dispatch(4, "world");
	return 0;
}

/* remove-synchronize.litmus */
static void __exit example_array_exit(void)
{
	/* Not a blind store: somebody else's handler could be there. */
	if (cmpxchg(&events[3], shout, NULL) == shout)
		synchronize_rcu();
}

module_init(example_array_init);
module_exit(example_array_exit);

MODULE_DESCRIPTION("handler_table sample: the same by hand");
MODULE_LICENSE("GPL");
