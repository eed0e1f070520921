// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: operators run handlers
 *
 * Each write to <table>/dispatch is one command, wherever in the file it is
 * put, in decimal:
 *
 *	IDX [COUNT] [newline]
 *
 * It runs the handler of slot IDX COUNT times (once), in the task that writes
 * and with a NULL argument, which the table's owner has said is fine.
 *
 * A command can take long, so between two dispatches it gives way to others,
 * and looks whether it should end: because of a signal, or because the table is
 * being unpublished, which waits for it.
 */
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/handler_table.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "internal.h"

#define MAX_COUNT	1000000
/* With room for some leading zeros. */
#define MAX_COMMAND	31

struct command {
	unsigned int idx;
	unsigned int count;
};

/* kstrtouint() by itself would let a sign and a newline pass. */
static int parse_number(const char *s, unsigned int *number)
{
	if (!*s || s[strspn(s, "0123456789")])
		return -EINVAL;
	return kstrtouint(s, 10, number);
}

/* parse_command - take apart a command of @len bytes, which @s has room to end */
static int parse_command(char *s, size_t len, struct command *command)
{
	char *count;
	int ret;

	if (len && s[len - 1] == '\n')
		len--;
	s[len] = '\0';
	if (strlen(s) != len)
		return -EINVAL;

	command->count = 1;
	count = strchr(s, ' ');
	if (count)
		*count++ = '\0';
	ret = parse_number(s, &command->idx);
	if (!ret && count)
		ret = parse_number(count, &command->count);
	return ret;
}

static int check_command(const struct handler_table *t,
			 const struct command *command)
{
	if (command->idx >= t->nr)
		return -EINVAL;
	if (!command->count || command->count > MAX_COUNT)
		return -EINVAL;
	return 0;
}

static bool run_once(struct handler_table *t, unsigned int idx)
{
	if (t->kind == &handler_table_kind_sleepable)
		return handler_table_handle_sleepable(t, idx, NULL);
	return handler_table_handle(t, idx, NULL);
}

/*
 * run_command - at least once, so that a command of one is done or refused,
 * never cut
 */
static int run_command(struct handler_table_publication *pub,
		       const struct command *command)
{
	unsigned int left = command->count;
	bool ran = false;

	for (;;) {
		if (run_once(pub->table, command->idx))
			ran = true;
		if (!--left)
			return ran ? 0 : -ENOENT;
		if (READ_ONCE(pub->going))
			return -EIO;
		if (signal_pending(current))
			return -EINTR;
		cond_resched_tasks_rcu_qs();
	}
}

static ssize_t dispatch_write(struct file *file, const char __user *buf,
			      size_t len, loff_t *ppos)
{
	struct handler_table_publication *pub = file->private_data;
	struct command command;
	char s[MAX_COMMAND + 1];
	int ret;

	if (len > MAX_COMMAND)
		return -EINVAL;
	if (copy_from_user(s, buf, len))
		return -EFAULT;
	ret = parse_command(s, len, &command);
	if (!ret)
		ret = check_command(pub->table, &command);
	if (!ret)
		ret = run_command(pub, &command);
	return ret ?: len;
}

const struct file_operations handler_table_dispatch_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= dispatch_write,
	.llseek	= noop_llseek,
};
