// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the file "stress" in debugfs
 *
 * A write runs the stress in the writer's task and returns when it is over; a
 * signal ends it early. A read gives the report of the last run that came to an
 * end, also while another one is going on.
 *
 * run_mutex is held for as long as a run takes, so a second one is told -EBUSY
 * instead of being made to wait. report_mutex guards the report, shortly.
 *
 * The module cannot be unloaded while the file is open. Where it goes all the
 * same, by force, ht_stress_debugfs_exit() ends a run, for whose end the removal
 * of the file waits.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#include "stress.h"

/* Far more than all that can be said. */
#define MAX_TEXT	255

static const struct ht_stress_params defaults = {
	.readers = 2,
	.writers = 1,
	.seconds = 1,
	.contexts = BIT(HT_CONTEXT_KINDS) - 1,
};

static struct dentry *stress_file;
static DEFINE_MUTEX(run_mutex);
static DEFINE_MUTEX(report_mutex);
/* The engine of the run that is going on; guarded by report_mutex. */
static struct ht_engine *running_engine;
static bool leaving;
static struct ht_stress_report report;
static bool have_report;

static void show_params(struct seq_file *m, const struct ht_stress_params *p)
{
	const char *comma = "";
	unsigned int i;

	seq_printf(m, "readers %u\n", p->readers);
	seq_printf(m, "writers %u\n", p->writers);
	seq_printf(m, "seconds %u\n", p->seconds);
	seq_puts(m, "contexts ");
	for (i = 0; i < HT_CONTEXT_KINDS; i++) {
		if (!(p->contexts & BIT(i)))
			continue;
		seq_printf(m, "%s%s", comma, ht_context_names[i]);
		comma = ",";
	}
	seq_putc(m, '\n');
}

static void show_dispatches(struct seq_file *m,
			    const struct ht_stress_report *r)
{
	unsigned int i;

	seq_printf(m, "dispatches %llu\n", r->dispatches);
	for (i = 0; i < HT_CONTEXT_KINDS; i++)
		seq_printf(m, "dispatches_%s %llu\n", ht_context_names[i],
			   r->read.in_context[i]);
	seq_printf(m, "handled %llu\n", r->read.handled);
	seq_printf(m, "empty %llu\n", r->read.empty);
	seq_printf(m, "calls %llu\n", r->calls);
}

static void show_changes(struct seq_file *m, const struct ht_stress_changes *c)
{
	seq_printf(m, "registers %llu\n", c->registers);
	seq_printf(m, "removes %llu\n", c->removes);
	seq_printf(m, "removes_sync %llu\n", c->syncs);
	seq_printf(m, "swaps %llu\n", c->swaps);
	seq_printf(m, "swaps_into_empty %llu\n", c->swaps_into_empty);
	seq_printf(m, "replaces %llu\n", c->replaces);
}

static void show_violations(struct seq_file *m,
			    const struct ht_stress_report *r)
{
	seq_printf(m, "late_calls %llu\n", r->late_calls);
	seq_printf(m, "wrong_calls %llu\n", r->wrong_calls);
	seq_printf(m, "wrong_results %llu\n", r->read.wrong + r->write.wrong);
	seq_printf(m, "wrong_contexts %llu\n", r->read.wrong_context);
	seq_printf(m, "violations %llu\n", ht_stress_violations(r));
	seq_printf(m, "books %s\n",
		   ht_stress_balanced(r) ? "balanced" : "unbalanced");
}

static int stress_show(struct seq_file *m, void *unused)
{
	mutex_lock(&report_mutex);
	if (have_report) {
		show_params(m, &report.params);
		seq_printf(m, "elapsed_ms %llu\n",
			   div_u64(report.elapsed_ns, NSEC_PER_MSEC));
		seq_printf(m, "interrupted %u\n", report.interrupted);
		show_dispatches(m, &report);
		show_changes(m, &report.write);
		ht_latency_show(m, &report.latency);
		show_violations(m, &report);
	} else {
		seq_puts(m, "runs 0\n");
	}
	mutex_unlock(&report_mutex);
	return 0;
}

/* Announces a run; NULL: it is over. */
static void set_running(struct ht_engine *engine)
{
	mutex_lock(&report_mutex);
	running_engine = engine;
	if (engine && leaving)
		ht_engine_quit(engine);
	mutex_unlock(&report_mutex);
}

static void keep_report(const struct ht_stress_report *r)
{
	mutex_lock(&report_mutex);
	report = *r;
	have_report = true;
	mutex_unlock(&report_mutex);
}

/* One at a time, as nothing but the writing tasks' number would limit them. */
static int run_stress(const struct ht_stress_params *params)
{
	struct ht_stress_report this_report;
	struct ht_engine engine;
	int ret;

	if (!mutex_trylock(&run_mutex))
		return -EBUSY;

	ht_engine_init(&engine);
	set_running(&engine);
	ret = ht_stress_run(&engine, params, &this_report);
	set_running(NULL);
	if (!ret)
		keep_report(&this_report);
	mutex_unlock(&run_mutex);

	if (ret)
		return ret;
	if (!ht_stress_balanced(&this_report) ||
	    ht_stress_violations(&this_report))
		return -EIO;
	return this_report.interrupted ? -EINTR : 0;
}

static ssize_t stress_write(struct file *filp, const char __user *ubuf,
			    size_t count, loff_t *ppos)
{
	struct ht_stress_params params = defaults;
	char *text;
	int ret;

	if (count > MAX_TEXT)
		return -E2BIG;
	text = memdup_user_nul(ubuf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);

	/* What comes after a NUL would not be seen. */
	ret = strlen(text) == count ? ht_stress_params_parse(text, &params) :
				      -EINVAL;
	kfree(text);
	if (!ret)
		ret = run_stress(&params);
	return ret ?: count;
}

static int stress_open(struct inode *inode, struct file *filp)
{
	return single_open(filp, stress_show, NULL);
}

static const struct file_operations stress_fops = {
	.owner		= THIS_MODULE,
	.open		= stress_open,
	.read		= seq_read,
	.write		= stress_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/* Makes the file, in @root. Nothing to be done where that fails. */
void ht_stress_debugfs_init(struct dentry *root)
{
	stress_file = debugfs_create_file("stress", 0600, root, NULL,
					  &stress_fops);
}

/* Ends a run and waits until nobody is in the file any more. */
void ht_stress_debugfs_exit(void)
{
	mutex_lock(&report_mutex);
	leaving = true;
	if (running_engine)
		ht_engine_quit(running_engine);
	mutex_unlock(&report_mutex);
	debugfs_remove(stress_file);
}
