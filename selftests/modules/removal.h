/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SELFTESTS_REMOVAL_H
#define _SELFTESTS_REMOVAL_H

/*
 * handler_table_test_removal: what its files share
 */
#include <linux/types.h>

/* removal_main.c: runs a handler, if there is one in the table just now. */
bool dispatch_any(void);
/* When CPUs should have a chance to be idle. */
bool is_quiet_time(void);
/* A number below n, different each time; usable in NMI. */
unsigned int any_below(unsigned int n);

/* removal_places.c: interrupts a CPU, which is online and stays so. */
void interrupt_cpu(unsigned int cpu);
void places_init(void);
/* After this no interrupt dispatches any more. */
void places_exit(void);

/* removal_nmi.c: to this CPU; false if there is no way to. */
extern bool has_nmi;
bool nmi_send(void);
void nmi_setup(void);
void nmi_teardown(void);

/* removal_exit.c: a thread that has others exit, one after the other. */
extern bool has_exit;
int exit_all_the_time(void *unused);
void exit_setup(void);
/* After that thread has ended. */
void exit_teardown(void);

#endif /* _SELFTESTS_REMOVAL_H */
