/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_STRESS_WRITER_H
#define _HANDLER_TABLE_STRESS_WRITER_H

#include "stress_run.h"
#include "subject.h"

struct handler_table;

/* Two handlers which take turns in one slot. */
struct ht_stress_pair {
	unsigned int	subject[2];
	unsigned int	now;	/* which of them was installed last */
	unsigned int	slot;
	bool		alive;
};

#define HT_STRESS_PAIRS		2
#define HT_STRESS_SUBJECTS	(2 * HT_STRESS_PAIRS)	/* of a writer */

static_assert(HT_STRESS_MAX_WRITERS * HT_STRESS_SUBJECTS <= HT_SUBJECTS);

/* A thread that changes slots, and what it knows of it. */
struct ht_stress_writer {
	struct ht_thread		thread;
	struct ht_context		context;
	struct handler_table		*table;
	unsigned int			contexts;
	enum ht_context_kind		kind;
	u64				wrong_context;
	u32				random;
	struct ht_stress_pair		pairs[HT_STRESS_PAIRS];
	struct ht_stress_pair		*pair;	/* that is being changed */
	struct ht_stress_changes	changes;
};

void ht_stress_write(struct ht_thread *thread);

#endif /* _HANDLER_TABLE_STRESS_WRITER_H */
