// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_contexts: every operation from every context
 *
 * In debugfs, under the name of the module:
 *
 *	run		writing N runs the whole matrix, operation x context, N
 *			times on every CPU that is online
 *	results		a line for each cell, over all runs so far:
 *			  OPERATION CONTEXT ok VISITS CPUS
 *			  OPERATION CONTEXT skip WHY
 *			  OPERATION CONTEXT failed cpu N: WHAT
 *	visits		how many visits there were that count
 *	least_visits	how often every cell was visited
 *	offlines	how often a CPU went offline
 *
 * CPUs may go offline and online meanwhile. A visit during which one of its own
 * went does not count: it may have been moved to another CPU in the middle. One
 * of others does: operations that wait for grace periods take most of the time,
 * so that nearly all CPUs go in the middle of one of them. A context that does
 * not get to run within LIMIT_MS is a failure.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "contexts.h"

#define LIMIT_MS	10000

struct cell {
	const struct operation	*operation;
	const struct context	*context;
	unsigned int		 visits;
	cpumask_t		 cpus;
	const char		*missing;
	const char		*fault;
	unsigned int		 fault_cpu;
};

struct visit visit;
static struct cell *cells;
static unsigned int nr_cells;
static u32 nr_visits, nr_offlines;
static DEFINE_PER_CPU(u32, offlines);
static struct dentry *dir;

/* Guards the results: one run of the matrix at a time. */
static DEFINE_MUTEX(run_mutex);

void visit_expect(bool ok, const char *what)
{
	if (!ok && !visit.fault)
		visit.fault = what;
}

void visit_arrive(void)
{
	if (atomic_cmpxchg(&visit.state, VISIT_ARMED, VISIT_RUNNING) !=
	    VISIT_ARMED)
		return;
	if (!visit.context->here()) {
		atomic_set_release(&visit.state, VISIT_MISSED);
		return;
	}
	visit.ran_on = raw_smp_processor_id();
	visit.operation->run();
	atomic_set_release(&visit.state, VISIT_DONE);
}

/* True when it holds, false if it does not come to that within the limit. */
bool visit_wait_for(bool (*condition)(void))
{
	unsigned long deadline = jiffies + msecs_to_jiffies(LIMIT_MS);

	while (!condition()) {
		if (time_after(jiffies, deadline))
			return condition();
		usleep_range(50, 200);
	}
	return true;
}

static bool visit_has_ended(void)
{
	return atomic_read_acquire(&visit.state) >= VISIT_DONE;
}

/* What has arrived ends: operations do not wait for anything unknown. */
void visit_wait(void)
{
	if (visit_wait_for(visit_has_ended))
		return;
	if (atomic_cmpxchg(&visit.state, VISIT_ARMED, VISIT_LATE) ==
	    VISIT_ARMED)
		return;
	while (!visit_has_ended())
		usleep_range(50, 200);
}

static void arm(const struct cell *cell, unsigned int cpu)
{
	visit.operation = cell->operation;
	visit.context = cell->context;
	visit.cpu = cpu;
	visit.fault = NULL;
	atomic_set_release(&visit.state, VISIT_ARMED);
}

static bool another_is_active(void)
{
	return cpumask_any_but(cpu_active_mask, visit.cpu) < nr_cpu_ids;
}

/*
 * Where to be, in order to have something done on @cpu. One that comes and goes
 * is waited for: to take things as they are could mean to find it gone at the
 * same place of the matrix in every round.
 */
static int move_for(const struct context *context, unsigned int cpu)
{
	unsigned int from = cpu;

	if (context->flags & CONTEXT_FROM_OTHER) {
		visit.cpu = cpu;
		visit_wait_for(another_is_active);
		from = cpumask_any_but(cpu_active_mask, cpu);
	}
	if (from >= nr_cpu_ids)
		return -ENXIO;
	return set_cpus_allowed_ptr(current, cpumask_of(from));
}

static int try_to_visit(const struct cell *cell, unsigned int cpu)
{
	int ret = move_for(cell->context, cpu);

	if (ret)
		return ret;
	arm(cell, cpu);
	return cell->context->go();
}

static enum visit_state disarm(void)
{
	int state = atomic_cmpxchg(&visit.state, VISIT_ARMED, VISIT_LATE);

	return state == VISIT_ARMED ? VISIT_LATE : state;
}

/* A CPU that is not there, or no other one to send from: no visit. */
static const char refused[] = "refused";

static const char *visit_cell(const struct cell *cell, unsigned int cpu)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(LIMIT_MS);
	enum visit_state state;
	int ret;

	do {
		ret = try_to_visit(cell, cpu);
		state = disarm();
	} while (!ret && state == VISIT_MISSED &&
		 cell->context->flags & CONTEXT_MAY_MISS &&
		 time_before(jiffies, deadline));

	if (!ret && state == VISIT_DONE && cell->operation->settle)
		cell->operation->settle();
	operations_clear();

	if (ret)
		return refused;
	if (state == VISIT_LATE)
		return "nothing ever ran there";
	if (state == VISIT_MISSED)
		return "what ran was in another context";
	if (visit.ran_on != cpu)
		return "it ran on another CPU";
	return visit.fault;
}

/* How often one went on which a visit of @cpu depends. */
static u32 offlines_for(const struct context *context, unsigned int cpu)
{
	return context->flags & CONTEXT_FROM_OTHER ?
	       READ_ONCE(nr_offlines) : READ_ONCE(per_cpu(offlines, cpu));
}

/*
 * A CPU that goes offline first becomes inactive and then calls
 * count_offline(); only after that it gets active again.
 */
static bool was_disturbed(const struct context *context, unsigned int cpu,
			  u32 offlines_before)
{
	if (!cpu_active(cpu))
		return true;
	smp_rmb();	/* else it could be the next time that it is active */
	return offlines_for(context, cpu) != offlines_before;
}

static int count_offline(unsigned int cpu)
{
	WRITE_ONCE(per_cpu(offlines, cpu), per_cpu(offlines, cpu) + 1);
	WRITE_ONCE(nr_offlines, nr_offlines + 1);
	return 0;
}

static void run_cell_on(struct cell *cell, unsigned int cpu)
{
	const struct context *context = cell->context;
	u32 offlines_before = offlines_for(context, cpu);
	const char *fault = visit_cell(cell, cpu);

	if (fault == refused || was_disturbed(context, cpu, offlines_before))
		return;
	if (fault && !cell->fault) {
		cell->fault = fault;
		cell->fault_cpu = cpu;
	}
	cell->visits++;
	cpumask_set_cpu(cpu, &cell->cpus);
	WRITE_ONCE(nr_visits, nr_visits + 1);
}

/* What failed once stays failed: the limit is not waited for again. */
static int run_matrix(void)
{
	unsigned int i, cpu;

	for (i = 0; i < nr_cells; i++) {
		if (cells[i].missing)
			continue;
		for_each_online_cpu(cpu) {
			if (!cells[i].fault)
				run_cell_on(&cells[i], cpu);
			if (signal_pending(current))
				return -EINTR;
			cond_resched();
		}
	}
	return 0;
}

static int run_rounds(void *unused, u64 rounds)
{
	cpumask_var_t allowed;
	int ret = 0;

	if (!alloc_cpumask_var(&allowed, GFP_KERNEL))
		return -ENOMEM;
	mutex_lock(&run_mutex);
	cpumask_copy(allowed, current->cpus_ptr);
	while (rounds-- && !ret)
		ret = run_matrix();
	/* Unless none of them is left. */
	set_cpus_allowed_ptr(current, allowed);
	mutex_unlock(&run_mutex);
	free_cpumask_var(allowed);
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(run_fops, NULL, run_rounds, "%llu\n");

static void show_cell(struct seq_file *m, const struct cell *cell)
{
	seq_printf(m, "%s %s ", cell->operation->name, cell->context->name);
	if (cell->missing)
		seq_printf(m, "skip %s\n", cell->missing);
	else if (cell->fault)
		seq_printf(m, "failed cpu %u: %s\n", cell->fault_cpu,
			   cell->fault);
	else if (!cell->visits)
		seq_puts(m, "failed cpu -: it was never there\n");
	else
		seq_printf(m, "ok %u %u\n", cell->visits,
			   cpumask_weight(&cell->cpus));
}

static int results_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < nr_cells; i++)
		show_cell(m, &cells[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

static int get_least_visits(void *unused, u64 *value)
{
	unsigned int i;

	*value = UINT_MAX;
	for (i = 0; i < nr_cells; i++) {
		if (!cells[i].missing && !cells[i].fault)
			*value = min_t(u64, *value, cells[i].visits);
	}
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(least_visits_fops, get_least_visits, NULL, "%llu\n");

static const char *what_is_missing(const struct operation *operation,
				   const struct context *context)
{
	if (context->flags & CONTEXT_NMI && nmi_missing)
		return nmi_missing;
	if (context->flags & CONTEXT_FROM_OTHER && num_online_cpus() < 2)
		return "no other CPU is online";
	if (context->flags & operation->avoids_rt &&
	    IS_ENABLED(CONFIG_PREEMPT_RT))
		return "not allowed on PREEMPT_RT";
	return NULL;
}

static void add_cell(const struct operation *operation,
		     const struct context *context)
{
	struct cell *cell;

	if (operation->needs & ~context->flags ||
	    operation->avoids & context->flags)
		return;
	cell = &cells[nr_cells++];
	cell->operation = operation;
	cell->context = context;
	cell->missing = what_is_missing(operation, context);
}

static int make_cells(void)
{
	unsigned int i, j;

	cells = kvcalloc(nr_operations * nr_contexts, sizeof(*cells),
			 GFP_KERNEL);
	if (!cells)
		return -ENOMEM;
	for (i = 0; i < nr_operations; i++) {
		for (j = 0; j < nr_contexts; j++)
			add_cell(&operations[i], &contexts[j]);
	}
	return 0;
}

static void make_files(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("results", 0400, dir, NULL, &results_fops);
	debugfs_create_u32("visits", 0400, dir, &nr_visits);
	debugfs_create_file("least_visits", 0400, dir, NULL,
			    &least_visits_fops);
	debugfs_create_u32("offlines", 0400, dir, &nr_offlines);
}

static int hotplug_state;

static int __init test_init(void)
{
	int ret;

	/* Nothing is armed yet. */
	atomic_set(&visit.state, VISIT_LATE);
	hotplug_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
						  KBUILD_MODNAME, NULL,
						  count_offline);
	if (hotplug_state < 0)
		return hotplug_state;
	contexts_init();
	ret = make_cells();
	if (ret) {
		contexts_exit();
		cpuhp_remove_state_nocalls(hotplug_state);
		return ret;
	}
	make_files();
	return 0;
}

static void __exit test_exit(void)
{
	debugfs_remove(dir);
	contexts_exit();
	operations_exit();
	cpuhp_remove_state_nocalls(hotplug_state);
	kvfree(cells);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: every operation from every context");
MODULE_LICENSE("GPL");
