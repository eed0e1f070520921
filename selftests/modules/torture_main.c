// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: a torture test of handler_table
 *
 * After rcutorture and locktorture. Readers dispatch, writers change what they
 * dispatch, tables come and go, CPUs too, and the books have to balance:
 *
 *	modprobe handler_table_torture onoff_interval=1000
 *	...
 *	rmmod handler_table_torture
 *
 * It ends when "duration" is over, when the module goes, or at the first violation
 * of a law, and says in the log "End of test: SUCCESS" or "End of test: FAILURE".
 * With the parameter "broken" it has a mistake of its own, which has to end in a
 * FAILURE. Documentation/torture.rst has the laws, the mistakes, and what this can
 * not show.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

#include "torture.h"

#define MAX_THREADS	64

static int nreaders = -1;
module_param(nreaders, int, 0444);
MODULE_PARM_DESC(nreaders, "number of reader threads, -1: two for each CPU");
static int nwriters = 4;
module_param(nwriters, int, 0444);
MODULE_PARM_DESC(nwriters, "number of writer threads");
static int nwaiters = 4;
module_param(nwaiters, int, 0444);
MODULE_PARM_DESC(nwaiters, "number of threads that take handlers out and wait");
static unsigned int duration;
module_param(duration, uint, 0444);
MODULE_PARM_DESC(duration, "seconds, 0: until the module is unloaded");
static char *torture_type = "all";
module_param(torture_type, charp, 0444);
MODULE_PARM_DESC(torture_type, "plain, typed, bound, sleepable, sleepable_typed, sleepable_bound, or all");
static char *broken = "";
module_param(broken, charp, 0444);
MODULE_PARM_DESC(broken, "a mistake to be made, see the parameter variants");
bool torture_verbose;
module_param_named(verbose, torture_verbose, bool, 0444);
MODULE_PARM_DESC(verbose, "tell of each CPU that goes or comes");

static const char *verdict = "none yet";

static int get_verdict(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%s\n", READ_ONCE(verdict));
}

static const struct kernel_param_ops verdict_ops = { .get = get_verdict };
module_param_cb(verdict, &verdict_ops, NULL, 0444);
MODULE_PARM_DESC(verdict, "SUCCESS or FAILURE, when the test is over");

struct ht_engine torture_engine;
/* The one thread that runs the test, and so has an engine to itself. */
static struct ht_engine control;
static struct ht_thread conductor;
static bool conducted;

void torture_round(struct torture_worker *worker,
		   void (*work)(struct torture_worker *worker))
{
	torture_shuffle(worker);
	down_read(&torture_at_work);
	work(worker);
	up_read(&torture_at_work);
}

void torture_work(struct torture_worker *worker,
		  void (*work)(struct torture_worker *worker))
{
	while (ht_engine_goes_on(&worker->thread))
		torture_round(worker, work);
}

/* False, and at once, if the run is to end. */
bool torture_sleep(struct ht_thread *thread, unsigned int ms)
{
	return !wait_for_completion_interruptible_timeout(&thread->engine->quit,
							  msecs_to_jiffies(ms));
}

static void say(bool well, const char *tag)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "torture_type=%s broken=%s nreaders=%d nwriters=%d nwaiters=%d duration=%u",
		 torture_type, broken, nreaders, nwriters, nwaiters, duration);
	if (well)
		pr_info(TORTURE "--- %s: %s\n", tag, text);
	else
		pr_err(TORTURE "--- %s: %s\n", tag, text);
}

static int start_all(void)
{
	int ret;

	torture_nmi_setup();
	ret = torture_writers_start(nwriters, nwaiters);

	if (!ret)
		ret = torture_readers_start(nreaders);
	if (!ret)
		ret = torture_disturb_start();
	return ret;
}

static int run(void)
{
	int ret = start_all();

	while (!ret) {
		ret = ht_engine_wait(&torture_engine, duration ?: 3600);
		if (duration)
			break;
	}
	/* For those who sleep, too. */
	ht_engine_quit(&torture_engine);
	ht_engine_stop(&torture_engine);
	torture_nmi_teardown();
	return ret == -ECANCELED ? 0 : ret;
}

/* What was taken out is gone before its books are closed. */
static void conduct(struct ht_thread *unused)
{
	bool sound;
	int ret;

	conducted = true;
	say(true, "Start of test");
	ret = run();
	torture_audit();
	torture_tables_exit();
	/* Some kernels look at an irq_work once more after irq_work_sync(). */
	synchronize_rcu();
	torture_readers_free();
	torture_writers_free();
	torture_kinds_exit();
	torture_books_show();
	if (ret)
		pr_err(TORTURE " could not run: %d\n", ret);
	sound = !ret && torture_books_are_clean();
	say(sound, sound ? "End of test: SUCCESS" : "End of test: FAILURE");
	WRITE_ONCE(verdict, sound ? "SUCCESS" : "FAILURE");
}

static int __init torture_init(void)
{
	int ret = torture_variant_choose(broken);

	if (nreaders < 0)
		nreaders = min(2 * num_online_cpus(), MAX_THREADS + 0U);
	if (ret || nreaders > MAX_THREADS || nwriters < 0 || nwriters > MAX_THREADS ||
	    nwaiters < 0 || nwaiters > MAX_THREADS)
		return -EINVAL;
	ht_engine_init(&torture_engine);
	ht_engine_init(&control);
	torture_kinds_init();
	ret = torture_tables_init(torture_type);
	if (!ret)
		ret = ht_engine_start(&control, &conductor, conduct, "torture/%u");
	if (ret)
		torture_tables_exit();
	return ret;
}

static void __exit torture_exit(void)
{
	ht_engine_quit(&torture_engine);
	ht_engine_stop(&control);
	/* A thread that is told to stop before it has run at all never does. */
	if (!conducted)
		torture_tables_exit();
}

module_init(torture_init);
module_exit(torture_exit);

MODULE_DESCRIPTION("handler_table: torture test");
MODULE_LICENSE("GPL");
