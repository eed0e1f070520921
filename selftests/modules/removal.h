/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SELFTESTS_REMOVAL_H
#define _SELFTESTS_REMOVAL_H

/*
 * handler_table_test_removal: what its files share
 */
#include <linux/types.h>

/* removal_main.c: runs a handler, if there is one in the table just now. */
bool dispatch_any(void);
/* A number below n, different each time; usable in NMI. */
unsigned int any_below(unsigned int n);

/* removal_places.c: interrupts a CPU, which is online and stays so. */
void interrupt_cpu(unsigned int cpu);
void places_init(void);
/* After this no interrupt dispatches any more. */
void places_exit(void);

/* removal_nmi.c: to this CPU; false if there is no way to. */
bool nmi_send(void);
void nmi_setup(void);
void nmi_teardown(void);

#endif /* _SELFTESTS_REMOVAL_H */
