// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_unload: non-maskable interrupts, on x86
 *
 * A CPU has one of ours on its way at most: two could become one, and one that
 * nobody expects is reported by the kernel.
 */
#include <linux/kconfig.h>

#include "unload.h"

#if defined(CONFIG_X86_LOCAL_APIC) && defined(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG)

#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/percpu.h>

#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/nmi.h>

bool unload_has_nmi;

static DEFINE_PER_CPU(unsigned long, on_its_way);

static int take_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!test_and_clear_bit(0, this_cpu_ptr(&on_its_way)))
		return NMI_DONE;
	unload_sweep(UNLOAD_NMI, 0);
	return NMI_HANDLED;
}

void unload_nmi_send(unsigned int cpu)
{
	if (unload_has_nmi && !test_and_set_bit(0, per_cpu_ptr(&on_its_way, cpu)))
		apic->send_IPI(cpu, NMI_VECTOR);
}

void unload_nmi_setup(void)
{
	unload_has_nmi = !register_nmi_handler(NMI_LOCAL, take_nmi, 0,
					       "handler_table_test_unload");
}

/* Nobody sends any more. */
void unload_nmi_teardown(void)
{
	unsigned int cpu;

	if (!unload_has_nmi)
		return;
	for_each_online_cpu(cpu) {
		while (test_bit(0, per_cpu_ptr(&on_its_way, cpu)))
			usleep_range(500, 1000);
	}
	unregister_nmi_handler(NMI_LOCAL, "handler_table_test_unload");
}

#else

bool unload_has_nmi;

void unload_nmi_send(unsigned int cpu)
{
}

void unload_nmi_setup(void)
{
}

void unload_nmi_teardown(void)
{
}

#endif
