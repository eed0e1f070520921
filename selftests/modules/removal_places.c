// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_removal: dispatches from interrupts
 *
 * One interrupt after the other is sent to a CPU and dispatches itself, or has
 * the CPU dispatch in a tasklet, in a timer's interrupt a little later, when the
 * CPU may be idle, or in NMI.
 */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "compat.h"
#include "removal.h"

#define TIMER_MAX_NS	(4 * NSEC_PER_MSEC)

static DEFINE_PER_CPU(call_single_data_t, csd);
static DEFINE_PER_CPU(struct irq_work, irq_work);
static DEFINE_PER_CPU(struct hrtimer, hrtimer);
static DEFINE_PER_CPU(struct tasklet_struct, tasklet);

static enum hrtimer_restart arrive_in_hrtimer(struct hrtimer *unused)
{
	dispatch_any();
	return HRTIMER_NORESTART;
}

static void arrive_in_tasklet(struct tasklet_struct *unused)
{
	dispatch_any();
}

static void arrive(struct irq_work *unused)
{
	switch (any_below(4)) {
	case 0:
		tasklet_schedule(this_cpu_ptr(&tasklet));
		break;
	case 1:
		hrtimer_start(this_cpu_ptr(&hrtimer),
			      ns_to_ktime(any_below(TIMER_MAX_NS)),
			      HRTIMER_MODE_REL_PINNED_HARD);
		break;
	case 2:
		if (nmi_send())
			break;
		fallthrough;
	default:
		dispatch_any();
	}
}

static void send_to_itself(void *unused)
{
	irq_work_queue(this_cpu_ptr(&irq_work));
}

/* Does not wait: its CPU is to be free for the removal of what runs there. */
void interrupt_cpu(unsigned int cpu)
{
	smp_call_function_single_async(cpu, per_cpu_ptr(&csd, cpu));
}

static void do_nothing(void *unused)
{
}

void places_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		INIT_CSD(per_cpu_ptr(&csd, cpu), send_to_itself, NULL);
		*per_cpu_ptr(&irq_work, cpu) = IRQ_WORK_INIT_HARD(arrive);
		hrtimer_setup(per_cpu_ptr(&hrtimer, cpu), arrive_in_hrtimer,
			      CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
		tasklet_setup(per_cpu_ptr(&tasklet, cpu), arrive_in_tasklet);
	}
	nmi_setup();
}

void places_exit(void)
{
	unsigned int cpu;

	/* After what was sent. */
	on_each_cpu(do_nothing, NULL, true);
	for_each_possible_cpu(cpu) {
		irq_work_sync(per_cpu_ptr(&irq_work, cpu));
		hrtimer_cancel(per_cpu_ptr(&hrtimer, cpu));
		tasklet_kill(per_cpu_ptr(&tasklet, cpu));
	}
	nmi_teardown();
	/* Some kernels look at an irq_work once more after irq_work_sync(). */
	synchronize_rcu();
}
