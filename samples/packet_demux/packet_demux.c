// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_demux: a handler table fed by the network
 *
 * Who has events owns the table. This module dispatches every IPv4 packet that
 * arrives on the loopback interface to the handler of its IP protocol:
 *
 *	netfilter, LOCAL_IN --> packet_demux[ip_hdr(skb)->protocol](skb)
 *
 * What is done with the packets is up to other modules, which come and go
 * while packets flow: packet_count.c and packet_sizes.c. Without a handler a
 * packet is counted as unhandled. It is let through in any case.
 *
 * Why NF_INET_LOCAL_IN
 * ====================
 *
 * A packet on the loopback interface passes several hooks: LOCAL_OUT and
 * POST_ROUTING on its way out, PRE_ROUTING and LOCAL_IN on its way in. It
 * passes LOCAL_IN once, after fragments have been put together again and
 * right before the protocol gets it. So the kernel's own books are a witness
 * for ours, as long as loopback is the only interface with traffic; in
 * /proc/net/snmp:
 *
 *	ICMP	InMsgs
 *	TCP	InSegs
 *	UDP	InDatagrams (counted when they are read) + InErrors + NoPorts
 *
 * The hook comes last there, so what a firewall drops is in neither.
 *
 * Only the initial network namespace is watched.
 */
#include <linux/debugfs.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "packet_demux.h"

DEFINE_HANDLER_TABLE(packet_demux, PACKET_DEMUX_SLOTS);
EXPORT_SYMBOL_GPL(packet_demux);

/* Each packet is counted once, so that what was seen is always their sum. */
struct demux_counters {
	unsigned long handled[PACKET_DEMUX_SLOTS];
	unsigned long unhandled[PACKET_DEMUX_SLOTS];
};

static struct demux_counters __percpu *counters;
static struct dentry *debugfs_dir;

static unsigned int demux_packet(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	u8 protocol = ip_hdr(skb)->protocol;

	if (!(state->in->flags & IFF_LOOPBACK))
		return NF_ACCEPT;

	if (handler_table_dispatch(&packet_demux, protocol, skb))
		this_cpu_inc(counters->handled[protocol]);
	else
		this_cpu_inc(counters->unhandled[protocol]);
	return NF_ACCEPT;
}

static const struct nf_hook_ops demux_hook = {
	.hook		= demux_packet,
	.pf		= NFPROTO_IPV4,
	.hooknum	= NF_INET_LOCAL_IN,
	.priority	= NF_IP_PRI_LAST,
};

static int counters_show(struct seq_file *m, void *unused)
{
	unsigned long handled, unhandled;
	unsigned int i;

	for (i = 0; i < PACKET_DEMUX_SLOTS; i++) {
		handled = packet_demux_sum(&counters->handled[i]);
		unhandled = packet_demux_sum(&counters->unhandled[i]);
		if (!handled && !unhandled)
			continue;
		seq_printf(m, "%u seen %lu handled %lu unhandled %lu\n",
			   i, handled + unhandled, handled, unhandled);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/* Nothing here cares whether there is a debugfs. */
static void create_debugfs(void)
{
	debugfs_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("counters", 0400, debugfs_dir, NULL,
			    &counters_fops);
}

/* Take down what the hook uses; it must not be running any more. */
static void remove_all_but_hook(void)
{
	debugfs_remove(debugfs_dir);
	handler_table_unpublish(&packet_demux);
	free_percpu(counters);
}

static int __init packet_demux_init(void)
{
	int ret;

	counters = alloc_percpu(struct demux_counters);
	if (!counters)
		return -ENOMEM;

	ret = handler_table_publish(&packet_demux, 0);
	if (ret) {
		free_percpu(counters);
		return ret;
	}
	create_debugfs();

	/* The hook is last: the first packet may come before this returns. */
	ret = nf_register_net_hook(&init_net, &demux_hook);
	if (ret)
		remove_all_but_hook();
	return ret;
}

/*
 * The hook goes first, since it uses all the rest. Unregistering it does not
 * wait for packets that are in it right now; synchronize_net() does, as hooks
 * run under rcu_read_lock().
 *
 * There is no handler left to care about. The modules that had some are gone,
 * or this one could not be unloaded.
 */
static void __exit packet_demux_exit(void)
{
	nf_unregister_net_hook(&init_net, &demux_hook);
	synchronize_net();
	remove_all_but_hook();
}

module_init(packet_demux_init);
module_exit(packet_demux_exit);

MODULE_DESCRIPTION("handler_table sample: dispatch loopback packets by IP protocol");
MODULE_LICENSE("GPL");
