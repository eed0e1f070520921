// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_stats: dispatches that are counted twice
 *
 * Threads dispatch in tables of all kinds, in task, softirq and hardirq context,
 * and keep books of their own. While the parameter "run" is set they do; it is
 * unset when all have stopped, and "books" has for each table how many dispatches
 * found a handler and how many did not, and how many swaps there were. The table's
 * statistics have to say the same. All slots but every fourth have a handler, and one
 * event in eight is out of range.
 *
 * Dispatches that are inlined are known by their stack pointer while they run, so
 * some of the handlers have arguments on the stack, and some are called with what
 * another dispatch gave.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/handler_table_typed.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/wait.h>

#include <trace/events/handler_table.h>

#include "../../module/context.h"
#include "../../module/engine.h"

#define NR_SLOTS	8
#define NR_THREADS	4
#define OUTER_NS	20000	/* for how long a handler of stats_outer runs */

struct bound_handler {
	int (*fn)(struct bound_handler *handler, unsigned long *seen, int by);
};

struct amount {
	long	by[4];
};

DEFINE_STATIC_HANDLER_TABLE(stats_plain, NR_SLOTS);
DEFINE_STATIC_TYPED_HANDLER_TABLE(stats_typed, NR_SLOTS,
				  int (unsigned long *seen, int by));
DEFINE_STATIC_BOUND_HANDLER_TABLE(stats_bound, NR_SLOTS, struct bound_handler);
DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE(stats_sleepable, NR_SLOTS);
DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE(stats_sleepable_typed, NR_SLOTS,
					    int (unsigned long *seen, int by));

DEFINE_STATIC_TYPED_HANDLER_TABLE(stats_many, NR_SLOTS,
				  int (unsigned long *seen, int a, int b, int c,
				       int d, int e, int f, int g, int h));
DEFINE_STATIC_TYPED_HANDLER_TABLE(stats_struct, NR_SLOTS,
				  int (struct amount amount, unsigned long *seen));
DEFINE_STATIC_TYPED_HANDLER_TABLE(stats_outer, NR_SLOTS,
				  int (unsigned long *seen, int by));
DEFINE_STATIC_TYPED_HANDLER_TABLE(stats_inner, NR_SLOTS, int (int by));
DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE(stats_crowd, 1, void (void));

enum {
	PLAIN, TYPED, BOUND, SLEEPABLE, SLEEPABLE_TYPED, MANY, STRUCT, OUTER, INNER,
	CROWD, NR_TABLES
};

static struct handler_table *tables[NR_TABLES];

struct books {
	unsigned long handled, empty, swaps, wrong;
};

static struct worker {
	struct ht_thread	thread;
	struct ht_context	context;
	struct books		books[NR_TABLES];
	unsigned int		n;
	unsigned long		seen;	/* what handlers were passed */
} workers[NR_THREADS];

static struct ht_engine engine;
static bool running;
static DEFINE_MUTEX(run_mutex);

static void plain(unsigned int idx, void *arg)
{
	unsigned long *seen = arg;

	(*seen)++;
}

static void other_plain(unsigned int idx, void *arg)
{
	plain(idx, arg);
}

static int typed(unsigned long *seen, int by)
{
	*seen += by;
	return by + 1;
}

static int bound(struct bound_handler *handler, unsigned long *seen, int by)
{
	return typed(seen, by);
}

static struct bound_handler bound_handler = { .fn = bound };

static int many(unsigned long *seen, int a, int b, int c, int d, int e, int f, int g,
		int h)
{
	return typed(seen, a + 2 * b + 4 * c + 8 * d + 16 * e + 32 * f + 64 * g + 128 * h);
}

static int take_struct(struct amount amount, unsigned long *seen)
{
	return typed(seen, amount.by[0] + 2 * amount.by[1] + 4 * amount.by[2] +
			   8 * amount.by[3]);
}

/* Its time is not to be that of the one among its arguments. */
static int outer(unsigned long *seen, int by)
{
	u64 until = local_clock() + OUTER_NS;

	while (local_clock() < until)
		cpu_relax();
	return typed(seen, by);
}

static int inner(int by)
{
	return by + 1;
}

/* By its own thread alone, but "books" may be read meanwhile. */
static void count(unsigned long *n)
{
	WRITE_ONCE(*n, *n + 1);
}

static void note(struct worker *w, unsigned int table, bool ran,
		 unsigned long seen_before, unsigned long by)
{
	struct books *books = &w->books[table];

	if (ran)
		count(&books->handled);
	else
		count(&books->empty);
	/* A watched dispatch does with arguments and results as any other. */
	if (w->seen != seen_before + (ran ? by : 0))
		count(&books->wrong);
}

static void dispatch_atomic(void *data)
{
	struct worker *w = data;
	unsigned int idx = w->n % (NR_SLOTS + 1);
	unsigned long seen = w->seen;
	int result = 0;
	bool ran;

	ran = handler_table_dispatch(&stats_plain, idx, &w->seen);
	note(w, PLAIN, ran, seen, 1);
	seen = w->seen;
	ran = handler_table_handle(&stats_plain, idx, &w->seen);
	note(w, PLAIN, ran, seen, 1);
	seen = w->seen;
	ran = handler_table_dispatch_typed(&stats_typed, idx, &result, &w->seen, 3);
	note(w, TYPED, ran && result == 4, seen, 3);
	seen = w->seen;
	ran = handler_table_dispatch_bound(&stats_bound, idx, &result, fn, &w->seen, 5);
	note(w, BOUND, ran && result == 6, seen, 5);
}

static __always_inline int dispatch_inner(struct worker *w, unsigned int idx)
{
	int result = 0;
	bool ran = handler_table_dispatch_typed(&stats_inner, idx, &result, 10);

	note(w, INNER, ran, w->seen, 0);
	return result;
}

static void dispatch_on_stack(void *data)
{
	struct worker *w = data;
	unsigned int idx = w->n % (NR_SLOTS + 1);
	const struct amount amount = { .by = { 1, 2, 3, 4 } };
	unsigned long seen = w->seen;
	int result = 0, by = 0;
	bool ran;

	ran = handler_table_dispatch_typed(&stats_many, idx, &result, &w->seen,
					   1, 2, 3, 4, 5, 6, 7, 8);
	note(w, MANY, ran && result == 1794, seen, 1793);
	seen = w->seen;
	ran = handler_table_dispatch_typed(&stats_struct, idx, &result, amount, &w->seen);
	note(w, STRUCT, ran && result == 50, seen, 49);
	seen = w->seen;
	ran = handler_table_dispatch_typed(&stats_outer, idx, &result, &w->seen,
					   by = dispatch_inner(w, idx + 2));
	note(w, OUTER, ran && result == by + 1, seen, by);
}

static void dispatch_sleepable(struct worker *w)
{
	unsigned int idx = w->n % (NR_SLOTS + 1);
	unsigned long seen = w->seen;
	int result = 0;
	bool ran;

	ran = handler_table_handle_sleepable(&stats_sleepable, idx, &w->seen);
	note(w, SLEEPABLE, ran, seen, 1);
	seen = w->seen;
	ran = handler_table_dispatch_sleepable_typed(&stats_sleepable_typed, idx, &result,
						     &w->seen, 7);
	note(w, SLEEPABLE_TYPED, ran && result == 8, seen, 7);
}

/* Slots with a handler keep one. */
static void swap_one(struct worker *w)
{
	unsigned int idx = w->n % NR_SLOTS;

	if (idx % 4 == 3)
		return;
	if (!handler_table_swap(&stats_plain, idx, w->n & 1 ? plain : other_plain, NULL))
		count(&w->books[PLAIN].swaps);
	if (!handler_table_replace(&stats_sleepable, idx, plain, plain))
		count(&w->books[SLEEPABLE].swaps);
}

static void work(struct ht_thread *thread)
{
	struct worker *w = container_of(thread, struct worker, thread);

	while (ht_engine_goes_on(thread)) {
		ht_context_run(&w->context, w->n % HT_CONTEXT_KINDS,
			       dispatch_atomic, w);
		ht_context_run(&w->context, w->n % HT_CONTEXT_KINDS,
			       dispatch_on_stack, w);
		dispatch_sleepable(w);
		if (w->n % 16 == 0)
			swap_one(w);
		w->n++;
	}
}

static int start(void)
{
	unsigned int i;
	int ret = 0;

	ht_engine_init(&engine);
	for (i = 0; i < NR_THREADS && !ret; i++)
		ret = ht_engine_start(&engine, &workers[i].thread, work, "ht_stats");
	running = true;
	return ret;
}

static void stop(void)
{
	if (running)
		ht_engine_stop(&engine);
	running = false;
}

static int set_run(const char *value, const struct kernel_param *kp)
{
	bool on;
	int ret = kstrtobool(value, &on);

	if (ret)
		return ret;
	mutex_lock(&run_mutex);
	if (on && !running)
		ret = start();
	if (!on || ret)
		stop();
	mutex_unlock(&run_mutex);
	return ret;
}

static int get_books(char *buffer, const struct kernel_param *kp)
{
	int i, j, at = 0;

	for (i = 0; i < NR_TABLES; i++) {
		struct books sum = {};

		for (j = 0; j < NR_THREADS; j++) {
			sum.handled += READ_ONCE(workers[j].books[i].handled);
			sum.empty += READ_ONCE(workers[j].books[i].empty);
			sum.swaps += READ_ONCE(workers[j].books[i].swaps);
			sum.wrong += READ_ONCE(workers[j].books[i].wrong);
		}
		at += sysfs_emit_at(buffer, at, "%s %lu %lu %lu %lu\n",
				    tables[i]->name, sum.handled, sum.empty,
				    sum.swaps, sum.wrong);
	}
	return at;
}

static const struct kernel_param_ops run_ops = {
	.set = set_run,
};
module_param_cb(run, &run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "have the threads run");

static const struct kernel_param_ops books_ops = {
	.get = get_books,
};
module_param_cb(books, &books_ops, NULL, 0400);
MODULE_PARM_DESC(books, "TABLE HANDLED EMPTY SWAPS WRONG, for each table");

/*
 * As many threads as are written to "crowd" are all in a handler that sleeps at the
 * same time, and out of it when the write returns.
 */
#define CROWD_MAX	4096

static atomic_t nr_in_crowd;
static DECLARE_WAIT_QUEUE_HEAD(crowd_grows);
static DECLARE_COMPLETION(crowd_goes);

static void join_crowd(void)
{
	atomic_inc(&nr_in_crowd);
	wake_up(&crowd_grows);
	wait_for_completion(&crowd_goes);
}

static int crowd_thread(void *unused)
{
	handler_table_dispatch_sleepable_typed_void(&stats_crowd, 0);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static int run_crowd(struct task_struct **threads, unsigned int nr)
{
	unsigned int i, started;
	int ret = 0;

	reinit_completion(&crowd_goes);
	atomic_set(&nr_in_crowd, 0);
	for (started = 0; started < nr; started++) {
		threads[started] = kthread_run(crowd_thread, NULL, "ht_crowd");
		if (IS_ERR(threads[started])) {
			ret = PTR_ERR(threads[started]);
			break;
		}
	}
	wait_event(crowd_grows, atomic_read(&nr_in_crowd) == started);
	complete_all(&crowd_goes);
	for (i = 0; i < started; i++)
		kthread_stop(threads[i]);
	return ret;
}

static int set_crowd(const char *value, const struct kernel_param *kp)
{
	struct task_struct **threads;
	unsigned int nr;
	int ret = kstrtouint(value, 0, &nr);

	if (ret)
		return ret;
	if (nr > CROWD_MAX)
		return -ERANGE;
	threads = kcalloc(nr, sizeof(*threads), GFP_KERNEL);
	if (!threads)
		return -ENOMEM;
	mutex_lock(&run_mutex);
	ret = run_crowd(threads, nr);
	mutex_unlock(&run_mutex);
	kfree(threads);
	return ret;
}

static const struct kernel_param_ops crowd_ops = {
	.set = set_crowd,
};
module_param_cb(crowd, &crowd_ops, NULL, 0200);
MODULE_PARM_DESC(crowd, "have as many threads be in a handler at a time");

/*
 * Probes of events that do what the events are about. With "probes" they are there:
 * then the statistics have more than the books.
 */
static atomic_long_t nr_probed;

static void dispatch_in_probe(void)
{
	unsigned long seen = 0;

	atomic_long_inc(&nr_probed);
	handler_table_handle(&stats_plain, 0, &seen);
	handler_table_dispatch_typed_void(&stats_typed, 0, &seen, 3);
	handler_table_handle(&stats_plain, NR_SLOTS, &seen);
	handler_table_swap(&stats_plain, 0, plain, NULL);
}

static void probe_entry(void *unused, const struct handler_table *t, unsigned int idx,
			handler_fn_t fn, unsigned long caller)
{
	dispatch_in_probe();
}

static void probe_exit(void *unused, const struct handler_table *t, unsigned int idx,
		       handler_fn_t fn, u64 ns)
{
	dispatch_in_probe();
}

static void probe_swap(void *unused, const struct handler_table *t, unsigned int idx,
		       handler_fn_t old, handler_fn_t new, unsigned long caller)
{
	dispatch_in_probe();
}

static bool probing;

static void remove_probes(void)
{
	unregister_trace_handler_table_swap(probe_swap, NULL);
	unregister_trace_handler_table_exit(probe_exit, NULL);
	unregister_trace_handler_table_entry(probe_entry, NULL);
	tracepoint_synchronize_unregister();
	probing = false;
}

static int add_probes(void)
{
	int ret = register_trace_handler_table_entry(probe_entry, NULL) ?:
		  register_trace_handler_table_exit(probe_exit, NULL) ?:
		  register_trace_handler_table_swap(probe_swap, NULL);

	if (ret)
		remove_probes();
	else
		probing = true;
	return ret;
}

static int set_probes(const char *value, const struct kernel_param *kp)
{
	bool on;
	int ret = kstrtobool(value, &on);

	if (ret)
		return ret;
	mutex_lock(&run_mutex);
	if (on && !probing)
		ret = add_probes();
	if (!on && probing)
		remove_probes();
	mutex_unlock(&run_mutex);
	return ret;
}

static int get_probes(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%ld\n", atomic_long_read(&nr_probed));
}

static const struct kernel_param_ops probes_ops = {
	.set = set_probes,
	.get = get_probes,
};
module_param_cb(probes, &probes_ops, NULL, 0600);
MODULE_PARM_DESC(probes, "have events probed by who dispatches; how often that was");

static void unpublish_all(void)
{
	unsigned int i;

	for (i = 0; i < NR_TABLES; i++)
		handler_table_unpublish(tables[i]);
}

static int publish_all(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < NR_TABLES && !ret; i++)
		ret = handler_table_publish(tables[i], 0);
	return ret;
}

static int set_published(const char *value, const struct kernel_param *kp)
{
	bool on;
	int ret = kstrtobool(value, &on);

	if (ret)
		return ret;
	mutex_lock(&run_mutex);
	if (on)
		ret = publish_all();
	else
		unpublish_all();
	mutex_unlock(&run_mutex);
	return ret;
}

static const struct kernel_param_ops published_ops = {
	.set = set_published,
};
module_param_cb(published, &published_ops, NULL, 0200);
MODULE_PARM_DESC(published, "have the tables be published, as they are at first");

static int fill(void)
{
	unsigned int idx;
	int ret = 0;

	for (idx = 0; idx < NR_SLOTS && !ret; idx++) {
		if (idx % 4 == 3)
			continue;
		ret = handler_table_register(&stats_plain, idx, plain) ?:
		      handler_table_register_typed(&stats_typed, idx, typed) ?:
		      handler_table_register_typed(&stats_bound, idx, &bound_handler) ?:
		      handler_table_register(&stats_sleepable, idx, plain) ?:
		      handler_table_register_typed(&stats_sleepable_typed, idx, typed) ?:
		      handler_table_register_typed(&stats_many, idx, many) ?:
		      handler_table_register_typed(&stats_struct, idx, take_struct) ?:
		      handler_table_register_typed(&stats_outer, idx, outer) ?:
		      handler_table_register_typed(&stats_inner, idx, inner);
	}
	return ret ?: handler_table_register_typed(&stats_crowd, 0, join_crowd);
}

static void clear(void)
{
	unsigned int i, idx;

	for (i = 0; i < NR_TABLES; i++) {
		for (idx = 0; idx < NR_SLOTS; idx++)
			handler_table_unregister(tables[i], idx);
	}
	unpublish_all();
	handler_table_synchronize(NULL);
}

static int __init test_init(void)
{
	unsigned int i;
	int ret;

	tables[PLAIN] = &stats_plain;
	tables[TYPED] = handler_table_untyped(&stats_typed);
	tables[BOUND] = handler_table_untyped(&stats_bound);
	tables[SLEEPABLE] = &stats_sleepable;
	tables[SLEEPABLE_TYPED] = handler_table_untyped(&stats_sleepable_typed);
	tables[MANY] = handler_table_untyped(&stats_many);
	tables[STRUCT] = handler_table_untyped(&stats_struct);
	tables[OUTER] = handler_table_untyped(&stats_outer);
	tables[INNER] = handler_table_untyped(&stats_inner);
	tables[CROWD] = handler_table_untyped(&stats_crowd);
	for (i = 0; i < NR_THREADS; i++)
		ht_context_init(&workers[i].context);
	ret = fill() ?: publish_all();
	if (ret)
		clear();
	return ret;
}

static void __exit test_exit(void)
{
	unsigned int i;

	stop();
	if (probing)
		remove_probes();
	clear();
	for (i = 0; i < NR_THREADS; i++)
		ht_context_destroy(&workers[i].context);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: statistics against books");
MODULE_LICENSE("GPL");
