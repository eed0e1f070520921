/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_TEST_GUARD_H
#define _HANDLER_TABLE_TEST_GUARD_H

/*
 * What handler_table_test_guard has for the modules that make mistakes in its
 * tables, see handler_table_test_guard.c.
 */
#include <linux/handler_table.h>

/* The slot of guard_first that is dispatched all the time. */
#define GUARD_BUSY_SLOT		15

/* Published, published, and not. All three have 16 slots. */
extern struct handler_table guard_first;
extern struct handler_table guard_second;
extern struct handler_table guard_hidden;

/* A handler that takes its time says when it begins and when it ends. */
void guard_handler_begins(void);
void guard_handler_ends(void);
bool guard_handler_runs(void);

/* A handler that runs for as long as the test wants. */
void guard_occupy(unsigned int idx, void *arg);

/* Keeps a pointer to somebody else's table, to dispatch through it later. */
void guard_adopt(struct handler_table *t);

#endif /* _HANDLER_TABLE_TEST_GUARD_H */
