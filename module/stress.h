/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_STRESS_H
#define _HANDLER_TABLE_STRESS_H

/*
 * The file "stress" in debugfs: a stress that operators can start. It stands on
 *
 *	stress_params.c		what they may ask for
 *	stress_run.c		a run, and its books
 *	stress_reader.c		threads that dispatch
 *	stress_writer.c		threads that change slots
 *	subject.c		handlers that watch over themselves
 *	engine.c		threads that work side by side for a while
 *	context.c		code in softirq and hardirq context
 *	histogram.c		latencies
 *
 * of which the last four know nothing of this one and serve other tests, too.
 */

#include "stress_run.h"

struct dentry;

int ht_stress_params_parse(char *text, struct ht_stress_params *params);

#ifdef CONFIG_DEBUG_FS
void ht_stress_debugfs_init(struct dentry *root);
void ht_stress_debugfs_exit(void);
#else
static inline void ht_stress_debugfs_init(struct dentry *root) {}
static inline void ht_stress_debugfs_exit(void) {}
#endif

#endif /* _HANDLER_TABLE_STRESS_H */
