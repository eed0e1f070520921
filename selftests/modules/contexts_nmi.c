// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_contexts: non-maskable interrupts
 *
 * On x86 a CPU can send one to itself and to others, through its local APIC.
 * Other architectures have no way that modules may use.
 */
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/smp.h>

#include "contexts.h"

#if defined(CONFIG_X86_LOCAL_APIC) && defined(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG)

#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/nmi.h>

const char *nmi_missing;

/* Called for every NMI on every CPU. */
static int arrive_in_nmi(unsigned int type, struct pt_regs *regs)
{
	if (atomic_read_acquire(&visit.state) != VISIT_ARMED ||
	    !(visit.context->flags & CONTEXT_NMI) ||
	    visit.cpu != raw_smp_processor_id())
		return NMI_DONE;
	visit_arrive();
	return NMI_HANDLED;
}

/* A CPU that is offline would lose the NMI. */
int nmi_go(void)
{
	int ret = -ENXIO;

	cpus_read_lock();
	if (cpu_online(visit.cpu)) {
		apic->send_IPI(visit.cpu, NMI_VECTOR);
		visit_wait();
		ret = 0;
	}
	cpus_read_unlock();
	return ret;
}

void nmi_setup(void)
{
	if (register_nmi_handler(NMI_LOCAL, arrive_in_nmi, 0,
				 "handler_table_test_contexts"))
		nmi_missing = "the NMI handler was refused";
}

void nmi_teardown(void)
{
	if (!nmi_missing)
		unregister_nmi_handler(NMI_LOCAL,
				       "handler_table_test_contexts");
}

#else

const char *nmi_missing = IS_ENABLED(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG) ?
	"no way to send an NMI on this architecture" :
	"no ARCH_HAVE_NMI_SAFE_CMPXCHG";

int nmi_go(void)
{
	return -ENXIO;
}

void nmi_setup(void)
{
}

void nmi_teardown(void)
{
}

#endif
