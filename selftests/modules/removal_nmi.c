// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_removal: non-maskable interrupts
 *
 * On x86 a CPU can send itself one, see contexts_nmi.c.
 */
#include <linux/percpu.h>
#include <linux/smp.h>

#include "removal.h"

bool has_nmi;

#if defined(CONFIG_X86_LOCAL_APIC) && defined(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG)

#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/nmi.h>

static DEFINE_PER_CPU(bool, nmi_wanted);

/* Called for every NMI on every CPU. */
static int arrive_in_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!this_cpu_xchg(nmi_wanted, false))
		return NMI_DONE;
	dispatch_any();
	return NMI_HANDLED;
}

bool nmi_send(void)
{
	if (!has_nmi)
		return false;
	this_cpu_write(nmi_wanted, true);
	apic->send_IPI(raw_smp_processor_id(), NMI_VECTOR);
	return true;
}

void nmi_setup(void)
{
	has_nmi = !register_nmi_handler(NMI_LOCAL, arrive_in_nmi, 0,
					       "handler_table_test_removal");
}

void nmi_teardown(void)
{
	if (has_nmi)
		unregister_nmi_handler(NMI_LOCAL, "handler_table_test_removal");
}

#else

bool nmi_send(void)
{
	return false;
}

void nmi_setup(void)
{
}

void nmi_teardown(void)
{
}

#endif
