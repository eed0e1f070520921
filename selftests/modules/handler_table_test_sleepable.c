// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_sleepable: handlers that sleep, on a kernel with all its
 * CPUs
 *
 * The table "sleepable" is for handlers of handler_table_test_sleepable_client,
 * which go while they sleep. "parcels" is a bound one: readers run handlers that
 * look whether all of their descriptor is what it was, before and after a sleep,
 * while a writer exchanges the descriptors, and spoils and frees the old ones when
 * handler_table_call() says so. With "broken" it does not ask.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/handler_table_typed.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "sleepable.h"

#define NR_SLOTS	4
#define NR_READERS	4
/* A sum that no parcel has. */
#define SPOILT		0

static bool broken;
module_param(broken, bool, 0444);
MODULE_PARM_DESC(broken, "spoil descriptors at once");

DEFINE_SLEEPABLE_HANDLER_TABLE(sleepable, NR_SLOTS);
EXPORT_SYMBOL_GPL(sleepable);

struct parcel {
	void			(*inspect)(struct parcel *parcel, bool sleep);
	unsigned long		weight;
	unsigned long		sum;
	struct rcu_head		head;
	struct parcel		*next;
};

DEFINE_STATIC_SLEEPABLE_BOUND_HANDLER_TABLE(parcels, NR_SLOTS, struct parcel);

static struct task_struct *readers[NR_READERS], *writer;
static atomic_long_t nr_runs, nr_bad;
static unsigned long nr_swaps;
/* Those that were spoilt too early are freed last. */
static struct parcel *spoilt;

static int get_counts(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "runs %ld\nbad %ld\nswaps %lu\n",
			  atomic_long_read(&nr_runs),
			  atomic_long_read(&nr_bad), READ_ONCE(nr_swaps));
}

static const struct kernel_param_ops counts_ops = {
	.get = get_counts,
};
module_param_cb(counts, &counts_ops, NULL, 0400);

static void inspect_a(struct parcel *parcel, bool sleep);
static void inspect_b(struct parcel *parcel, bool sleep);

static unsigned long sum_of(const struct parcel *parcel)
{
	return (READ_ONCE(parcel->weight) ^ (unsigned long)READ_ONCE(parcel->inspect)) | 1;
}

static void inspect(struct parcel *parcel, bool sleep, void *fn)
{
	bool good = READ_ONCE(parcel->sum) == sum_of(parcel);

	if (sleep)
		usleep_range(200, 400);
	good &= READ_ONCE(parcel->sum) == sum_of(parcel);
	if (!good || READ_ONCE(parcel->inspect) != fn)
		atomic_long_inc(&nr_bad);
	atomic_long_inc(&nr_runs);
}

static void inspect_a(struct parcel *parcel, bool sleep)
{
	inspect(parcel, sleep, inspect_a);
}

static void inspect_b(struct parcel *parcel, bool sleep)
{
	inspect(parcel, sleep, inspect_b);
}

static struct parcel *new_parcel(unsigned long weight)
{
	struct parcel *parcel = kzalloc(sizeof(*parcel), GFP_KERNEL);

	if (!parcel)
		return NULL;
	parcel->inspect = weight & 1 ? inspect_a : inspect_b;
	parcel->weight = weight;
	parcel->sum = sum_of(parcel);
	return parcel;
}

static void spoil_and_free(struct rcu_head *head)
{
	struct parcel *parcel = container_of(head, struct parcel, head);

	WRITE_ONCE(parcel->sum, SPOILT);
	kfree(parcel);
}

static void spoil_and_keep(struct parcel *parcel)
{
	WRITE_ONCE(parcel->sum, SPOILT);
	parcel->next = spoilt;
	spoilt = parcel;
}

static void discard(struct parcel *parcel)
{
	if (!parcel)
		return;
	if (broken)
		spoil_and_keep(parcel);
	else
		handler_table_call(handler_table_untyped(&parcels),
				   &parcel->head, spoil_and_free);
}

static int write_slots(void *unused)
{
	struct parcel *parcel, *old = NULL;
	unsigned long n = 0;

	while (!kthread_should_stop()) {
		parcel = new_parcel(n);
		if (parcel && !handler_table_swap_typed(&parcels, n % NR_SLOTS,
							parcel, &old))
			discard(old);
		WRITE_ONCE(nr_swaps, ++n);
		if (n % 16 == 0)
			usleep_range(100, 200);
	}
	return 0;
}

static int read_slots(void *unused)
{
	unsigned long n = 0;

	while (!kthread_should_stop()) {
		handler_table_dispatch_sleepable_bound_void(&parcels, n % NR_SLOTS,
							    inspect, n % 8 == 0);
		n++;
		cond_resched();
	}
	return 0;
}

static void stop_threads(void)
{
	struct parcel *parcel;
	unsigned int i;

	for (i = 0; i < NR_READERS; i++) {
		if (!IS_ERR_OR_NULL(readers[i]))
			kthread_stop(readers[i]);
	}
	if (!IS_ERR_OR_NULL(writer))
		kthread_stop(writer);
	for (i = 0; i < NR_SLOTS; i++)
		discard(handler_table_unregister_typed(&parcels, i));
	handler_table_synchronize(handler_table_untyped(&parcels));
	handler_table_barrier();
	while ((parcel = spoilt)) {
		spoilt = parcel->next;
		kfree(parcel);
	}
	handler_table_unpublish(handler_table_untyped(&parcels));
	handler_table_unpublish(&sleepable);
}

static int start_threads(void)
{
	unsigned int i;

	for (i = 0; i < NR_READERS; i++) {
		readers[i] = kthread_run(read_slots, NULL, "ht_reader/%u", i);
		if (IS_ERR(readers[i]))
			return PTR_ERR(readers[i]);
	}
	writer = kthread_run(write_slots, NULL, "ht_writer");
	return PTR_ERR_OR_ZERO(writer);
}

static int __init test_init(void)
{
	int ret;

	ret = handler_table_publish(&sleepable, HANDLER_TABLE_ALLOW_DISPATCH) ?:
	      handler_table_publish(handler_table_untyped(&parcels), 0) ?:
	      start_threads();
	if (ret)
		stop_threads();
	return ret;
}

static void __exit test_exit(void)
{
	stop_threads();
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: handlers that sleep");
MODULE_LICENSE("GPL");
