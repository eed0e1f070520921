// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_drop: a handler that decides what becomes of packets
 *
 * A firewall in one function: packets of one IP protocol that are longer than
 * so many bytes are dropped. The handler's result is the verdict, so who sent
 * them sends them still, and nobody receives them.
 *
 * It takes its slot only if it is empty, and does not displace anybody. So one
 * handler_table_remove_typed_sync() would do to leave, if packet_sizes.c could
 * not displace it: see packet_demux_withdraw().
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/in.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>

#include "packet_demux.h"

static u8 protocol = IPPROTO_UDP;
module_param(protocol, byte, 0444);
MODULE_PARM_DESC(protocol, "IP protocol whose packets are looked at (17)");

static unsigned int max_len = 512;
module_param(max_len, uint, 0444);
MODULE_PARM_DESC(max_len, "longest packet that is not dropped, in bytes with its headers (512)");

struct drop_counters {
	unsigned long packets;
	unsigned long dropped;
};

static DEFINE_PER_CPU(struct drop_counters, counters);
static struct dentry *debugfs_dir;

static unsigned int drop_long(struct sk_buff *skb, u8 unused)
{
	this_cpu_inc(counters.packets);
	if (skb->len <= max_len)
		return NF_ACCEPT;
	this_cpu_inc(counters.dropped);
	return NF_DROP;
}

static int counters_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%u packets %lu dropped %lu\n", protocol,
		   packet_demux_sum(&counters.packets),
		   packet_demux_sum(&counters.dropped));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/* With the handler gone the counts are final: its last words. */
static void say_farewell(void)
{
	pr_info("%u packets %lu\n", protocol,
		packet_demux_sum(&counters.packets));
	pr_info("%u dropped %lu\n", protocol,
		packet_demux_sum(&counters.dropped));
}

static int __init packet_drop_init(void)
{
	int ret;

	ret = handler_table_register_typed(&packet_demux, protocol, drop_long);
	if (ret)
		return ret;
	debugfs_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("counters", 0400, debugfs_dir, NULL,
			    &counters_fops);
	return 0;
}

static void __exit packet_drop_exit(void)
{
	debugfs_remove(debugfs_dir);
	packet_demux_withdraw(drop_long);
	say_farewell();
}

module_init(packet_drop_init);
module_exit(packet_drop_exit);

MODULE_DESCRIPTION("handler_table sample: drop long packets of an IP protocol");
MODULE_LICENSE("GPL");
