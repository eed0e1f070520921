// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq_table: a handler table as an interrupt table
 *
 * 1024 slots, the index is the interrupt number, and every dispatch is made in
 * hard interrupt context. An interrupt without a handler is warned of, rate
 * limited. Two numbers have handlers, a timer and a UART.
 *
 * There is no such hardware, but the context is real: an interrupt is raised
 * by queueing an irq_work, which the kernel runs in an interrupt that the CPU
 * sends itself, in hard interrupt context on PREEMPT_RT too. The timer is
 * raised by itself, others by hand. In /sys/kernel/debug/irq_table/:
 *
 *	raise		write "IRQ [COUNT]": so often, one after the other
 *	counters	the books, a name and a number a line
 *
 * There is one interrupt at a time: whoever raises it holds raise_mutex until
 * it has been served. So the counters, which are written in the interrupt, need
 * no more than that, and are exact for whoever holds the mutex.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/handler_table.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#define NR_IRQS_TABLE	1024
#define IRQ_TIMER	32
#define IRQ_UART	33

#define MAX_COUNT	1000000
/* More than the longest line that makes sense. */
#define LINE_SIZE	32

static unsigned int tick_ms = 10;
module_param(tick_ms, uint, 0444);
MODULE_PARM_DESC(tick_ms, "milliseconds between two timer interrupts (10); 0: none");

DEFINE_STATIC_HANDLER_TABLE(irq_table, NR_IRQS_TABLE);

static DEFINE_MUTEX(raise_mutex);
static DECLARE_COMPLETION(served);
static unsigned int raised_irq;

static struct {
	unsigned long raised;
	unsigned long handled;
	unsigned long unhandled;
	unsigned long not_in_hardirq;
	unsigned long timer;
	unsigned long uart;
} counters;

static struct dentry *debugfs_dir;

static void count_context(void)
{
	if (!in_hardirq())
		counters.not_in_hardirq++;
}

static void timer_handler(unsigned int irq, void *arg)
{
	count_context();
	counters.timer++;
}

static void uart_handler(unsigned int irq, void *arg)
{
	count_context();
	counters.uart++;
}

/* What an interrupt entry would do. */
static void serve_irq(struct irq_work *unused)
{
	unsigned int irq = raised_irq;

	if (handler_table_dispatch(&irq_table, irq, NULL)) {
		counters.handled++;
	} else {
		counters.unhandled++;
		pr_warn_ratelimited("irq %u has no handler\n", irq);
	}
	complete(&served);
}

static struct irq_work irq_line = IRQ_WORK_INIT_HARD(serve_irq);

static void raise_irq(unsigned int irq)
{
	mutex_lock(&raise_mutex);
	counters.raised++;
	raised_irq = irq;
	irq_work_queue(&irq_line);
	wait_for_completion(&served);
	mutex_unlock(&raise_mutex);
}

static void raise_timer_irq(struct work_struct *work)
{
	raise_irq(IRQ_TIMER);
	schedule_delayed_work(to_delayed_work(work), msecs_to_jiffies(tick_ms));
}

static DECLARE_DELAYED_WORK(tick_work, raise_timer_irq);

/*
 * Leaves the numbers' syntax to kstrtouint(), which takes a sign "+" and the
 * newline at the end.
 */
static int parse_raise(char *text, unsigned int *irq, unsigned int *count)
{
	char *first = strsep(&text, " ");
	int ret;

	ret = kstrtouint(first, 10, irq);
	if (!ret && text)
		ret = kstrtouint(text, 10, count);
	if (ret)
		return ret;
	if (*irq >= NR_IRQS_TABLE || *count < 1 || *count > MAX_COUNT)
		return -EINVAL;
	return 0;
}

static int parse_raise_from_user(const char __user *ubuf, size_t size,
				 unsigned int *irq, unsigned int *count)
{
	char text[LINE_SIZE];

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, ubuf, size))
		return -EFAULT;
	text[size] = '\0';
	/* What comes after a NUL would not be seen. */
	if (strlen(text) != size)
		return -EINVAL;
	return parse_raise(text, irq, count);
}

static ssize_t raise_write(struct file *file, const char __user *ubuf,
			   size_t size, loff_t *ppos)
{
	unsigned int irq, count = 1;
	int ret;

	ret = parse_raise_from_user(ubuf, size, &irq, &count);
	if (ret)
		return ret;
	while (count--) {
		raise_irq(irq);
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return size;
}

static const struct file_operations raise_fops = {
	.owner	= THIS_MODULE,
	.open	= nonseekable_open,
	.write	= raise_write,
};

static int counters_show(struct seq_file *m, void *unused)
{
	mutex_lock(&raise_mutex);
	seq_printf(m, "raised %lu\n", counters.raised);
	seq_printf(m, "handled %lu\n", counters.handled);
	seq_printf(m, "unhandled %lu\n", counters.unhandled);
	seq_printf(m, "not_in_hardirq %lu\n", counters.not_in_hardirq);
	seq_printf(m, "timer %lu\n", counters.timer);
	seq_printf(m, "uart %lu\n", counters.uart);
	mutex_unlock(&raise_mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/* Nothing here cares whether there is a debugfs. */
static void create_debugfs(void)
{
	debugfs_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("raise", 0200, debugfs_dir, NULL, &raise_fops);
	debugfs_create_file("counters", 0400, debugfs_dir, NULL,
			    &counters_fops);
}

static int register_handlers(void)
{
	int ret;

	ret = handler_table_register(&irq_table, IRQ_TIMER, timer_handler);
	if (ret)
		return ret;
	return handler_table_register(&irq_table, IRQ_UART, uart_handler);
}

/* One wait for both. What is not there is left alone. */
static void remove_handlers(void)
{
	handler_table_remove(&irq_table, IRQ_TIMER, timer_handler);
	handler_table_remove(&irq_table, IRQ_UART, uart_handler);
	handler_table_synchronize(&irq_table);
}

static int __init irq_table_init(void)
{
	int ret;

	ret = handler_table_publish(&irq_table, 0);
	if (ret)
		return ret;
	ret = register_handlers();
	if (ret) {
		remove_handlers();
		handler_table_unpublish(&irq_table);
		return ret;
	}
	create_debugfs();
	if (tick_ms)
		schedule_delayed_work(&tick_work, 0);
	return 0;
}

/*
 * The sources are silenced first, or else the removed handlers' interrupts
 * would be warned of. The irq_work may still be on its way out of serve_irq().
 */
static void __exit irq_table_exit(void)
{
	debugfs_remove(debugfs_dir);
	cancel_delayed_work_sync(&tick_work);
	remove_handlers();
	irq_work_sync(&irq_line);
	handler_table_unpublish(&irq_table);
}

module_init(irq_table_init);
module_exit(irq_table_exit);

MODULE_DESCRIPTION("handler_table sample: an interrupt table of 1024 slots");
MODULE_LICENSE("GPL");
