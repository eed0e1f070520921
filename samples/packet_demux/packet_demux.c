// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_demux: a handler table fed by the network
 *
 * Who has events owns the table. This module dispatches every IPv4 packet that
 * arrives on the loopback interface to the handler of its IP protocol:
 *
 *	netfilter, LOCAL_IN --> packet_demux[ip_hdr(skb)->protocol](skb)
 *			   <-- NF_ACCEPT or NF_DROP
 *
 * What is done with the packets is up to other modules, which come and go
 * while packets flow: packet_count.c, packet_sizes.c and packet_drop.c. The
 * handler's result is the verdict that netfilter gets. Without a handler a
 * packet is counted as unhandled and let through.
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
 * What a handler has dropped is not in there, all else is.
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

DEFINE_DECLARED_TYPED_HANDLER_TABLE(packet_demux, PACKET_DEMUX_SLOTS);
EXPORT_SYMBOL_GPL(packet_demux);

/* Each packet is counted once, so that what was seen is always their sum. */
struct demux_counters {
	unsigned long passed[PACKET_DEMUX_SLOTS];
	unsigned long dropped[PACKET_DEMUX_SLOTS];
	unsigned long unhandled[PACKET_DEMUX_SLOTS];
};

static struct demux_counters __percpu *counters;
static struct dentry *debugfs_dir;

static unsigned int demux_packet(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	u8 protocol = ip_hdr(skb)->protocol;
	unsigned int verdict = NF_ACCEPT;

	if (!(state->in->flags & IFF_LOOPBACK))
		return NF_ACCEPT;

	if (!handler_table_dispatch_typed(&packet_demux, protocol, &verdict,
					  skb, protocol))
		this_cpu_inc(counters->unhandled[protocol]);
	else if (verdict == NF_DROP)
		this_cpu_inc(counters->dropped[protocol]);
	else
		this_cpu_inc(counters->passed[protocol]);
	return verdict;
}

static const struct nf_hook_ops demux_hook = {
	.hook		= demux_packet,
	.pf		= NFPROTO_IPV4,
	.hooknum	= NF_INET_LOCAL_IN,
	.priority	= NF_IP_PRI_LAST,
};

static int counters_show(struct seq_file *m, void *unused)
{
	unsigned long handled, dropped, unhandled;
	unsigned int i;

	for (i = 0; i < PACKET_DEMUX_SLOTS; i++) {
		dropped = packet_demux_sum(&counters->dropped[i]);
		handled = packet_demux_sum(&counters->passed[i]) + dropped;
		unhandled = packet_demux_sum(&counters->unhandled[i]);
		if (!handled && !unhandled)
			continue;
		seq_printf(m, "%u seen %lu handled %lu dropped %lu unhandled %lu\n",
			   i, handled + unhandled, handled, dropped, unhandled);
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
	handler_table_unpublish(handler_table_untyped(&packet_demux));
	free_percpu(counters);
}

static int __init packet_demux_init(void)
{
	int ret;

	counters = alloc_percpu(struct demux_counters);
	if (!counters)
		return -ENOMEM;

	ret = handler_table_publish(handler_table_untyped(&packet_demux), 0);
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
