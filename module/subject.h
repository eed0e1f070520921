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
 *
 * The handlers of plain tables are here. One of another prototype has a &struct
 * ht_subject of its own, and calls ht_subject_watch().
 */

#include <linux/handler_table.h>
#include <linux/limits.h>
#include <linux/types.h>

/* Beside these there is one more, the last. */
#define HT_SUBJECTS		64
#define HT_SUBJECT_ANYWHERE	HT_SUBJECTS

/* For a subject that may be in any slot. */
#define HT_ANY_SLOT		UINT_MAX

/**
 * struct ht_subject - the state of a handler
 * @dead: it must not be called
 * @slot: where it may be, while it lives
 *
 * Changed by the owner, who is the one that registers it, only.
 */
struct ht_subject {
	bool		dead;
	unsigned int	slot;
};

/**
 * struct ht_ticket - the argument of one dispatch
 * @self: this ticket: whether the argument is one
 * @idx: the index that was dispatched
 * @calls: how many handlers ran
 * @flaws: how many times one of them saw what must not be
 * @linger_us: the time that the handler is to take
 * @may_sleep: whether it sleeps meanwhile
 * @inside: what it does besides, or NULL
 */
struct ht_ticket {
	struct ht_ticket	*self;
	unsigned int		 idx;
	unsigned int		 calls;
	unsigned int		 flaws;
	unsigned int		 linger_us;
	bool			 may_sleep;
	void			 (*inside)(struct ht_ticket *ticket);
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
extern struct ht_subject ht_subjects[HT_SUBJECTS + 1];

void ht_subject_watch(const struct ht_subject *subject, unsigned int idx,
		      void *arg);
void ht_subject_reset(void);
void ht_subject_revive(struct ht_subject *subject, unsigned int slot);
void ht_subject_bury(struct ht_subject *subject);
void ht_subject_sum(struct ht_subject_counts *sum);

#endif /* _HANDLER_TABLE_SUBJECT_H */
