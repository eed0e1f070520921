/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_TEST_CONTEXTS_H
#define _HANDLER_TABLE_TEST_CONTEXTS_H

/*
 * handler_table_test_contexts: what its files share
 *
 * A cell of the matrix is an operation in a context. A visit is one run of a
 * cell on one CPU; there is one visit at a time, so its state is global:
 *
 *	the task that runs the matrix		the context
 *
 *	moves to the CPU, arms the visit
 *	context->go()				visit_arrive():
 *	  has it call visit_arrive()		  armed -> running
 *	  visit_wait()				  operation->run()
 *						  running -> done
 *	operation->settle(), judges
 *
 * A context that arrives when its visit is over does nothing.
 */

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/types.h>

/* Properties of a context. */
#define CONTEXT_MAY_SLEEP	BIT(0)
#define CONTEXT_NO_SPINLOCK_RT	BIT(1)	/* on PREEMPT_RT, where they sleep */
#define CONTEXT_NMI		BIT(2)
#define CONTEXT_FROM_OTHER	BIT(3)	/* another CPU sends an interrupt */
#define CONTEXT_MAY_MISS	BIT(4)	/* by chance; then try again */

/**
 * struct context - a context to run operations in
 * @name: what the documentation calls it
 * @flags: CONTEXT_*
 * @here: is the caller in that context?
 * @go: has visit_arrive() called there, and waits for the end; -errno if that
 *	cannot be
 */
struct context {
	const char	*name;
	unsigned int	 flags;
	bool		(*here)(void);
	int		(*go)(void);
};

/**
 * struct operation - an operation of handler_table
 * @name: the call without "handler_table\_"
 * @needs: CONTEXT_* without which it is not allowed
 * @avoids: CONTEXT_* in which it is not allowed
 * @avoids_rt: the same, on PREEMPT_RT
 * @run: tries the call, with all its results, wherever it is called
 * @settle: afterwards, from a task; may be NULL
 */
struct operation {
	const char	*name;
	unsigned int	 needs;
	unsigned int	 avoids;
	unsigned int	 avoids_rt;
	void		(*run)(void);
	void		(*settle)(void);
};

enum visit_state {
	VISIT_ARMED,
	VISIT_RUNNING,
	VISIT_DONE,
	VISIT_MISSED,		/* it arrived in another context */
	VISIT_LATE,		/* it did not arrive in time */
};

struct visit {
	atomic_t		 state;
	const struct context	*context;
	const struct operation	*operation;
	unsigned int		 cpu;		/* where it should be */
	unsigned int		 ran_on;	/* where it was */
	const char		*fault;		/* the first one */
};

extern struct visit visit;

void visit_arrive(void);
void visit_wait(void);
bool visit_wait_for(bool (*condition)(void));
void visit_expect(bool ok, const char *what);

/* In an operation: what has to be true. */
#define EXPECT(_condition)	visit_expect(_condition, #_condition)

extern const struct context contexts[];
extern const unsigned int nr_contexts;
extern const struct operation operations[];
extern const unsigned int nr_operations;

void contexts_init(void);
void contexts_exit(void);
void operations_clear(void);
void operations_exit(void);

/* contexts_nmi.c. Without @nmi_missing it is possible. */
extern const char *nmi_missing;
void nmi_setup(void);
void nmi_teardown(void);
int nmi_go(void);

#endif /* _HANDLER_TABLE_TEST_CONTEXTS_H */
