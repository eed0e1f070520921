/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suites of handler_table share: running a case in task,
 * softirq or hardirq context, handlers that note what they were given, and
 * tables that go with the case.
 */
#ifndef HANDLER_TABLE_KUNIT_HARNESS_H
#define HANDLER_TABLE_KUNIT_HARNESS_H

#include <kunit/test.h>
#include <linux/handler_table.h>

/*
 * A KUNIT_EXPECT_*() that fails allocates with GFP_KERNEL, so none may stand
 * in code that runs in an interrupt. There, CHECK() notes the first condition
 * that does not hold, and the task reports it when it is back.
 */
struct check {
	const char	*text;		/* of the first failure, or NULL */
	const char	*file;
	int		 line;
	bool		 has_values;
	long long	 left;
	long long	 right;
};

void check_failed(struct check *check, const char *file, int line,
		  const char *text);
void check_failed_eq(struct check *check, const char *file, int line,
		     const char *text, long long left, long long right);

#define CHECK(_check, _cond)						\
do {									\
	if (!(_cond))							\
		check_failed(_check, __FILE__, __LINE__, #_cond);	\
} while (0)

#define CHECK_EQ(_check, _left, _right)					\
do {									\
	long long __left = (_left), __right = (_right);			\
									\
	if (__left != __right)						\
		check_failed_eq(_check, __FILE__, __LINE__,		\
				#_left " == " #_right, __left, __right); \
} while (0)

typedef void (*body_fn_t)(struct check *check, struct handler_table *t);

enum context_kind { CONTEXT_TASK, CONTEXT_SOFTIRQ, CONTEXT_HARDIRQ };

struct context {
	enum context_kind	 kind;
	const char		*name;
};

/* For KUNIT_ARRAY_PARAM(context, contexts, context_desc). */
extern const struct context contexts[3];
void context_desc(const struct context *context, char *desc);

/* The context that the running case has as its parameter. */
static inline const struct context *context_of(struct kunit *test)
{
	return test->param_value;
}

/* Runs @body in context_of(@test) on the table @test->priv, and reports. */
void run_in_context(struct kunit *test, body_fn_t body);

/*
 * Defines the case @_name, all of which runs in the context that the case has
 * as its parameter. What follows is a function body with two arguments,
 * @check, and @t, a table of NR_SLOTS empty slots that is this run's alone.
 */
#define CONTEXT_CASE(_name)						\
static void _name##_body(struct check *check, struct handler_table *t);	\
static void _name(struct kunit *test)					\
{									\
	run_in_context(test, _name##_body);				\
}									\
static void _name##_body(struct check *check, struct handler_table *t)

/* Its entry in kunit_suite::test_cases. */
#define IN_CONTEXTS(_name) KUNIT_CASE_PARAM(_name, context_gen_params)

#define NR_SLOTS	8

/* For kunit_suite::init: test->priv becomes the table of CONTEXT_CASE(). */
int context_suite_init(struct kunit *test);

/* A new table that is freed after the case, also when an assertion fails. */
struct handler_table *table_for_test(struct kunit *test, const char *name,
				     unsigned int nr);
/* Has @t, or NULL, freed after the case. */
void free_after_test(struct kunit *test, struct handler_table *t);

/* Handlers that only note their call. */
void handler_a(unsigned int idx, void *arg);
void handler_b(unsigned int idx, void *arg);
void handler_c(unsigned int idx, void *arg);

/* For other handlers: notes that @fn was called. */
void note_call(handler_fn_t fn, unsigned int idx, void *arg);
/* Whether, since the last question, only @fn ran, once, with these. */
bool ran_once(handler_fn_t fn, unsigned int idx, void *arg);
/* Whether, since the last question, no handler ran. */
bool nothing_ran(void);

/* Whether slot @idx holds @fn, and all others are empty. */
bool holds_only(struct handler_table *t, unsigned int idx, handler_fn_t fn);
/* Whether all slots are empty. */
bool is_empty(struct handler_table *t);
/* Each operation at each boundary of an empty table; leaves it empty. */
void check_boundaries(struct check *check, struct handler_table *t);

/* In tables.c: it is there to have a table that is not static. */
extern struct handler_table handler_table_kunit_global;

extern struct kunit_suite handler_table_slots_suite;
extern struct kunit_suite handler_table_reentry_suite;
extern struct kunit_suite handler_table_typed_suite;
extern struct kunit_suite handler_table_sleepable_suite;
extern struct kunit_suite handler_table_tables_suite;
extern struct kunit_suite handler_table_grace_suite;
extern struct kunit_suite handler_table_publish_suite;
extern struct kunit_suite handler_table_displaced_suite;
extern struct kunit_suite handler_table_histogram_suite;
extern struct kunit_suite handler_table_subject_suite;

#endif /* HANDLER_TABLE_KUNIT_HARNESS_H */
