// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_unload_a to _h: modules whose handlers come and go
 *
 * Copies of this file. Each takes some slots by chance, and goes in a way that
 * chance chooses, too. Its handler looks whether the module's data is intact: a
 * module that has waited spoils it, and what the loader has freed is not there
 * any more, nor is the code.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/random.h>

#include "unload.h"

#define NR_TRIES	4
#define PATIENCE_MS	200
#define INTACT		0x600d600d
#define SPOILT		0xdeaddead

static u32 data = INTACT;
static bool lingers;

static void handle(unsigned int idx, void *arg)
{
	struct unload_call *call = arg;
	unsigned long end;

	if (READ_ONCE(data) != INTACT)
		unload_violation();
	if (!call->linger_ms)
		return;
	end = jiffies + msecs_to_jiffies(call->linger_ms);
	call->linger_ms = 0;
	WRITE_ONCE(lingers, true);
	while (time_before(jiffies, end))
		cpu_relax();
	WRITE_ONCE(lingers, false);
	if (READ_ONCE(data) != INTACT)
		unload_violation();
}

static void remove_from(struct handler_table *t)
{
	unsigned int i;

	for (i = 0; i < UNLOAD_NR_SLOTS; i++)
		handler_table_remove(t, i, handle);
}

static unsigned int left_in(struct handler_table *t)
{
	unsigned int i, n = 0;

	for (i = 0; i < UNLOAD_NR_SLOTS; i++)
		n += handler_table_peek(t, i) == handle;
	return n;
}

/* The worst moment to go, if it comes soon. */
static void wait_for_the_worst(void)
{
	unsigned int ms;

	for (ms = 0; ms < PATIENCE_MS && !READ_ONCE(lingers); ms++)
		usleep_range(1000, 1500);
}

static int __init test_init(void)
{
	unsigned int i;

	for (i = 0; i < NR_TRIES; i++) {
		u32 chance = get_random_u32();
		struct handler_table *t = chance & BIT(31) ? &unload_first :
							     &unload_second;
		int ret = handler_table_register(t, chance % UNLOAD_NR_SLOTS,
						 handle);

		/* Others may be there. */
		if (ret && ret != -EBUSY)
			return ret;
	}
	return 0;
}

static void __exit test_exit(void)
{
	enum unload_way way = get_random_u32() % UNLOAD_WAYS;

	if (way != UNLOAD_PROPERLY)
		wait_for_the_worst();
	unload_goes(way, left_in(&unload_first) + left_in(&unload_second));
	if (way == UNLOAD_FORGETFUL)
		return;
	remove_from(&unload_first);
	remove_from(&unload_second);
	if (way == UNLOAD_HURRIED)
		return;
	handler_table_synchronize(NULL);
	WRITE_ONCE(data, SPOILT);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: handlers that come and go");
MODULE_LICENSE("GPL");
