/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_CONTEXT_H
#define _HANDLER_TABLE_CONTEXT_H

/*
 * Code in a context of one's choice
 *
 * A thread has a function run in task, softirq or hardirq context, usually on
 * its own CPU, and waits for it. So the function has the thread's data to
 * itself, whatever context it is in.
 */

#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/types.h>

enum ht_context_kind {
	HT_CONTEXT_TASK,
	HT_CONTEXT_SOFTIRQ,
	HT_CONTEXT_HARDIRQ,
	HT_CONTEXT_KINDS,
};

extern const char * const ht_context_names[HT_CONTEXT_KINDS];

struct ht_context {
	void			(*fn)(void *data);
	void			*data;
	bool			right;
	struct completion	done;
	struct tasklet_struct	tasklet;
	struct irq_work		irq_work;
};

void ht_context_init(struct ht_context *context);
bool ht_context_run(struct ht_context *context, enum ht_context_kind kind,
		    void (*fn)(void *data), void *data);
void ht_context_destroy(struct ht_context *context);

#endif /* _HANDLER_TABLE_CONTEXT_H */
