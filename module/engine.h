/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_ENGINE_H
#define _HANDLER_TABLE_ENGINE_H

/*
 * Threads that work side by side for a while
 *
 * One task sets an engine up, starts threads, waits for time to pass or for a
 * signal, and stops them:
 *
 *	ht_engine_init(&engine);
 *	ret = ht_engine_start(&engine, &thread[i], work, "stress");
 *	if (!ret)
 *		ret = ht_engine_wait(&engine, seconds);
 *	ht_engine_stop(&engine);
 *
 * and each thread does a bit of its work until it is told to stop:
 *
 *	while (ht_engine_goes_on(thread))
 *		...
 *
 * The threads are pinned, each to the next online CPU that is not isolated, or,
 * where there is none, to the next online one. One whose CPU goes offline goes
 * on elsewhere.
 *
 * Other modules that test or measure tables use it by compiling engine.c,
 * context.c, subject.c and histogram.c a second time, into themselves: nothing
 * is exported for them. These four need nothing of the module but the public
 * header, and their state (the subjects) is then each module's own.
 */

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/types.h>

struct task_struct;

struct ht_engine {
	struct list_head	threads;
	struct completion	quit;
	bool			stop;
	int			last_cpu;
};

/* To be embedded in what the thread needs. */
struct ht_thread {
	struct list_head	node;
	struct ht_engine	*engine;
	struct task_struct	*task;
	void			(*work)(struct ht_thread *thread);
};

void ht_engine_init(struct ht_engine *engine);
int ht_engine_start(struct ht_engine *engine, struct ht_thread *thread,
		    void (*work)(struct ht_thread *thread), const char *name);
int ht_engine_wait(struct ht_engine *engine, unsigned int seconds);
void ht_engine_quit(struct ht_engine *engine);
void ht_engine_stop(struct ht_engine *engine);
bool ht_engine_goes_on(struct ht_thread *thread);

#endif /* _HANDLER_TABLE_ENGINE_H */
