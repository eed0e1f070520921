// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: what a dispatch and a change cost, beside what else the kernel
 * has
 *
 * To be used by "make bench", or by hand. In debugfs, handler_table_bench/ has
 *
 *	run		write the name of a section, or "change NAME COUNT", which makes
 *			that many changes and times none: for who counts interrupts
 *	results		a line a row, see Documentation/performance.rst; of the last
 *			section that was run
 *	sections	their names
 *
 * A section runs on one CPU, or says itself on which. It can be interrupted.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "bench.h"

#define RESULTS_SIZE	SZ_1M
#define MAX_COUNT	4000UL	/* slots of a set, less one */

unsigned int bench_rounds = 201;
module_param_named(rounds, bench_rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "how often each row is measured");

static DEFINE_MUTEX(mutex);	/* guards the results; one runs at a time */
static char *results;
static size_t results_len;
static struct dentry *dir;

void bench_print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	results_len += vscnprintf(results + results_len, RESULTS_SIZE - results_len, fmt, args);
	va_end(args);
}

static void run_modes(struct ht_thread *thread, const char *section,
		      const struct bench_rows *rows)
{
	static const struct {
		const char *name;
		enum bench_mode mode;
		unsigned int nr;
		enum bench_work work;
	} modes[] = {
		{ "fixed", BENCH_FIXED, 64, BENCH_NOTHING },
		{ "busy", BENCH_BUSY, 64, BENCH_NOTHING },
		{ "chain", BENCH_CHAIN, 64, BENCH_CHAINED },
		{ "mixed", BENCH_RANDOM, 64, BENCH_MIXED },
		{ "cold", BENCH_RANDOM, HANDLER_TABLE_MAX_ALLOCATED, BENCH_MIXED },
	};
	struct bench_set set;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		const struct bench_rows *r = &rows[modes[i].mode];

		if (!r->nr || bench_set_make(&set, modes[i].nr, modes[i].work))
			continue;
		set.as_x86 = (struct as_x86 *)set.model;
		bench_measure(thread, section, modes[i].name, &set, r, bench_rounds);
		bench_set_free(&set);
	}
}

static void run_calls(struct ht_thread *thread)
{
	run_modes(thread, "calls", bench_calls);
}

#if defined(CONFIG_UML) && defined(CONFIG_CC_IS_GCC)
static void run_retpolines(struct ht_thread *thread)
{
	run_modes(thread, "retpolines", bench_calls_retpoline);
}
#endif

static void run_peers(struct ht_thread *thread)
{
	run_modes(thread, "peers", bench_peers);
}

/* Whose statistics and events can be switched on meanwhile, and off. */
DEFINE_STATIC_HANDLER_TABLE(bench_published, 64);

static void run_published(struct ht_thread *thread)
{
	static const char * const names[] = { "array", "plain", "typed", "handle" };
	struct bench_row rows[ARRAY_SIZE(names)];
	struct bench_rows all = { rows, ARRAY_SIZE(rows) };
	struct bench_set set;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		rows[i] = *bench_find(&bench_calls[BENCH_FIXED], names[i]);
		rows[i].uml = i > 0;
	}
	if (bench_set_make(&set, bench_published.nr, BENCH_NOTHING))
		return;
	handler_table_free(set.plain);
	set.plain = &bench_published;
	set.typed = (struct bench_handler_table *)&bench_published;
	set.bare = (handler_fn_t *)bench_published.slots;
	bench_measure(thread, "published", "fixed", &set, &all, bench_rounds);
	set.plain = NULL;
	bench_set_free(&set);
}

static const struct {
	const char *name;
	void (*run)(struct ht_thread *thread);
} sections[] = {
	{ "calls", run_calls },
#if defined(CONFIG_UML) && defined(CONFIG_CC_IS_GCC)
	{ "retpolines", run_retpolines },
#endif
	{ "peers", run_peers },
	{ "changes", bench_run_changes },
	{ "cpus", bench_run_cpus },
	{ "latency", bench_run_latency },
	{ "sizes", bench_run_sizes },
	{ "published", run_published },
};

struct run {
	struct ht_thread	thread;
	void			(*section)(struct ht_thread *thread);
};

static void work(struct ht_thread *thread)
{
	struct run *run = container_of(thread, struct run, thread);

	run->section(thread);
	ht_engine_quit(thread->engine);
}

/* In a thread on the first CPU. Whoever waits can be interrupted. */
static int run_section(void (*section)(struct ht_thread *thread))
{
	struct ht_engine engine;
	struct run run = { .section = section };
	int ret;

	ht_engine_init(&engine);
	results_len = 0;
	ret = ht_engine_start(&engine, &run.thread, work, "ht_bench/%u");
	if (!ret)
		ret = ht_engine_wait(&engine, 3600);
	ht_engine_stop(&engine);
	return ret == -ECANCELED ? 0 : ret;
}

/* Changes are made by the writer itself, so that nobody has to be woken. */
static int run(const char *what)
{
	char change[32];
	unsigned long count;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		if (!strcmp(what, sections[i].name))
			return run_section(sections[i].run);
	}
	if (sscanf(what, "change %31s %lu", change, &count) == 2 && count <= MAX_COUNT)
		return bench_make_changes(change, count);
	return -EINVAL;
}

static ssize_t run_write(struct file *file, const char __user *from, size_t count,
			 loff_t *pos)
{
	char buf[64];
	int ret;

	if (count >= sizeof(buf))
		return -EINVAL;
	if (copy_from_user(buf, from, count))
		return -EFAULT;
	buf[count] = '\0';
	if (mutex_lock_interruptible(&mutex))
		return -EINTR;
	ret = run(strim(buf));
	mutex_unlock(&mutex);
	return ret ?: count;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.write = run_write,
};

static int results_show(struct seq_file *m, void *unused)
{
	if (mutex_lock_interruptible(&mutex))
		return -EINTR;
	seq_write(m, results, results_len);
	mutex_unlock(&mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

static int sections_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sections); i++)
		seq_printf(m, "%s\n", sections[i].name);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sections);

static int __init publish(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < bench_published.nr && !ret; i++)
		ret = handler_table_register(&bench_published, i, bench_empty);
	return ret ?: handler_table_publish(&bench_published, 0);
}

static int __init bench_init(void)
{
	int ret;

	if (bench_rounds < 1 || bench_rounds > 10000)
		return -EINVAL;
	results = kvzalloc(RESULTS_SIZE, GFP_KERNEL);
	if (!results)
		return -ENOMEM;
	ret = bench_peers_init();
	if (ret)
		goto err_results;
	ret = bench_changes_init();
	if (ret)
		goto err_peers;
	ret = publish();
	if (ret)
		goto err_changes;
	bench_calibrate();
	dir = debugfs_create_dir("handler_table_bench", NULL);
	debugfs_create_file("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("results", 0400, dir, NULL, &results_fops);
	debugfs_create_file("sections", 0400, dir, NULL, &sections_fops);
	return 0;

err_changes:
	bench_changes_exit();
err_peers:
	bench_peers_exit();
err_results:
	kvfree(results);
	return ret;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	unsigned int i;

	debugfs_remove_recursive(dir);
	for (i = 0; i < bench_published.nr; i++)
		handler_table_unregister(&bench_published, i);
	handler_table_unpublish(&bench_published);
	bench_changes_exit();
	bench_peers_exit();
	kvfree(results);
}
module_exit(bench_exit);

MODULE_DESCRIPTION("handler_table bench: what dispatches and changes cost");
MODULE_LICENSE("GPL");
