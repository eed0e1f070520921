// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: handlers that are out of their table, but may still be running
 *
 * A module that takes its handlers out and goes without having waited would
 * have its code freed under a handler that is still running. The guard can wait
 * in its place, if it knows that there is something to wait for: a module that
 * did wait, or never had a handler in a table, must not pay for a grace period.
 * So whoever displaces a handler leaves a note here.
 *
 * Time is counted in waits, for each domain of its own: what one wait covers is a
 * domain, and there is one for all plain tables and a few for those whose handlers
 * sleep. Each wait for handlers begins by ending an epoch of its domain, and a
 * note is the epoch in which its handler was displaced:
 *
 *	displace			wait
 *	change the slot			began = epoch++
 *	note = epoch			grace period
 *					over = began
 *
 * Both of the left side and the increment are fully ordered. If a note is not
 * later than "began", then its slot was changed before the grace period began,
 * and the handler has returned when that is over. A note which is later than
 * "over" may stand for a handler that is running. See
 * displaced-note-is-safe.litmus, and displaced-calls-are-safe.litmus for those
 * who do not wait.
 *
 * A note is kept for a page of code and a domain, as no two modules share a page.
 * That is exact and small, and takes a lookup in a set of a few cache lines that
 * are only read if nothing is new. Should a set be full, the note goes to one that
 * counts for all modules.
 *
 * The change and its note are two steps, and a module may go in between. So
 * there is a note before the change as well, and all three are in a read-side
 * section: a grace period that began after the first note does not end before
 * the second, and one of the two is seen as long as the handler may be running,
 * displaced-by-another-is-safe.litmus.
 * What swap and unregister are going to displace they do not know for certain:
 * if a third party puts another handler there between their look and their
 * change, its note comes after the change only.
 */
#include <linux/atomic.h>
#include <linux/handler_table.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "internal.h"

#define SET_BITS	6
#define SET_SIZE	8	/* pages, two cache lines on most machines */

static struct displaced_page {
	atomic_long_t	page;	/* its address, and the domain; 0: none */
	atomic_long_t	note;
} sets[1 << SET_BITS][SET_SIZE] ____cacheline_aligned;

static_assert(HANDLER_TABLE_DOMAINS <= PAGE_SIZE);

/* Handlers with notes up to @over have returned. */
static struct displaced_domain {
	atomic_long_t	epoch;
	atomic_long_t	over;
	atomic_long_t	crowded_out;	/* for which there was no room */
} domains[HANDLER_TABLE_DOMAINS] = {
	[0 ... HANDLER_TABLE_DOMAINS - 1] = { .epoch = ATOMIC_LONG_INIT(1) },
};

/*
 * As "over" of domain 0, once the functions of handler_table_call() so far have
 * run. Where handlers sleep these functions are no more than a wait, deferred.c.
 */
static atomic_long_t queued;

/*
 * Notes and epochs never go back, but wrap on 32-bit machines. So what counts is
 * the distance from the present: how long ago something was. The present has to
 * be read after what it is compared with, or that could lie in the future. Hence
 * the acquires. The one of "over" also keeps a module from being freed before
 * the end of the grace period is seen: displaced-note-is-safe.litmus.
 */
static bool is_newer(const struct displaced_domain *d, long a, long b)
{
	long present = atomic_long_read(&d->epoch);

	return (unsigned long)(present - a) < (unsigned long)(present - b);
}

/* See above, and displaced-note-is-safe.litmus. */
static void advance(const struct displaced_domain *d, atomic_long_t *note, long to)
{
	long now;

	do {
		now = atomic_long_read_acquire(note);
		if (!is_newer(d, to, now))
			return;
	} while (atomic_long_cmpxchg(note, now, to) != now);
}

static bool is_pending(const struct displaced_domain *d, atomic_long_t *note)
{
	/*
	 * In this order: a wait that is seen to be over has outlasted whoever
	 * had made a note before it began, and was about to make the second.
	 * displaced-by-another-is-safe.litmus
	 */
	long past = atomic_long_read_acquire(&d->over);
	long noted = atomic_long_read_acquire(note);

	return is_newer(d, noted, past);
}

/* Of rivals for an entry one gets it: register-rivals.litmus. */
static atomic_long_t *note_of(struct displaced_domain *d, long page)
{
	struct displaced_page *set;
	unsigned int i;
	long found;

	page |= d - domains;
	set = sets[hash_long(page, SET_BITS)];
	for (i = 0; i < SET_SIZE; i++) {
		if (atomic_long_read(&set[i].page) == page)
			return &set[i].note;
	}
	for (i = 0; i < SET_SIZE; i++) {
		found = atomic_long_cmpxchg(&set[i].page, 0, page);
		if (!found || found == page)
			return &set[i].note;
	}
	return &d->crowded_out;
}

/**
 * handler_table_displaced - note that a handler is out of its table
 * @domain: the table's
 * @fn: the handler
 *
 * Context: Any; NMI where the architecture has ARCH_HAVE_NMI_SAFE_CMPXCHG.
 */
void handler_table_displaced(unsigned int domain, handler_fn_t fn)
{
	struct displaced_domain *d = &domains[domain];

	advance(d, note_of(d, (unsigned long)fn & PAGE_MASK),
		atomic_long_read(&d->epoch));
}

/**
 * handler_table_displaced_wait_begins - to be called before a grace period
 * @domain: what is waited for
 *
 * Ordering: Fully ordered: a note that is not later was made for a change that
 * comes before the grace period (displaced-note-is-safe.litmus).
 * Return: what to pass to handler_table_displaced_wait_ended().
 */
long handler_table_displaced_wait_begins(unsigned int domain)
{
	return atomic_long_inc_return(&domains[domain].epoch) - 1;
}

/**
 * handler_table_displaced_wait_ended - to be called after a grace period
 * @domain: what was waited for
 * @began: what handler_table_displaced_wait_begins() returned
 */
void handler_table_displaced_wait_ended(unsigned int domain, long began)
{
	struct displaced_domain *d = &domains[domain];

	advance(d, &d->over, began);
}

/**
 * handler_table_displaced_call_queued - a callback has been given to RCU
 * @began: what handler_table_displaced_wait_begins(0) returned before that
 */
void handler_table_displaced_call_queued(long began)
{
	advance(&domains[0], &queued, began);
}

/**
 * handler_table_displaced_calls - to be called before waiting for callbacks
 *
 * Ordering: An acquire load: the wait is for the callbacks that it stands for
 * (displaced-calls-are-safe.litmus).
 * Return: what to pass to handler_table_displaced_wait_ended() when all
 * callbacks that had been queued before have run.
 */
long handler_table_displaced_calls(void)
{
	return atomic_long_read_acquire(&queued);
}

/**
 * handler_table_displaced_call_pending - may callbacks still be waiting?
 *
 * Return: true if no wait has ended that began after the last callback was
 * queued.
 */
bool handler_table_displaced_call_pending(void)
{
	return is_pending(&domains[0], &queued);
}

/*
 * The next entry after @entry (first: NULL) for code in that part of @mod. It
 * stays one: only the guard takes entries out, and only those of a module that
 * it is told of.
 */
static struct displaced_page *next_within(struct displaced_page *entry,
					  const struct module *mod,
					  handler_table_within_t within)
{
	struct displaced_page *end = &sets[0][0] + (SET_SIZE << SET_BITS);
	long page;

	for (entry = entry ? entry + 1 : &sets[0][0]; entry < end; entry++) {
		page = atomic_long_read(&entry->page);
		if (page && within(page & PAGE_MASK, mod))
			return entry;
	}
	return NULL;
}

/**
 * handler_table_displaced_within - may handlers of a module still be running?
 * @mod: the module
 * @within: which part of it
 *
 * Return: the domains, a bit each, in which a handler in that part was displaced
 * and no grace period has elapsed since.
 */
unsigned long handler_table_displaced_within(const struct module *mod,
					     handler_table_within_t within)
{
	struct displaced_page *entry = NULL;
	unsigned long pending = 0;
	unsigned int domain;

	while ((entry = next_within(entry, mod, within))) {
		domain = atomic_long_read(&entry->page) & ~PAGE_MASK;
		if (is_pending(&domains[domain], &entry->note))
			pending |= BIT(domain);
	}
	return pending;
}

/**
 * handler_table_displaced_unknown - may handlers of any module be running?
 *
 * Return: the domains, a bit each, in which there was no room for a note, and no
 * grace period has elapsed since.
 */
unsigned long handler_table_displaced_unknown(void)
{
	unsigned long pending = 0;
	unsigned int domain;

	for (domain = 0; domain < HANDLER_TABLE_DOMAINS; domain++) {
		if (is_pending(&domains[domain], &domains[domain].crowded_out))
			pending |= BIT(domain);
	}
	return pending;
}

/**
 * handler_table_displaced_forget - make room, a module's pages are going
 * @mod: the module, of which no handler is running
 * @within: which part of it
 */
void handler_table_displaced_forget(const struct module *mod,
				    handler_table_within_t within)
{
	struct displaced_page *entry = NULL;

	while ((entry = next_within(entry, mod, within)))
		atomic_long_set(&entry->page, 0);
}
