// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_count: a handler that counts packets
 *
 * The smallest useful handler module, to start your own from. One function
 * serves three slots, as a handler is told the protocol. It lets all packets
 * through.
 *
 * The life of a handler is bracketed by the life of what it uses:
 *
 *	init				exit
 *	1. counters			5. counters
 *	2. handlers			3. handlers, 4. wait
 *	3. debugfs			2. debugfs
 *
 * Counters come before the handler, which may run before the call that
 * registers it has returned. Registration is fully ordered, so the handler
 * sees the pointer to them (register-publishes.litmus). They go after the
 * wait: removing a handler does not stop the one that is running on another
 * CPU. The file in debugfs reads the counters: it comes last, so that a failed
 * load has none to undo, and goes first, which waits for those who are reading
 * it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/in.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "packet_demux.h"

struct packet_counters {
	unsigned long packets[PACKET_DEMUX_SLOTS];
};

static const u8 protocols[] = { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP };
static struct packet_counters __percpu *counters;
static struct dentry *debugfs_dir;

static unsigned int count_packet(struct sk_buff *skb, u8 protocol)
{
	this_cpu_inc(counters->packets[protocol]);
	return NF_ACCEPT;
}

static int counters_show(struct seq_file *m, void *unused)
{
	unsigned int i, idx;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		idx = protocols[i];
		seq_printf(m, "%u packets %lu\n", idx,
			   packet_demux_sum(&counters->packets[idx]));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/* With the handler gone the counts are final: its last word. */
static void say_farewell(void)
{
	unsigned int i, idx;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		idx = protocols[i];
		pr_info("%u packets %lu\n", idx,
			packet_demux_sum(&counters->packets[idx]));
	}
}

/* All slots or none: who finds one taken leaves the others again. */
static int __init register_handlers(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		ret = handler_table_register_typed(&packet_demux, protocols[i],
						   count_packet);
		if (ret) {
			packet_demux_withdraw(count_packet);
			return ret;
		}
	}
	return 0;
}

static int __init packet_count_init(void)
{
	int ret;

	counters = alloc_percpu(struct packet_counters);
	if (!counters)
		return -ENOMEM;

	ret = register_handlers();
	if (ret) {
		free_percpu(counters);
		return ret;
	}

	debugfs_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("counters", 0400, debugfs_dir, NULL,
			    &counters_fops);
	return 0;
}

static void __exit packet_count_exit(void)
{
	debugfs_remove(debugfs_dir);
	packet_demux_withdraw(count_packet);
	say_farewell();
	free_percpu(counters);
}

module_init(packet_count_init);
module_exit(packet_count_exit);

MODULE_DESCRIPTION("handler_table sample: count packets by IP protocol");
MODULE_LICENSE("GPL");
