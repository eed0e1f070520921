// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: dispatches in non-maskable interrupts
 *
 * On x86-64 a CPU can send one to any other, or to itself, whatever that is about: it
 * interrupts writers within an operation, and interrupts. Each CPU has one of ours on
 * its way at most, as two could become one, and who sends it waits until it is over: so
 * the CPU stays online as long, and nobody is at work when the sender is not.
 */
#include <linux/kconfig.h>

#include "torture.h"

/* On i386 an NMI could divide the counting of what is counted in 64 bits. */
#ifdef CONFIG_X86_64

#include <linux/bitops.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/percpu.h>

#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/nmi.h>

#define NMI_BATCH	4
/* An emulated CPU may have to be given the time of this one. */
#define SEND_US		50

static bool has_nmi;
static DEFINE_PER_CPU(unsigned long, on_its_way);
static DEFINE_PER_CPU(struct rnd_state, nmi_random);

/* Called for every NMI on every CPU. */
static int dispatch_in_nmi(unsigned int type, struct pt_regs *regs)
{
	unsigned long *mine = this_cpu_ptr(&on_its_way);
	unsigned int i;

	if (!test_bit(0, mine))
		return NMI_DONE;
	for (i = 0; i < NMI_BATCH; i++)
		torture_dispatch(COUNT_NMI, this_cpu_ptr(&nmi_random));
	clear_bit_unlock(0, mine);
	return NMI_HANDLED;
}

/* To any CPU, unless another is on its way there. May sleep. */
void torture_nmi_send(struct rnd_state *random)
{
	unsigned int cpu = torture_below(random, nr_cpu_ids);
	unsigned long *there = per_cpu_ptr(&on_its_way, cpu);

	if (!has_nmi)
		return;
	cpus_read_lock();
	if (cpu_online(cpu) && !test_and_set_bit(0, there)) {
		apic->send_IPI(cpu, NMI_VECTOR);
		while (test_bit_acquire(0, there))
			usleep_range(SEND_US, 2 * SEND_US);
	}
	cpus_read_unlock();
}

void torture_nmi_setup(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		prandom_seed_state(per_cpu_ptr(&nmi_random, cpu), cpu);
	has_nmi = !register_nmi_handler(NMI_LOCAL, dispatch_in_nmi, 0,
					"handler_table_torture");
}

/* Nobody sends any more. */
void torture_nmi_teardown(void)
{
	if (has_nmi)
		unregister_nmi_handler(NMI_LOCAL, "handler_table_torture");
}

#else

void torture_nmi_send(struct rnd_state *random)
{
}

void torture_nmi_setup(void)
{
}

void torture_nmi_teardown(void)
{
}

#endif
