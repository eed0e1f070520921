/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handler_table: the calls of a dispatch that is inlined and watched
 *
 * To the compiler they are calls that spare every register but the result, see
 * __handler_table_watch_begin(). The stack pointer of the dispatch, as it is before
 * the call, is what both tell watch.c, to find the record of the one at the other.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/frame.h>

#ifdef CONFIG_FRAME_POINTER
#define FRAME_SIZE	8
#else
#define FRAME_SIZE	0
#endif
/* What SAVE puts on the stack. */
#define SAVED		(8 * 8)

.macro SAVE
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
.endm

.macro RESTORE
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
.endm

/* In: %rax the table, %r10 the index. Out: %rax the word. */
SYM_FUNC_START(__handler_table_watch_begin_thunk)
	ANNOTATE_NOENDBR	/* called by name only */
	FRAME_BEGIN
	SAVE
	movq	%rax, %rdi
	movl	%r10d, %esi
	leaq	(SAVED + FRAME_SIZE + 8)(%rsp), %rdx
	movq	(SAVED + FRAME_SIZE)(%rsp), %rcx
	call	__handler_table_watch_begin_at
	RESTORE
	FRAME_END
	RET
SYM_FUNC_END(__handler_table_watch_begin_thunk)

/* The handler's result, which may be in two registers, is spared, too. */
SYM_FUNC_START(__handler_table_watch_end_thunk)
	ANNOTATE_NOENDBR	/* called by name only */
	FRAME_BEGIN
	SAVE
	pushq	%rax
	leaq	(8 + SAVED + FRAME_SIZE + 8)(%rsp), %rdi
	call	__handler_table_watch_end_at
	popq	%rax
	RESTORE
	FRAME_END
	RET
SYM_FUNC_END(__handler_table_watch_end_thunk)
