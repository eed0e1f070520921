// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: hotplug, shuffling, pauses
 *
 * As in torture.ko, which Debian's kernels do not have. From time to time all
 * workers are made to rest, and the books are audited; all are moved to other
 * CPUs, every other time so that one is left idle; a CPU goes offline or comes back.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "torture.h"

static unsigned int stutter = 5;
module_param(stutter, uint, 0444);
MODULE_PARM_DESC(stutter, "seconds between pauses, in which the books are audited, 0: none");
static unsigned int shuffle_interval = 3;
module_param(shuffle_interval, uint, 0444);
MODULE_PARM_DESC(shuffle_interval, "seconds between moves to other CPUs, every other one leaves a CPU idle, 0: none");
static unsigned int onoff_interval;
module_param(onoff_interval, uint, 0444);
MODULE_PARM_DESC(onoff_interval, "milliseconds between CPU hotplugs, 0: there are none");

static unsigned int shuffles;
static int idle_one = -1;

static int next_online(int cpu)
{
	cpu = cpumask_next(cpu, cpu_online_mask);
	return cpu < nr_cpu_ids ? cpu : cpumask_first(cpu_online_mask);
}

static void make_pauses(struct ht_thread *thread)
{
	while (stutter && torture_sleep(thread, stutter * MSEC_PER_SEC)) {
		down_write(&torture_at_work);
		torture_readers_pause();
		torture_audit();
		up_write(&torture_at_work);
	}
}

static void shuffle_all(struct ht_thread *thread)
{
	int cpu = -1;

	while (shuffle_interval &&
	       torture_sleep(thread, shuffle_interval * MSEC_PER_SEC)) {
		cpu = next_online(cpu);
		WRITE_ONCE(idle_one, shuffles % 2 ? cpu : -1);
		WRITE_ONCE(shuffles, shuffles + 1);
		torture_count(COUNT_SHUFFLE);
	}
}

/*
 * Each worker moves itself. Where it may not go, it stays. No CPU goes offline meanwhile:
 * a kernel thread that is on its way to one is left where it is, which PREEMPT_RT warns
 * of when the thread next enables migration.
 */
void torture_shuffle(struct torture_worker *worker)
{
	unsigned int now = READ_ONCE(shuffles);
	int cpu, idle = READ_ONCE(idle_one);

	if (worker->shuffled == now)
		return;
	worker->shuffled = now;
	cpus_read_lock();
	cpu = next_online(torture_below(&worker->random, nr_cpu_ids));
	if (cpu == idle)
		cpu = next_online(cpu);
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	cpus_read_unlock();
}

#ifdef CONFIG_HOTPLUG_CPU
static void plug(int cpu, bool on)
{
	int ret = on ? add_cpu(cpu) : remove_cpu(cpu);

	if (torture_verbose)
		pr_info(TORTURE " cpu %d %s: %d\n", cpu, on ? "online" : "offline", ret);
	if (!ret && !on)
		torture_count(COUNT_OFFLINE);
}

static void plug_cpus(struct ht_thread *thread)
{
	int cpu = -1;

	while (onoff_interval && torture_sleep(thread, onoff_interval)) {
		cpu = next_online(cpu);
		if (!cpu_is_hotpluggable(cpu) || num_online_cpus() < 2)
			continue;
		plug(cpu, false);
		torture_sleep(thread, onoff_interval);
		if (!cpu_online(cpu))
			plug(cpu, true);
	}
}
#else
static void plug_cpus(struct ht_thread *thread)
{
}
#endif

static struct torture_worker renewer;
static struct ht_thread others[4];

int torture_disturb_start(void)
{
	int ret;

	prandom_seed_state(&renewer.random, 1);
	ret = ht_engine_start(&torture_engine, &renewer.thread, torture_renew,
			      "torture_renew/%u");
	if (!ret)
		ret = ht_engine_start(&torture_engine, &others[0], torture_statistics,
				      "torture_stats/%u");
	if (!ret)
		ret = ht_engine_start(&torture_engine, &others[1], make_pauses,
				      "torture_stutter/%u");
	if (!ret)
		ret = ht_engine_start(&torture_engine, &others[2], shuffle_all,
				      "torture_shuffle/%u");
	if (!ret)
		ret = ht_engine_start(&torture_engine, &others[3], plug_cpus,
				      "torture_onoff/%u");
	return ret;
}
