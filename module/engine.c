// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: threads that work side by side for a while, see engine.h
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/isolation.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "engine.h"

void ht_engine_init(struct ht_engine *engine)
{
	INIT_LIST_HEAD(&engine->threads);
	init_completion(&engine->quit);
	engine->stop = false;
	engine->last_cpu = -1;
}

/* The next online CPU after @cpu, around the end, that may be used. */
static int next_cpu(int cpu, bool isolated_too)
{
	unsigned int i;

	for (i = 0; i < nr_cpu_ids; i++) {
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
		if (isolated_too || !cpu_is_isolated(cpu))
			return cpu;
	}
	return -1;
}

/*
 * Isolated CPUs are used only where no other one is online. Which are online,
 * and which isolated, may change as we look. That is harmless: a thread for a
 * CPU that has gone starts on another.
 */
static unsigned int choose_cpu(struct ht_engine *engine)
{
	int cpu;

	/* Newer kernels replace the mask of isolated CPUs under RCU. */
	rcu_read_lock();
	cpu = next_cpu(engine->last_cpu, false);
	rcu_read_unlock();
	if (cpu < 0)
		cpu = next_cpu(engine->last_cpu, true);
	engine->last_cpu = cpu;
	return cpu;
}

static int thread_fn(void *data)
{
	struct ht_thread *thread = data;

	thread->work(thread);
	return 0;
}

/*
 * Has @work run by a thread of that name. -EINTR if the caller is being
 * killed, -ENOMEM. May sleep.
 */
int ht_engine_start(struct ht_engine *engine, struct ht_thread *thread,
		    void (*work)(struct ht_thread *thread), const char *name)
{
	struct task_struct *task;

	thread->engine = engine;
	thread->work = work;
	task = kthread_create_on_cpu(thread_fn, thread, choose_cpu(engine),
				     name);
	if (IS_ERR(task))
		return PTR_ERR(task);

	/* So that kthread_stop() finds it though it has ended. */
	thread->task = get_task_struct(task);
	list_add_tail(&thread->node, &engine->threads);
	wake_up_process(task);
	return 0;
}

/*
 * Lets the threads work. 0 when the time is over, -EINTR when a signal came
 * first, -ECANCELED when ht_engine_quit() did. May sleep.
 */
int ht_engine_wait(struct ht_engine *engine, unsigned int seconds)
{
	long left;

	left = wait_for_completion_interruptible_timeout(&engine->quit,
							 seconds * HZ);
	if (left < 0)
		return -EINTR;
	return left ? -ECANCELED : 0;
}

/* Makes ht_engine_wait() return, now or when it is called. Any context. */
void ht_engine_quit(struct ht_engine *engine)
{
	complete_all(&engine->quit);
}

/* All are told before the first is waited for: they end side by side, too. */
void ht_engine_stop(struct ht_engine *engine)
{
	struct ht_thread *thread;

	WRITE_ONCE(engine->stop, true);
	list_for_each_entry(thread, &engine->threads, node) {
		kthread_stop(thread->task);
		put_task_struct(thread->task);
	}
	INIT_LIST_HEAD(&engine->threads);
}

/*
 * Whether the calling thread is to go on. Gives way to others, and is a
 * quiescent state of RCU in all its flavours: not in a read-side section.
 */
bool ht_engine_goes_on(struct ht_thread *thread)
{
	cond_resched_tasks_rcu_qs();
	return !READ_ONCE(thread->engine->stop);
}
