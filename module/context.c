// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: code in task, softirq or hardirq context, see context.h
 *
 * The softirq is a tasklet, the hard interrupt an irq_work, which is one on
 * PREEMPT_RT too. Both usually run before the call that queues them returns:
 * a softirq when bottom halves are enabled again, an irq_work by an interrupt
 * that the CPU sends to itself. Where it has none, the next tick will do. If
 * the CPU goes offline meanwhile, what was queued runs on another.
 */
#include <linux/bottom_half.h>
#include <linux/preempt.h>

#include "context.h"

const char * const ht_context_names[HT_CONTEXT_KINDS] = {
	[HT_CONTEXT_TASK]	= "task",
	[HT_CONTEXT_SOFTIRQ]	= "softirq",
	[HT_CONTEXT_HARDIRQ]	= "hardirq",
};

static void run_and_complete(struct ht_context *context, bool right)
{
	context->right = right;
	context->fn(context->data);
	complete(&context->done);
}

static void run_in_softirq(struct tasklet_struct *tasklet)
{
	run_and_complete(container_of(tasklet, struct ht_context, tasklet),
			 in_serving_softirq() && !in_hardirq());
}

static void run_in_hardirq(struct irq_work *work)
{
	run_and_complete(container_of(work, struct ht_context, irq_work),
			 in_hardirq());
}

/* May sleep. */
void ht_context_init(struct ht_context *context)
{
	init_completion(&context->done);
	tasklet_setup(&context->tasklet, run_in_softirq);
	context->irq_work = IRQ_WORK_INIT_HARD(run_in_hardirq);
}

/*
 * Runs @fn(@data) and waits for its end. False if it ran in a context other
 * than that, which is a defect of this file or of the kernel. May sleep.
 */
bool ht_context_run(struct ht_context *context, enum ht_context_kind kind,
		    void (*fn)(void *data), void *data)
{
	context->fn = fn;
	context->data = data;

	switch (kind) {
	case HT_CONTEXT_SOFTIRQ:
		local_bh_disable();
		tasklet_schedule(&context->tasklet);
		local_bh_enable();
		break;
	case HT_CONTEXT_HARDIRQ:
		irq_work_queue(&context->irq_work);
		break;
	default:
		run_and_complete(context, in_task());
		break;
	}
	wait_for_completion(&context->done);
	return context->right;
}

/*
 * Waits until the kernel has let go of @context. Some configurations look at
 * an irq_work once more after irq_work_sync(): do not free @context before an
 * RCU grace period has passed. May sleep.
 */
void ht_context_destroy(struct ht_context *context)
{
	tasklet_kill(&context->tasklet);
	irq_work_sync(&context->irq_work);
}
