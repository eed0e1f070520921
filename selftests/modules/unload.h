/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_TEST_UNLOAD_H
#define _HANDLER_TABLE_TEST_UNLOAD_H

/*
 * What handler_table_test_unload has for the modules that come and go, and what
 * its own two files share.
 */
#include <linux/handler_table.h>

#define UNLOAD_NR_SLOTS		16

/* Both published, and dispatched all the time from everywhere. */
extern struct handler_table unload_first;
extern struct handler_table unload_second;

/**
 * struct unload_call - the argument of a handler
 * @linger_ms: how long one handler should take; who has done so makes it 0
 */
struct unload_call {
	unsigned int	linger_ms;
};

/* How a module goes. */
enum unload_way {
	UNLOAD_PROPERLY,	/* removes its handlers, and waits */
	UNLOAD_HURRIED,		/* removes them, and does not wait */
	UNLOAD_FORGETFUL,	/* leaves them where they are */
	UNLOAD_WAYS
};

void unload_goes(enum unload_way way, unsigned int nr_handlers);
void unload_violation(void);

enum unload_context {
	UNLOAD_TASK,
	UNLOAD_SOFTIRQ,
	UNLOAD_IRQ_WORK,
	UNLOAD_HRTIMER,
	UNLOAD_NMI,
	UNLOAD_CONTEXTS
};

void unload_sweep(enum unload_context context, unsigned int linger_ms);

/* unload_nmi.c. */
extern bool unload_has_nmi;
void unload_nmi_setup(void);
void unload_nmi_teardown(void);
void unload_nmi_send(unsigned int cpu);

#endif /* _HANDLER_TABLE_TEST_UNLOAD_H */
