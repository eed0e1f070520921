/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_SUBJECT_H
#define _HANDLER_TABLE_SUBJECT_H

/*
 * Handlers that watch over themselves
 *
 * A subject is a handler function with a state of its own. It is dead, and must
 * not be called, but for the time from ht_subject_revive(), before it is
 * registered, to ht_subject_bury(), after it was removed and waited for.
 * It also lives in one slot, and knows which.
 *
 * Whoever dispatches passes a &struct ht_ticket, in which the handler punches
 * its call. Each call is looked at twice, when it begins and when it ends, with
 * some time in between if the ticket says so: a removal that does not wait
 * shows as a handler that dies while it runs.
 */

#include <linux/handler_table.h>
#include <linux/types.h>

/* Beside these there is one more, the last, that may be in any slot. */
#define HT_SUBJECTS		64
#define HT_SUBJECT_ANYWHERE	HT_SUBJECTS

/* For how long a handler lingers that is told to. */
#define HT_LINGER_US		5

/**
 * struct ht_ticket - the argument of one dispatch
 * @self: this ticket: whether the argument is one
 * @idx: the index that was dispatched
 * @calls: how many handlers ran
 * @linger: whether the handler is to take its time
 */
struct ht_ticket {
	struct ht_ticket	*self;
	unsigned int		 idx;
	unsigned int		 calls;
	bool			 linger;
};

/**
 * struct ht_subject_counts - what all subjects saw since ht_subject_reset()
 * @calls: how often they were called
 * @late: how many of these calls began or ended after the subject's burial
 * @wrong: how many had another index than they should have
 */
struct ht_subject_counts {
	u64 calls;
	u64 late;
	u64 wrong;
};

extern const handler_fn_t ht_subject_fns[HT_SUBJECTS + 1];

void ht_subject_reset(void);
void ht_subject_revive(unsigned int nr, unsigned int slot);
void ht_subject_bury(unsigned int nr);
void ht_subject_sum(struct ht_subject_counts *sum);

#endif /* _HANDLER_TABLE_SUBJECT_H */
