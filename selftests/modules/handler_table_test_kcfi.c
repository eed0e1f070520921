// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_kcfi: a handler of another type than its table's
 *
 * The compiler refuses it, so it gets in through a cast. Under clang's kCFI the
 * dispatch must not reach it: the thread that dispatches dies of an oops, with
 * nothing held. The parameter "what" names the kind of table; the module loads
 * if the thread died, else it fails with -EIO. With "nothing" all types are as
 * they should be, and the thread must not die.
 *
 * Without kCFI there is nothing to see, and loading fails with -EOPNOTSUPP.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/handler_table_typed.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/string.h>

/* Newer kernels call it CONFIG_CFI. */
#define SEES_TYPES						\
	((IS_ENABLED(CONFIG_CFI_CLANG) || IS_ENABLED(CONFIG_CFI)) &&	\
	 !IS_ENABLED(CONFIG_CFI_PERMISSIVE))

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "the kind of table: nothing, plain, typed, bound");

struct scale {
	int (*weigh)(struct scale *scale, int grams);
};

DEFINE_STATIC_HANDLER_TABLE(plain, 1);
DEFINE_STATIC_TYPED_HANDLER_TABLE(typed, 1, int (int grams));
DEFINE_STATIC_BOUND_HANDLER_TABLE(bound, 1, struct scale);

static unsigned int calls, wrong_calls;

static void right_plain(unsigned int idx, void *arg)
{
	calls++;
}

static int right_typed(int grams)
{
	calls++;
	return grams;
}

static int right_bound(struct scale *scale, int grams)
{
	calls++;
	return grams;
}

/* A type that none of them has. */
static long wrong(long grams)
{
	wrong_calls++;
	return grams;
}

static struct scale scale;

static bool is_wrong(const char *kind)
{
	return !strcmp(what, kind);
}

static int register_all(void)
{
	handler_fn_t p = right_plain;
	int (*t)(int grams) = right_typed;
	int ret;

	if (is_wrong("plain"))
		p = (handler_fn_t)(unsigned long)wrong;
	if (is_wrong("typed"))
		t = (typeof(t))(unsigned long)wrong;
	scale.weigh = right_bound;
	if (is_wrong("bound"))
		scale.weigh = (typeof(scale.weigh))(unsigned long)wrong;

	ret = handler_table_register(&plain, 0, p);
	if (!ret)
		ret = handler_table_register_typed(&typed, 0, t);
	if (!ret)
		ret = handler_table_register_typed(&bound, 0, &scale);
	return ret;
}

static DECLARE_COMPLETION(began);
static bool survived;

static int dispatch_all(void *unused)
{
	int grams;

	complete(&began);
	handler_table_dispatch(&plain, 0, NULL);
	handler_table_dispatch_typed(&typed, 0, &grams, 1);
	handler_table_dispatch_bound(&bound, 0, &grams, weigh, 1);
	survived = true;
	return 0;
}

/* Which thread dies does not matter to who waits for its end. */
static int dispatch_in_thread(void)
{
	struct task_struct *task;

	task = kthread_create(dispatch_all, NULL, "kcfi");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	wake_up_process(task);
	/* One that is stopped before it began would never begin. */
	wait_for_completion(&began);
	kthread_stop(task);
	put_task_struct(task);
	return 0;
}

static int __init test_init(void)
{
	int ret;

	if (!SEES_TYPES)
		return -EOPNOTSUPP;
	ret = register_all();
	if (!ret)
		ret = dispatch_in_thread();
	if (ret)
		return ret;
	if (is_wrong("nothing"))
		return survived && calls == 3 ? 0 : -EIO;
	return !survived && !wrong_calls && calls < 3 ? 0 : -EIO;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: handlers of a wrong type, under kCFI");
MODULE_LICENSE("GPL");
