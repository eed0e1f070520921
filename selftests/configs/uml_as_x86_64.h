/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _UML_AS_X86_64_H
#define _UML_AS_X86_64_H

/*
 * What user-mode Linux is missing to do as a kernel for x86-64 does
 *
 * It goes in front of all that is compiled for user-mode Linux in which times are
 * measured: its barriers are those of any machine, so that smp_load_acquire() is an
 * MFENCE, which no kernel for x86-64 executes. These are from x86-64's
 * <asm/barrier.h>; UML's own header defines only what is not defined yet.
 */
#ifndef __ASSEMBLER__

#define __smp_mb()	asm volatile("lock addl $0,-4(%%rsp)" ::: "memory", "cc")
#define __smp_rmb()	barrier()
#define __smp_wmb()	barrier()
#define __smp_mb__before_atomic()	do { } while (0)
#define __smp_mb__after_atomic()	do { } while (0)

#define __smp_store_release(p, v)					\
do {									\
	compiletime_assert_atomic_type(*p);				\
	barrier();							\
	WRITE_ONCE(*p, v);						\
} while (0)

#define __smp_load_acquire(p)						\
({									\
	typeof(*p) ___p1 = READ_ONCE(*p);				\
									\
	compiletime_assert_atomic_type(*p);				\
	barrier();							\
	___p1;								\
})

/* The clamp of an index: a comparison and a subtraction with borrow. */
#define array_index_mask_nospec(idx, sz)				\
({									\
	typeof((idx) + (sz)) __idx = (idx);				\
	typeof(__idx) __sz = (sz);					\
	unsigned long __mask;						\
									\
	asm volatile ("cmp %1,%2; sbb %0,%0"				\
		      : "=r" (__mask) : "g" (__sz), "r" (__idx) : "cc");\
	__mask;								\
})

/*
 * A static key that is off is one no-op on x86-64, and a load and a branch here.
 * Modules have the no-op, and for them all keys stay off: what is to be switched on
 * is compiled with KEEP_STATIC_KEYS.
 */
#if defined(MODULE) && !defined(KEEP_STATIC_KEYS)
/* What each file with another one says itself. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/jump_label.h>

#undef static_branch_unlikely
#define static_branch_unlikely(_key)					\
({									\
	(void)(_key);							\
	asm volatile(".byte 0x0f,0x1f,0x44,0x00,0x00");			\
	false;								\
})
#endif

#endif /* __ASSEMBLER__ */
#endif /* _UML_AS_X86_64_H */
