// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: what is in the tables
 *
 * There are tables of six kinds, and for each a number of elements, whose words go
 * into slots. Where the word is the address of a function each element has one of
 * its own. Where it is that of a descriptor, that is allocated when the element
 * comes into use, and poisoned and freed when it is gone; its function is one of
 * two, and knows which descriptors are its own.
 *
 * An element is alive, and its subject too, from torture_element_get() to
 * torture_element_bury(). One that was taken out may be put in elsewhere without a
 * wait, as what is installed and what is gone are two things; before it is buried
 * somebody has to have waited.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "torture.h"

#define SLEEPABLE_SUBJECTS	(HT_SUBJECTS / 2)
#define TYPED_ELEMENTS		16
#define POISON			0x6b6b6b6bUL

static_assert(2 * TORTURE_ELEMENTS == HT_SUBJECTS);

/* In a bound table. */
struct torture_descriptor {
	const struct ht_subject	*(*handle)(struct torture_descriptor *d,
					   struct torture_ticket *ticket,
					   unsigned int idx);
	struct torture_element	*element;
	struct ht_subject	subject;
	unsigned long		check;	/* handle, or POISON */
};

TYPED_HANDLER_TABLE(torture_typed,
		    const struct ht_subject *(struct torture_ticket *ticket,
					      unsigned int idx));
SLEEPABLE_TYPED_HANDLER_TABLE(torture_sleepable_typed,
			      const struct ht_subject *(struct torture_ticket *ticket,
							unsigned int idx));
BOUND_HANDLER_TABLE(torture_bound, struct torture_descriptor);
SLEEPABLE_BOUND_HANDLER_TABLE(torture_sleepable_bound, struct torture_descriptor);

/* Plain and sleepable tables: the functions are those of subject.c. */
static struct handler_table *alloc_plain(const char *name, unsigned int nr)
{
	return handler_table_alloc(name, nr, GFP_KERNEL);
}

static bool dispatch_plain(struct handler_table *t, unsigned int idx,
			   struct torture_ticket *ticket)
{
	return handler_table_dispatch(t, idx, &ticket->ticket);
}

static struct handler_table *alloc_sleepable(const char *name, unsigned int nr)
{
	return handler_table_alloc_sleepable(name, nr, GFP_KERNEL);
}

static bool dispatch_sleepable(struct handler_table *t, unsigned int idx,
			       struct torture_ticket *ticket)
{
	return handler_table_handle_sleepable(t, idx, &ticket->ticket);
}

static void plain_fence(unsigned int idx, void *arg)
{
	torture_violation(VIOLATION_BEYOND);
}

/* Typed tables. */
static struct ht_subject typed_subjects[2 * TYPED_ELEMENTS];

static const struct ht_subject *run_typed(unsigned int nr,
					  struct torture_ticket *ticket,
					  unsigned int idx)
{
	const struct ht_subject *subject = &typed_subjects[nr];

	ht_subject_watch(subject, idx, &ticket->ticket);
	ticket->ran = subject;
	return subject;
}

#define TYPED(row, col)							\
static const struct ht_subject *					\
typed_##row##_##col(struct torture_ticket *ticket, unsigned int idx)	\
{									\
	return run_typed(8 * (row) + (col), ticket, idx);		\
}

#define TYPED_ROW(row)							\
	TYPED(row, 0) TYPED(row, 1) TYPED(row, 2) TYPED(row, 3)		\
	TYPED(row, 4) TYPED(row, 5) TYPED(row, 6) TYPED(row, 7)

#define TYPED_ROW_FNS(row)						\
	typed_##row##_0, typed_##row##_1, typed_##row##_2, typed_##row##_3, \
	typed_##row##_4, typed_##row##_5, typed_##row##_6, typed_##row##_7

TYPED_ROW(0)
TYPED_ROW(1)
TYPED_ROW(2)
TYPED_ROW(3)

static const struct ht_subject *(*const typed_fns[])(struct torture_ticket *ticket,
						     unsigned int idx) = {
	TYPED_ROW_FNS(0), TYPED_ROW_FNS(1), TYPED_ROW_FNS(2), TYPED_ROW_FNS(3),
};

static_assert(ARRAY_SIZE(typed_fns) == ARRAY_SIZE(typed_subjects));

static const struct ht_subject *typed_fence(struct torture_ticket *ticket,
					    unsigned int idx)
{
	torture_violation(VIOLATION_BEYOND);
	return NULL;
}

/* What a dispatch gives back has to be the result of the handler that ran. */
static bool check_result(bool ran, const struct ht_subject *result,
			 const struct torture_ticket *ticket)
{
	if (result != ticket->ran || ran != !!result)
		torture_violation(VIOLATION_RESULT);
	return ran;
}

static struct handler_table *alloc_typed(const char *name, unsigned int nr)
{
	return (struct handler_table *)handler_table_alloc_typed(torture_typed, name,
								 nr, GFP_KERNEL);
}

static bool dispatch_typed(struct handler_table *t, unsigned int idx,
			   struct torture_ticket *ticket)
{
	struct torture_typed_handler_table *typed = (void *)t;
	const struct ht_subject *result = NULL;
	bool ran = handler_table_dispatch_typed(typed, idx, &result, ticket, idx);

	return check_result(ran, result, ticket);
}

static struct handler_table *alloc_sleepable_typed(const char *name,
						   unsigned int nr)
{
	return (struct handler_table *)
		handler_table_alloc_sleepable_typed(torture_sleepable_typed, name,
						    nr, GFP_KERNEL);
}

static bool dispatch_sleepable_typed(struct handler_table *t, unsigned int idx,
				     struct torture_ticket *ticket)
{
	struct torture_sleepable_typed_handler_table *typed = (void *)t;
	const struct ht_subject *result = NULL;
	bool ran = handler_table_dispatch_sleepable_typed(typed, idx, &result,
							  ticket, idx);

	return check_result(ran, result, ticket);
}

/* Bound tables. */
static void check_descriptor(const struct torture_descriptor *d,
			     unsigned long function)
{
	unsigned long check = READ_ONCE(d->check);

	if (check == POISON)
		torture_violation(VIOLATION_POISON);
	else if (check != function)
		torture_violation(VIOLATION_MIXED);
}

/* As the subject, looks twice. @function is the one that runs. */
static const struct ht_subject *run_bound(struct torture_descriptor *d,
					  unsigned long function,
					  struct torture_ticket *ticket,
					  unsigned int idx)
{
	check_descriptor(d, function);
	ht_subject_watch(&d->subject, idx, &ticket->ticket);
	check_descriptor(d, function);
	ticket->ran = &d->subject;
	return &d->subject;
}

static const struct ht_subject *run_red(struct torture_descriptor *d,
					struct torture_ticket *ticket,
					unsigned int idx)
{
	return run_bound(d, (unsigned long)run_red, ticket, idx);
}

static const struct ht_subject *run_blue(struct torture_descriptor *d,
					 struct torture_ticket *ticket,
					 unsigned int idx)
{
	return run_bound(d, (unsigned long)run_blue, ticket, idx);
}

static const struct ht_subject *run_poison(struct torture_descriptor *d,
					   struct torture_ticket *ticket,
					   unsigned int idx)
{
	return run_bound(d, (unsigned long)run_poison, ticket, idx);
}

static const struct ht_subject *run_fence(struct torture_descriptor *d,
					  struct torture_ticket *ticket,
					  unsigned int idx)
{
	torture_violation(VIOLATION_BEYOND);
	return NULL;
}

static struct torture_descriptor bound_fence = { .handle = run_fence };

/* The function of one descriptor with the context of another, if they differ. */
const struct ht_subject *torture_run_apart(handler_fn_t word, handler_fn_t context,
					   struct torture_ticket *ticket,
					   unsigned int idx)
{
	struct torture_descriptor *d = (void *)(unsigned long)word;
	struct torture_descriptor *other = (void *)(unsigned long)context;

	return d->handle(other, ticket, idx);
}

static struct handler_table *alloc_bound(const char *name, unsigned int nr)
{
	return (struct handler_table *)handler_table_alloc_bound(torture_bound, name,
								 nr, GFP_KERNEL);
}

static bool dispatch_bound(struct handler_table *t, unsigned int idx,
			   struct torture_ticket *ticket)
{
	struct torture_bound_handler_table *bound = (void *)t;
	const struct ht_subject *result = NULL;
	bool ran = handler_table_dispatch_bound(bound, idx, &result, handle, ticket,
						idx);

	return check_result(ran, result, ticket);
}

static struct handler_table *alloc_sleepable_bound(const char *name,
						   unsigned int nr)
{
	return (struct handler_table *)
		handler_table_alloc_sleepable_bound(torture_sleepable_bound, name,
						    nr, GFP_KERNEL);
}

static bool dispatch_sleepable_bound(struct handler_table *t, unsigned int idx,
				     struct torture_ticket *ticket)
{
	struct torture_sleepable_bound_handler_table *bound = (void *)t;
	const struct ht_subject *result = NULL;
	bool ran = handler_table_dispatch_sleepable_bound(bound, idx, &result, handle,
							  ticket, idx);

	return check_result(ran, result, ticket);
}

#define WORD(pointer)	((handler_fn_t)(unsigned long)(pointer))

struct torture_kind torture_kinds[TORTURE_KINDS] = {
	{ .name = "plain", .nr = TORTURE_ELEMENTS, .alloc = alloc_plain,
	  .dispatch = dispatch_plain },
	{ .name = "typed", .nr = TYPED_ELEMENTS, .alloc = alloc_typed,
	  .dispatch = dispatch_typed },
	{ .name = "bound", .nr = TORTURE_ELEMENTS, .alloc = alloc_bound,
	  .dispatch = dispatch_bound, .bound = true },
	{ .name = "sleepable", .nr = TORTURE_ELEMENTS, .alloc = alloc_sleepable,
	  .dispatch = dispatch_sleepable, .sleepable = true },
	{ .name = "sleepable_typed", .nr = TYPED_ELEMENTS,
	  .alloc = alloc_sleepable_typed, .dispatch = dispatch_sleepable_typed,
	  .sleepable = true },
	{ .name = "sleepable_bound", .nr = TORTURE_ELEMENTS,
	  .alloc = alloc_sleepable_bound, .dispatch = dispatch_sleepable_bound,
	  .sleepable = true, .bound = true },
};

static void init_plain(struct torture_kind *kind)
{
	unsigned int first = kind->sleepable ? SLEEPABLE_SUBJECTS : 0;
	unsigned int i;

	kind->fence = plain_fence;
	for (i = 0; i < kind->nr; i++) {
		kind->elements[i].word = ht_subject_fns[first + i];
		kind->elements[i].subject = &ht_subjects[first + i];
	}
}

static void init_typed(struct torture_kind *kind)
{
	unsigned int first = kind->sleepable ? TYPED_ELEMENTS : 0;
	unsigned int i;

	kind->fence = WORD(typed_fence);
	for (i = 0; i < kind->nr; i++) {
		kind->elements[i].word = WORD(typed_fns[first + i]);
		kind->elements[i].subject = &typed_subjects[first + i];
	}
}

/* All are free, and dead. */
void torture_kinds_init(void)
{
	unsigned int i;

	ht_subject_reset();
	for (i = 0; i < ARRAY_SIZE(typed_subjects); i++)
		ht_subject_bury(&typed_subjects[i]);
	for (i = 0; i < TORTURE_KINDS; i++) {
		if (torture_kinds[i].bound)
			torture_kinds[i].fence = WORD(&bound_fence);
		else if (torture_kinds[i].nr == TYPED_ELEMENTS)
			init_typed(&torture_kinds[i]);
		else
			init_plain(&torture_kinds[i]);
	}
}

/* What a broken variant did not free. */
void torture_kinds_exit(void)
{
	unsigned int i, j;

	for (i = 0; i < TORTURE_KINDS; i++) {
		for (j = 0; j < torture_kinds[i].nr; j++)
			kfree(torture_kinds[i].elements[j].descriptor);
	}
}

/*
 * May be in an interrupt. In a hard one there is no kmalloc() on PREEMPT_RT, but
 * descriptors that a broken variant has kept.
 */
static bool make_descriptor(struct torture_element *e, struct rnd_state *random)
{
	struct torture_descriptor *d = e->descriptor;

	if (!d && !in_hardirq())
		d = kmalloc(sizeof(*d), GFP_ATOMIC | __GFP_NOWARN);
	if (!d)
		return false;
	ht_subject_bury(&d->subject);
	d->element = e;
	WRITE_ONCE(d->handle, torture_below(random, 2) ? run_red : run_blue);
	WRITE_ONCE(d->check, (unsigned long)d->handle);
	e->descriptor = d;
	e->subject = &d->subject;
	e->word = WORD(d);
	return true;
}

/* One that is free, made ready; NULL if there is none. Any context but NMI. */
struct torture_element *torture_element_get(struct torture_kind *kind,
					    struct rnd_state *random)
{
	unsigned int i, first = torture_below(random, kind->nr);
	struct torture_element *e;

	for (i = 0; i < kind->nr; i++) {
		e = &kind->elements[(first + i) % kind->nr];
		if (atomic_cmpxchg(&e->state, TORTURE_FREE, TORTURE_HELD) !=
		    TORTURE_FREE)
			continue;
		if (!kind->bound || make_descriptor(e, random)) {
			if (!torture_ops.early_publish)
				torture_element_revive(e);
			return e;
		}
		atomic_set(&e->state, TORTURE_FREE);
	}
	return NULL;
}

/* Of a word that was in a table, and that the caller has taken out. */
struct torture_element *torture_element_of(struct torture_kind *kind,
					   handler_fn_t word)
{
	unsigned int i;

	if (kind->bound)
		return ((struct torture_descriptor *)(unsigned long)word)->element;
	for (i = 0; i < kind->nr; i++) {
		if (kind->elements[i].word == word)
			return &kind->elements[i];
	}
	return NULL;
}

void torture_element_revive(struct torture_element *e)
{
	ht_subject_revive(e->subject, HT_ANY_SLOT);
}

/* It is gone: who still runs it, or reads it, is late. */
void torture_element_bury(struct torture_element *e)
{
	ht_subject_bury(e->subject);
	if (!e->descriptor)
		return;
	WRITE_ONCE(e->descriptor->handle, run_poison);
	WRITE_ONCE(e->descriptor->check, POISON);
}

void torture_element_release(struct torture_element *e)
{
	if (!torture_ops.broken) {
		kfree(e->descriptor);
		e->descriptor = NULL;
	}
	atomic_set_release(&e->state, TORTURE_FREE);
}

/* How many are in that state, while nobody is at work. */
unsigned int torture_elements_in(const struct torture_kind *kind,
				 enum torture_state state)
{
	unsigned int i, nr = 0;

	for (i = 0; i < kind->nr; i++)
		nr += atomic_read(&kind->elements[i].state) == state;
	return nr;
}
