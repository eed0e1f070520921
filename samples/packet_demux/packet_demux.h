/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PACKET_DEMUX_H
#define _PACKET_DEMUX_H

/*
 * packet_demux: what a module needs that handles packets
 *
 * A handler module registers in packet_demux, with the calls of
 * <linux/handler_table_typed.h>. Since it uses the symbol, the module loader
 * keeps packet_demux.ko loaded for as long as it is.
 */
#include <linux/cpumask.h>
#include <linux/handler_table_typed.h>
#include <linux/netfilter.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct sk_buff;

#define PACKET_DEMUX_SLOTS	256

/**
 * typedef packet_handler_t - what is done with a packet
 * @skb: an IPv4 packet, whole, skb->data at its IP header; it is the kernel's:
 *	 look, but keep no pointer to it and change nothing
 * @protocol: its IP protocol, which is the index of the slot, so that one
 *	      function can serve many
 *
 * Context: Softirq, on all CPUs at once.
 * Return: NF_ACCEPT, or NF_DROP if nobody shall get the packet.
 */
typedef unsigned int packet_handler_t(struct sk_buff *skb, u8 protocol);

DECLARE_TYPED_HANDLER_TABLE(packet_demux, packet_handler_t);

/**
 * packet_demux_withdraw - take a handler out of the table, for good
 * @fn: the handler
 *
 * Removes @fn from every slot that still holds it. The other slots answer
 * -ENOENT and are left alone, so nobody needs to remember which ones @fn got,
 * or was displaced from in the meantime.
 *
 * One wait is enough for all removals, because a grace period waits for every
 * dispatch that began before it, whichever slot it loaded. And the wait is
 * due even if no slot held @fn any more: whoever displaced it did not wait, so
 * @fn may still be running. This is why handler_table_remove_sync() would not
 * do here: it waits only for what it removed itself.
 *
 * Context: May sleep. On return @fn runs nowhere.
 */
static inline void packet_demux_withdraw(packet_handler_t *fn)
{
	unsigned int i;

	for (i = 0; i < PACKET_DEMUX_SLOTS; i++)
		handler_table_remove_typed(&packet_demux, i, fn);
	handler_table_synchronize(handler_table_untyped(&packet_demux));
}

/**
 * packet_demux_sum - read a per-CPU counter
 * @counter: the counter, which only this_cpu_inc() changes
 *
 * The counters are of type unsigned long, which no machine reads in two
 * halves. On 32-bit machines they wrap at 2^32.
 *
 * Return: the sum over all CPUs.
 */
static inline unsigned long
packet_demux_sum(const unsigned long __percpu *counter)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(counter, cpu));
	return sum;
}

#endif /* _PACKET_DEMUX_H */
