// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_contexts: the contexts, and how to get there
 *
 * Whoever calls go() is a task on the CPU in question, or on another one for
 * an interrupt that has to be sent. What is queued here and then finds its CPU
 * offline runs on another one, but nothing gets lost.
 */
#include <linux/bottom_half.h>
#include <linux/hardirq.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>

#include "compat.h"
#include "contexts.h"

#define HRTIMER_NS	(100 * NSEC_PER_USEC)
/* Long enough for the CPU to go idle after the task went to sleep. */
#define IDLE_NS		NSEC_PER_MSEC

static bool in_preemptible_task(void)
{
	return in_task() && !irqs_disabled() && !preempt_count();
}

static int go_task(void)
{
	visit_arrive();
	return 0;
}

static bool in_task_without_preemption(void)
{
	return in_task() && !irqs_disabled() &&
	       (preempt_count() || !IS_ENABLED(CONFIG_PREEMPT_COUNT));
}

static int go_preempt_off(void)
{
	preempt_disable();
	visit_arrive();
	preempt_enable();
	return 0;
}

static bool in_task_without_irqs(void)
{
	return in_task() && irqs_disabled();
}

static int go_irqs_off(void)
{
	unsigned long flags;

	local_irq_save(flags);
	visit_arrive();
	local_irq_restore(flags);
	return 0;
}

static bool in_softirq_proper(void)
{
	return in_serving_softirq() && !in_hardirq() && !in_nmi();
}

static void arrive_in_timer(struct timer_list *unused)
{
	visit_arrive();
}

static DEFINE_TIMER(timer, arrive_in_timer);

static int go_timer(void)
{
	timer.flags |= TIMER_PINNED;
	mod_timer(&timer, jiffies + 1);
	visit_wait();
	return 0;
}

static void arrive_in_tasklet(struct tasklet_struct *unused)
{
	visit_arrive();
}

static DECLARE_TASKLET(tasklet, arrive_in_tasklet);

static int go_tasklet(void)
{
	tasklet_schedule(&tasklet);
	visit_wait();
	return 0;
}

static bool in_hardirq_proper(void)
{
	return in_hardirq() && !in_nmi();
}

static bool in_idle(void)
{
	return in_hardirq_proper() && is_idle_task(current);
}

static struct hrtimer hrtimer;

static enum hrtimer_restart arrive_in_hrtimer(struct hrtimer *unused)
{
	visit_arrive();
	return HRTIMER_NORESTART;
}

static int go_hrtimer(void)
{
	hrtimer_start(&hrtimer, ns_to_ktime(HRTIMER_NS),
		      HRTIMER_MODE_REL_PINNED_HARD);
	visit_wait();
	return 0;
}

static int go_idle(void)
{
	hrtimer_start(&hrtimer, ns_to_ktime(IDLE_NS),
		      HRTIMER_MODE_REL_PINNED_HARD);
	visit_wait();
	return 0;
}

static void arrive_in_irq_work(struct irq_work *unused)
{
	visit_arrive();
}

static struct irq_work irq_work = IRQ_WORK_INIT_HARD(arrive_in_irq_work);

static int go_irq_work(void)
{
	irq_work_queue(&irq_work);
	visit_wait();
	return 0;
}

static void arrive_in_ipi(void *unused)
{
	visit_arrive();
}

static int go_ipi(void)
{
	return smp_call_function_single(visit.cpu, arrive_in_ipi, NULL, true);
}

static bool in_nmi_proper(void)
{
	return in_nmi();
}

/*
 * An IPI can miss: a CPU that is about to go idle may do what it was asked to
 * without one, in the idle task.
 */
const struct context contexts[] = {
	{ "task", CONTEXT_MAY_SLEEP, in_preemptible_task, go_task },
	{ "preempt-off", CONTEXT_NO_SPINLOCK_RT, in_task_without_preemption,
	  go_preempt_off },
	{ "irqs-off", CONTEXT_NO_SPINLOCK_RT, in_task_without_irqs,
	  go_irqs_off },
	{ "timer", 0, in_softirq_proper, go_timer },
	{ "tasklet", 0, in_softirq_proper, go_tasklet },
	{ "hrtimer", CONTEXT_NO_SPINLOCK_RT, in_hardirq_proper, go_hrtimer },
	{ "irq_work", CONTEXT_NO_SPINLOCK_RT, in_hardirq_proper, go_irq_work },
	{ "ipi", CONTEXT_NO_SPINLOCK_RT | CONTEXT_FROM_OTHER | CONTEXT_MAY_MISS,
	  in_hardirq_proper, go_ipi },
	{ "idle", CONTEXT_NO_SPINLOCK_RT | CONTEXT_MAY_MISS, in_idle, go_idle },
	{ "nmi-self", CONTEXT_NO_SPINLOCK_RT | CONTEXT_NMI, in_nmi_proper,
	  nmi_go },
	{ "nmi-other", CONTEXT_NO_SPINLOCK_RT | CONTEXT_NMI |
	  CONTEXT_FROM_OTHER, in_nmi_proper, nmi_go },
};

const unsigned int nr_contexts = ARRAY_SIZE(contexts);

void contexts_init(void)
{
	hrtimer_setup(&hrtimer, arrive_in_hrtimer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED_HARD);
	nmi_setup();
}

/* After this nobody arrives any more. */
void contexts_exit(void)
{
	timer_delete_sync(&timer);
	tasklet_kill(&tasklet);
	hrtimer_cancel(&hrtimer);
	irq_work_sync(&irq_work);
	nmi_teardown();
}
