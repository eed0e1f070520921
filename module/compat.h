/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_COMPAT_H
#define _HANDLER_TABLE_COMPAT_H

/*
 * What older kernels lack. Kbuild puts this before the files that need it, if it is
 * there: a kernel tree that has all of it needs no copy.
 */
#include <linux/srcu.h>

/* Until 6.2 nobody asked whether SRCU is used in an NMI. */
#if !defined(SRCU_NMI_SAFE) && !defined(SRCU_READ_FLAVOR_NMI)
#define srcu_read_lock_nmisafe(_srcu)		srcu_read_lock(_srcu)
#define srcu_read_unlock_nmisafe(_srcu, _idx)	srcu_read_unlock(_srcu, _idx)
#endif

/* Until 6.17. */
#ifndef HAVE_SYSTEM_DFL_WQ
#define system_dfl_wq				system_unbound_wq
#endif

#endif /* _HANDLER_TABLE_COMPAT_H */
