// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_sizes: a handler that takes over while packets flow
 *
 * Another strategy for the events of packet_count.c: a histogram of packet
 * lengths. It puts its handler in the place of whatever it finds in the slots
 * of its parameter, with one atomic instruction a slot. Every packet meets
 * either the old handler or the new one, none meets neither or both.
 *
 * Why a swap is safe here
 * =======================
 *
 * A blind swap is a trap for those who keep the old handler and put it back
 * when they leave. By then its module may be gone:
 *
 *	packet_sizes			packet_count
 *	swap(t, 6, new, &old)
 *					remove(t, 6, old): -ENOENT
 *					unloaded
 *	swap(t, 6, old, NULL)
 *	the next packet calls into freed memory
 *
 * This module throws the old handler away and leaves its slots empty when it
 * goes. What it does not remember it cannot resurrect. Looking first, with
 * handler_table_peek(), and then handler_table_replace() would be right if it
 * mattered whose handler it is that goes, or if it were to be put back. It is
 * not, so these could only fail and have to be tried again, for the same
 * result.
 *
 * The displaced handler may run on for a moment, beside the new one. That is
 * for its own module to wait for, when it leaves: see packet_demux_withdraw().
 *
 * Everything that can fail comes before the first swap, so a failed load has
 * changed no slot and there is nothing to take back.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>

#include "packet_demux.h"

/* fls() of a length is from 0 to 32; n stands for 2^(n-1) to 2^n - 1 bytes. */
#define NR_SIZES	33

struct size_counters {
	unsigned long packets[NR_SIZES];
};

static unsigned int protocols[PACKET_DEMUX_SLOTS] = {
	IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP,
};

static unsigned int nr_protocols = 3;
module_param_array(protocols, uint, &nr_protocols, 0444);
MODULE_PARM_DESC(protocols, "IP protocols to take over (default 1,6,17)");

/* By protocol; NULL: not one of @protocols. */
static struct size_counters __percpu *counters[PACKET_DEMUX_SLOTS];
static struct dentry *debugfs_dir;

static unsigned int count_size(struct sk_buff *skb, u8 protocol)
{
	this_cpu_inc(counters[protocol]->packets[fls(skb->len)]);
	return NF_ACCEPT;
}

static unsigned long sum_of_sizes(unsigned int idx)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_SIZES; i++)
		sum += packet_demux_sum(&counters[idx]->packets[i]);
	return sum;
}

static void show_protocol(struct seq_file *m, unsigned int idx)
{
	unsigned long packets[NR_SIZES], sum = 0;
	unsigned int i;

	for (i = 0; i < NR_SIZES; i++) {
		packets[i] = packet_demux_sum(&counters[idx]->packets[i]);
		sum += packets[i];
	}

	seq_printf(m, "%u packets %lu\n", idx, sum);
	for (i = 0; i < NR_SIZES; i++) {
		if (packets[i])
			seq_printf(m, "%u bytes %llu-%llu %lu\n", idx,
				   BIT_ULL(i) >> 1, BIT_ULL(i) - 1,
				   packets[i]);
	}
}

static int counters_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < PACKET_DEMUX_SLOTS; i++) {
		if (counters[i])
			show_protocol(m, i);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static void free_counters(void)
{
	unsigned int i;

	for (i = 0; i < PACKET_DEMUX_SLOTS; i++)
		free_percpu(counters[i]);
}

static int __init alloc_counters(void)
{
	unsigned int i, idx;

	for (i = 0; i < nr_protocols; i++) {
		idx = protocols[i];
		if (idx >= PACKET_DEMUX_SLOTS)
			return -EINVAL;
		if (counters[idx])	/* named twice */
			continue;
		counters[idx] = alloc_percpu(struct size_counters);
		if (!counters[idx])
			return -ENOMEM;
	}
	return 0;
}

/* With the handler gone the counts are final: its last word. */
static void say_farewell(void)
{
	unsigned int i;

	for (i = 0; i < PACKET_DEMUX_SLOTS; i++) {
		if (counters[i])
			pr_info("%u packets %lu\n", i, sum_of_sizes(i));
	}
}

/*
 * The indices have been checked, so none of the swaps fails. The wait is not
 * needed for safety, see above. It makes the moment of the change a clean
 * one: once this module has loaded, no packet meets a displaced handler.
 */
static void __init take_over(void)
{
	unsigned int i;

	for (i = 0; i < nr_protocols; i++)
		handler_table_swap_typed(&packet_demux, protocols[i],
					 count_size, NULL);
	handler_table_synchronize(handler_table_untyped(&packet_demux));
}

static int __init packet_sizes_init(void)
{
	int ret;

	ret = alloc_counters();
	if (ret) {
		free_counters();
		return ret;
	}
	take_over();

	debugfs_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("counters", 0400, debugfs_dir, NULL,
			    &counters_fops);
	return 0;
}

static void __exit packet_sizes_exit(void)
{
	debugfs_remove(debugfs_dir);
	packet_demux_withdraw(count_size);
	say_farewell();
	free_counters();
}

module_init(packet_sizes_init);
module_exit(packet_sizes_exit);

MODULE_DESCRIPTION("handler_table sample: histogram of packet lengths by IP protocol");
MODULE_LICENSE("GPL");
