// SPDX-License-Identifier: GPL-2.0-only
/*
 * control_room: handlers that are switched while records flow
 *
 * A stream of records has three things done to it: it is audited, measured and
 * printed. Each of these can be switched off, on, and to another way of doing
 * it, at any moment, without stopping the stream or losing a record. In
 * /sys/kernel/debug/control_room/:
 *
 *	audit, metrics, print	the name of the handler; write another one
 *	log			the file that records are written to; write another
 *				path, from / on, or none
 *	running			1, or write 0 to hold the stream up
 *	counters		the books, a name and a number a line
 *	sinks			what handlers write to: slot, handler, records; of a
 *				handler that was switched off until it is gone
 *	stream			the latest records, and who handled each
 *	swaps			the latest swaps: number of the first record
 *				that the new handler saw, slot, old, new
 *
 * Records flow from when the module is loaded until it is unloaded. To look
 * at the counters, the sinks, the stream or the swaps holds both threads up for as long;
 * to switch a handler does not.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "control_room.h"

/* More than any name, with its newline. */
#define NAME_SIZE	16
/* The same of a path. */
#define PATH_SIZE	256

DEFINE_DECLARED_BOUND_HANDLER_TABLE(control_room, ROOM_SLOTS);

static struct dentry *debugfs_dir;

static int slot_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%s\n", room_current_name((uintptr_t)m->private));
	return 0;
}

static int slot_open(struct inode *inode, struct file *file)
{
	return single_open(file, slot_show, inode->i_private);
}

static ssize_t slot_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *ppos)
{
	unsigned int slot = (uintptr_t)file_inode(file)->i_private;
	char *name;
	int ret;

	if (count >= NAME_SIZE)
		return -EINVAL;
	name = memdup_user_nul(ubuf, count);
	if (IS_ERR(name))
		return PTR_ERR(name);
	ret = strlen(name) == count ? room_switch(slot, name) : -EINVAL;
	kfree(name);
	return ret ?: count;
}

static const struct file_operations slot_fops = {
	.owner		= THIS_MODULE,
	.open		= slot_open,
	.read		= seq_read,
	.write		= slot_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int log_show(struct seq_file *m, void *unused)
{
	room_log_show(m);
	return 0;
}

static int log_open(struct inode *inode, struct file *file)
{
	return single_open(file, log_show, NULL);
}

static ssize_t log_write(struct file *file, const char __user *ubuf,
			 size_t count, loff_t *ppos)
{
	char *path;
	int ret = -EINVAL;

	if (count >= PATH_SIZE)
		return -EINVAL;
	path = memdup_user_nul(ubuf, count);
	if (IS_ERR(path))
		return PTR_ERR(path);
	if (strlen(path) == count) {
		if (count && path[count - 1] == '\n')
			path[count - 1] = '\0';
		if (!strcmp(path, "none"))
			ret = room_log_to(NULL);
		else if (path[0] == '/')
			ret = room_log_to(path);
	}
	kfree(path);
	return ret ?: count;
}

static const struct file_operations log_fops = {
	.owner		= THIS_MODULE,
	.open		= log_open,
	.read		= seq_read,
	.write		= log_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int running_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", room_is_running());
	return 0;
}

static int running_open(struct inode *inode, struct file *file)
{
	return single_open(file, running_show, NULL);
}

/* "0" or "1", with or without a newline. */
static ssize_t running_write(struct file *file, const char __user *ubuf,
			     size_t count, loff_t *ppos)
{
	char text[2] = { 0, '\n' };

	if (count < 1 || count > sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, ubuf, count))
		return -EFAULT;
	if ((text[0] != '0' && text[0] != '1') || text[1] != '\n')
		return -EINVAL;
	room_set_running(text[0] == '1');
	return count;
}

static const struct file_operations running_fops = {
	.owner		= THIS_MODULE,
	.open		= running_open,
	.read		= seq_read,
	.write		= running_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static void show_handled(struct seq_file *m, const struct room_books *books,
			 unsigned int slot)
{
	unsigned int i;

	for (i = 0; i < ROOM_CHOICES; i++)
		seq_printf(m, "%s.%s %llu\n", room_slot_name(slot),
			   room_handler_name(slot, i),
			   i ? books->handled[slot][i] :
			       room_counters.unhandled[slot]);
}

static int counters_show(struct seq_file *m, void *unused)
{
	const struct room_counters *c = &room_counters;
	struct room_books books;
	unsigned int slot;

	room_hold();
	room_read_books(&books);
	seq_printf(m, "produced %llu\n", c->produced);
	seq_printf(m, "consumed %llu\n", c->consumed);
	seq_printf(m, "in_ring %u\n", room_in_ring());
	seq_printf(m, "ring_full %llu\n", c->ring_full);
	seq_printf(m, "out_of_order %llu\n", c->out_of_order);
	seq_printf(m, "twice %llu\n", c->twice);
	seq_printf(m, "audit_failures %llu\n", books.audit_failures);
	for (slot = 0; slot < ROOM_SLOTS; slot++)
		show_handled(m, &books, slot);
	seq_printf(m, "sum %llu\n", books.sum);
	seq_printf(m, "logged %llu\n", c->logged);
	seq_printf(m, "not_logged %llu\n", c->not_logged);
	seq_printf(m, "log_failures %llu\n", c->log_failures);
	room_release();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static int room_sinks_show(struct seq_file *m, void *unused)
{
	room_hold();
	room_print_sinks(m);
	room_release();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(room_sinks);

static int room_stream_show(struct seq_file *m, void *unused)
{
	room_hold();
	room_print_stream(m);
	room_release();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(room_stream);

static int room_swaps_show(struct seq_file *m, void *unused)
{
	room_hold();
	room_print_swaps(m);
	room_release();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(room_swaps);

/* Nothing here cares whether there is a debugfs. */
static void create_debugfs(void)
{
	struct dentry *dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	uintptr_t slot;

	for (slot = 0; slot < ROOM_SLOTS; slot++)
		debugfs_create_file(room_slot_name(slot), 0600, dir,
				    (void *)slot, &slot_fops);
	debugfs_create_file("log", 0600, dir, NULL, &log_fops);
	debugfs_create_file("running", 0600, dir, NULL, &running_fops);
	debugfs_create_file("counters", 0400, dir, NULL, &counters_fops);
	debugfs_create_file("sinks", 0400, dir, NULL, &room_sinks_fops);
	debugfs_create_file("stream", 0400, dir, NULL, &room_stream_fops);
	debugfs_create_file("swaps", 0400, dir, NULL, &room_swaps_fops);
	debugfs_dir = dir;
}

static int __init control_room_init(void)
{
	int ret;

	ret = handler_table_publish(handler_table_untyped(&control_room), 0);
	if (ret)
		return ret;
	ret = room_open();
	if (ret) {
		handler_table_unpublish(handler_table_untyped(&control_room));
		return ret;
	}
	create_debugfs();
	return 0;
}

/*
 * First those go who switch, then the handlers, which is where the wait
 * belongs, and only then the threads, which dispatch through all of this.
 */
static void __exit control_room_exit(void)
{
	const struct room_counters *c = &room_counters;

	debugfs_remove(debugfs_dir);
	room_switch_all_off();
	room_log_to(NULL);
	room_close();
	handler_table_unpublish(handler_table_untyped(&control_room));
	pr_info("produced %llu consumed %llu in_ring %u out_of_order %llu twice %llu late %llu\n",
		c->produced, c->consumed, room_in_ring(), c->out_of_order,
		c->twice, c->late);
}

module_init(control_room_init);
module_exit(control_room_exit);

MODULE_DESCRIPTION("handler_table sample: switch what is done with records while they flow");
MODULE_LICENSE("GPL");
