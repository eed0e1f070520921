/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KCSAN_BARRIERS_H
#define _KCSAN_BARRIERS_H

/*
 * What KCSAN has to know of a kernel that it does not look at
 *
 * It goes in front of all that is compiled for such a kernel: an access of a module
 * is late at most until the next barrier, and that can be one in the kernel, as in
 * mutex_unlock(). KCSAN_INSTRUMENT_BARRIERS=y would do the same, also for what is
 * not linked with the kernel: the vDSO and what unpacks the kernel, which are
 * position-independent, and what runs in real mode.
 */
#if defined(__x86_64__) && !defined(__PIC__) && !defined(__ASSEMBLER__)
#define __KCSAN_INSTRUMENT_BARRIERS__
#endif

#endif /* _KCSAN_BARRIERS_H */
