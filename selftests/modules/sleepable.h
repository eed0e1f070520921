/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_TEST_SLEEPABLE_H
#define _HANDLER_TABLE_TEST_SLEEPABLE_H

/*
 * The table that handler_table_test_sleepable has for handlers of another module.
 */
#include <linux/handler_table.h>

extern struct handler_table sleepable;

#endif /* _HANDLER_TABLE_TEST_SLEEPABLE_H */
