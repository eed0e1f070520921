// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_inline_unwatched: what a dispatch would compile to if it could
 * not be watched
 *
 * For scripts/disassembly to compare with what it does compile to.
 */
#include <linux/irqflags.h>	/* that of arm64 has static keys of its own */
#include <linux/jump_label.h>

#undef static_branch_unlikely
#define static_branch_unlikely(_key)	false

#include "handler_table_test_inline.c"
