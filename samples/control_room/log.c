// SPDX-License-Identifier: GPL-2.0-only
/*
 * control_room: a log in a file
 *
 * To write to a file may sleep. So what writes the log is in a table of its own,
 * whose handlers may, and which the consumer dispatches after the others. Records
 * pile up in the ring meanwhile, and the producer waits when it is full.
 *
 * The sink is the open file. It changes together with the handler, as one word,
 * and each record is in one file or in none. Who takes it out of the slot closes
 * it, after waiting for the record that is being written, as long as that takes.
 * So it is a regular file, not one that may keep its writer for ever.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/handler_table_typed.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "control_room.h"

/**
 * struct log - the descriptor, and the sink
 * @write: writes a record
 * @show: says where to
 * @file: where to
 * @pos: where in it; the consumer's
 */
struct log {
	bool (*write)(struct log *log, const struct room_record *rec);
	void (*show)(struct log *log, struct seq_file *m);
	struct file	*file;
	loff_t		pos;
};

DEFINE_STATIC_SLEEPABLE_BOUND_HANDLER_TABLE(room_log, 1, struct log);

static bool write_record(struct log *log, const struct room_record *rec)
{
	char line[32];
	int length = scnprintf(line, sizeof(line), "%llu %u\n", rec->seq,
			       rec->value);

	return kernel_write(log->file, line, length, &log->pos) == length;
}

static void show_path(struct log *log, struct seq_file *m)
{
	seq_file_path(m, log->file, "\n\\");
	seq_putc(m, '\n');
}

/* By the consumer. */
void room_log_record(const struct room_record *rec)
{
	bool written;

	if (!handler_table_dispatch_sleepable_bound(&room_log, 0, &written,
						    write, rec))
		room_counters.not_logged++;
	else if (written)
		room_counters.logged++;
	else
		room_counters.log_failures++;
}

void room_log_show(struct seq_file *m)
{
	if (!handler_table_dispatch_sleepable_bound_void(&room_log, 0, show, m))
		seq_puts(m, "none\n");
}

static struct log *open_log(const char *path)
{
	struct log *log = kzalloc(sizeof(*log), GFP_KERNEL);
	struct file *file;

	if (!log)
		return ERR_PTR(-ENOMEM);
	file = filp_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_LARGEFILE, 0600);
	if (IS_ERR(file)) {
		kfree(log);
		return ERR_CAST(file);
	}
	if (!S_ISREG(file_inode(file)->i_mode)) {
		filp_close(file, NULL);
		kfree(log);
		return ERR_PTR(-EINVAL);
	}
	log->write = write_record;
	log->show = show_path;
	log->file = file;
	return log;
}

/* Nobody writes to it any more. */
static void close_log(struct log *log)
{
	if (!log)
		return;
	filp_close(log->file, NULL);
	kfree(log);
}

/*
 * Blindly: who displaces a log never puts it back, and so it does not matter
 * whose it was. NULL: none from now on.
 */
int room_log_to(const char *path)
{
	struct log *new, *old;
	int ret;

	if (!path) {
		close_log(handler_table_unregister_typed_sync(&room_log, 0));
		return 0;
	}
	new = open_log(path);
	if (IS_ERR(new))
		return PTR_ERR(new);
	ret = handler_table_swap_typed(&room_log, 0, new, &old);
	if (ret) {
		close_log(new);
		return ret;
	}
	handler_table_synchronize(handler_table_untyped(&room_log));
	close_log(old);
	return 0;
}
