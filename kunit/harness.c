// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the KUnit suites of handler_table share, see harness.h. `make check`
 * runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "harness.h"

/* Nobody waits that long: a context that is that late does not work. */
#define CONTEXT_TIMEOUT		(20 * HZ)

const struct context contexts[3] = {
	{ CONTEXT_TASK, "task" },
	{ CONTEXT_SOFTIRQ, "softirq" },
	{ CONTEXT_HARDIRQ, "hardirq" },
};

/*
 * The one run there is at a time. Static, because in some configurations
 * irq_work touches its item once more after irq_work_sync() could return.
 */
static struct {
	struct completion	 done;
	struct tasklet_struct	 tasklet;
	struct irq_work		 irq_work;
	body_fn_t		 body;
	struct handler_table	*t;
	struct check		 check;
} run;

/* What the handlers of the running case noted. */
static struct {
	unsigned int	 calls;
	handler_fn_t	 fn;
	unsigned int	 idx;
	void		*arg;
} noted;

void check_failed(struct check *check, const char *file, int line,
		  const char *text)
{
	if (check->text)
		return;
	check->text = text;
	check->file = file;
	check->line = line;
}

void check_failed_eq(struct check *check, const char *file, int line,
		     const char *text, long long left, long long right)
{
	if (check->text)
		return;
	check_failed(check, file, line, text);
	check->has_values = true;
	check->left = left;
	check->right = right;
}

void context_desc(const struct context *context, char *desc)
{
	strscpy(desc, context->name, KUNIT_PARAM_DESC_SIZE);
}

static void run_body(bool in_right_context)
{
	CHECK(&run.check, in_right_context);
	run.body(&run.check, run.t);
	complete(&run.done);
}

static void run_in_softirq(struct tasklet_struct *unused)
{
	run_body(in_serving_softirq() && !in_hardirq());
}

static void run_in_hardirq(struct irq_work *unused)
{
	run_body(in_hardirq());
}

void run_in_context(struct kunit *test, body_fn_t body)
{
	const struct context *context = context_of(test);
	unsigned long in_time;

	init_completion(&run.done);
	run.body = body;
	run.t = test->priv;
	memset(&run.check, 0, sizeof(run.check));

	switch (context->kind) {
	case CONTEXT_TASK:
		run_body(in_task());
		break;
	case CONTEXT_SOFTIRQ:
		tasklet_setup(&run.tasklet, run_in_softirq);
		tasklet_schedule(&run.tasklet);
		break;
	case CONTEXT_HARDIRQ:
		run.irq_work = IRQ_WORK_INIT_HARD(run_in_hardirq);
		irq_work_queue(&run.irq_work);
		break;
	}

	in_time = wait_for_completion_timeout(&run.done, CONTEXT_TIMEOUT);
	if (context->kind == CONTEXT_SOFTIRQ)
		tasklet_kill(&run.tasklet);
	else if (context->kind == CONTEXT_HARDIRQ)
		irq_work_sync(&run.irq_work);

	KUNIT_ASSERT_NE_MSG(test, in_time, 0UL,
			    "in %s context the case did not end",
			    context->name);
	if (run.check.has_values)
		KUNIT_FAIL(test, "in %s context, %s:%d: expected %s, but %lld and %lld",
			   context->name, run.check.file, run.check.line,
			   run.check.text, run.check.left, run.check.right);
	else if (run.check.text)
		KUNIT_FAIL(test, "in %s context, %s:%d: expected %s",
			   context->name, run.check.file, run.check.line,
			   run.check.text);
}

int context_suite_init(struct kunit *test)
{
	memset(&noted, 0, sizeof(noted));
	test->priv = table_for_test(test, "table", NR_SLOTS);
	return 0;
}

static int table_resource_init(struct kunit_resource *res, void *t)
{
	res->data = t;
	return 0;
}

static void table_resource_free(struct kunit_resource *res)
{
	handler_table_free(res->data);
}

void free_after_test(struct kunit *test, struct handler_table *t)
{
	void *data;

	if (!t)
		return;
	data = kunit_alloc_resource(test, table_resource_init,
				    table_resource_free, GFP_KERNEL, t);
	if (!data)
		handler_table_free(t);
	KUNIT_ASSERT_NOT_NULL(test, data);
}

struct handler_table *table_for_test(struct kunit *test, const char *name,
				     unsigned int nr)
{
	struct handler_table *t = handler_table_alloc(name, nr, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	free_after_test(test, t);
	return t;
}

void note_call(handler_fn_t fn, unsigned int idx, void *arg)
{
	noted.calls++;
	noted.fn = fn;
	noted.idx = idx;
	noted.arg = arg;
}

void handler_a(unsigned int idx, void *arg)
{
	note_call(handler_a, idx, arg);
}

void handler_b(unsigned int idx, void *arg)
{
	note_call(handler_b, idx, arg);
}

void handler_c(unsigned int idx, void *arg)
{
	note_call(handler_c, idx, arg);
}

bool ran_once(handler_fn_t fn, unsigned int idx, void *arg)
{
	bool ret = noted.calls == 1 && noted.fn == fn && noted.idx == idx &&
		   noted.arg == arg;

	memset(&noted, 0, sizeof(noted));
	return ret;
}

bool nothing_ran(void)
{
	bool ret = !noted.calls;

	memset(&noted, 0, sizeof(noted));
	return ret;
}

bool holds_only(struct handler_table *t, unsigned int idx, handler_fn_t fn)
{
	unsigned int i;

	for (i = 0; i < t->nr; i++) {
		if (handler_table_peek(t, i) != (i == idx ? fn : NULL))
			return false;
	}
	return true;
}

bool is_empty(struct handler_table *t)
{
	return holds_only(t, 0, NULL);
}

static void check_first_and_last(struct check *check, struct handler_table *t,
				 unsigned int idx)
{
	handler_fn_t old = handler_c;
	int arg;

	CHECK(check, !handler_table_peek(t, idx));
	CHECK(check, !handler_table_handle(t, idx, &arg));
	CHECK(check, !handler_table_dispatch(t, idx, &arg));
	CHECK(check, nothing_ran());

	CHECK_EQ(check, handler_table_register(t, idx, handler_a), 0);
	CHECK(check, handler_table_peek(t, idx) == handler_a);
	CHECK(check, handler_table_handle(t, idx, &arg));
	CHECK(check, ran_once(handler_a, idx, &arg));
	CHECK(check, handler_table_dispatch(t, idx, &arg));
	CHECK(check, ran_once(handler_a, idx, &arg));

	CHECK_EQ(check, handler_table_replace(t, idx, handler_a, handler_b), 0);
	CHECK(check, handler_table_handle(t, idx, &arg));
	CHECK(check, ran_once(handler_b, idx, &arg));

	CHECK_EQ(check, handler_table_swap(t, idx, handler_a, &old), 0);
	CHECK(check, old == handler_b);
	CHECK(check, handler_table_handle(t, idx, &arg));
	CHECK(check, ran_once(handler_a, idx, &arg));

	CHECK_EQ(check, handler_table_remove(t, idx, handler_a), 0);
	CHECK_EQ(check, handler_table_register(t, idx, handler_b), 0);
	CHECK(check, handler_table_unregister(t, idx) == handler_b);
	CHECK(check, !handler_table_peek(t, idx));
}

static void check_past_the_end(struct check *check, struct handler_table *t,
			       unsigned int idx)
{
	handler_fn_t old = handler_c;

	CHECK(check, !handler_table_peek(t, idx));
	CHECK(check, !handler_table_handle(t, idx, NULL));
	CHECK(check, !handler_table_dispatch(t, idx, NULL));
	CHECK(check, nothing_ran());
	CHECK_EQ(check, handler_table_register(t, idx, handler_b), -EINVAL);
	CHECK_EQ(check, handler_table_remove(t, idx, handler_a), -EINVAL);
	CHECK_EQ(check, handler_table_replace(t, idx, handler_a, handler_b),
		 -EINVAL);
	CHECK_EQ(check, handler_table_swap(t, idx, handler_b, &old), -EINVAL);
	CHECK(check, old == handler_c);
	CHECK(check, !handler_table_unregister(t, idx));
}

void check_boundaries(struct check *check, struct handler_table *t)
{
	check_first_and_last(check, t, 0);
	check_first_and_last(check, t, t->nr - 1);
	CHECK(check, is_empty(t));

	/* What is refused must not reach the first or the last slot either. */
	check_past_the_end(check, t, t->nr);
	check_past_the_end(check, t, t->nr + 1);
	check_past_the_end(check, t, INT_MAX);
	check_past_the_end(check, t, (unsigned int)INT_MAX + 1);
	check_past_the_end(check, t, UINT_MAX);
	CHECK(check, is_empty(t));

	CHECK_EQ(check, handler_table_register(t, 0, handler_a), 0);
	check_past_the_end(check, t, t->nr);
	check_past_the_end(check, t, UINT_MAX);
	CHECK(check, holds_only(t, 0, handler_a));
	CHECK(check, handler_table_unregister(t, 0) == handler_a);

	CHECK_EQ(check, handler_table_register(t, t->nr - 1, handler_a), 0);
	check_past_the_end(check, t, t->nr);
	check_past_the_end(check, t, UINT_MAX);
	CHECK(check, holds_only(t, t->nr - 1, handler_a));
	CHECK(check, handler_table_unregister(t, t->nr - 1) == handler_a);
	CHECK(check, is_empty(t));
}
