// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: dispatches, what they are compared with, and controls
 *
 * The limit of an inlined dispatch is an indirect call through an array, with no
 * bounds, no clamp, and nothing that a removal could wait for. The controls are that
 * with one thing added: where they do not come out dearer, nothing can be said.
 *
 * calls_retpoline.c compiles this once more.
 */
#include <linux/kernel.h>

#include "loops.h"

#ifndef BENCH_CALLS
#define BENCH_CALLS bench_calls
#endif

/* What the loop itself costs, with what a handler does where it does something. */
LOOPS(loop, (direct == bench_chained ? bench_chain(idx, arg) : (void)0))

#ifdef CONFIG_X86_64
/* A cycle, whatever the clock of the processor is: one addition after the other. */
static noinline void dependent_add_fixed(struct bench_set *set, unsigned long n)
{
	unsigned long sum = 0;

	for (n = (n + 63) / 64; n; n--)
		asm volatile(".rept 64; addq %1, %0; .endr" : "+r" (sum) : "r" (n) : "cc");
}

#define DEPENDENT_ADD	ROW(fixed, dependent_add, array),
#else
#define DEPENDENT_ADD
#endif

LOOPS(direct, direct(idx, arg))
LOOPS(pointer, READ_ONCE(set->pointer)(idx, arg))
LOOPS(array, READ_ONCE(bare[idx])(idx, arg))
LOOPS(plain, handler_table_dispatch(plain, idx, arg))
LOOPS(typed, handler_table_dispatch_typed_void(typed, idx, idx, arg))
LOOPS(array_bound, ({
	struct bench_handler *handler = READ_ONCE(bare_bound[idx]);

	handler->fn(handler, idx, arg);
}))
LOOPS(bound, handler_table_dispatch_bound_void(bound, idx, fn, idx, arg))
LOOPS(handle, handler_table_handle(plain, idx, arg))
LOOPS(empty, handler_table_dispatch(set->empty, idx, arg))

/*
 * The idea of INDIRECT_CALL_1(): compare with the handler that is expected, and call
 * that directly. Where it is another one, this was in vain.
 */
#define EXPECT(_expected, _fn)						\
	((_fn) == (_expected) ? (_expected)(idx, arg) : (_fn)(idx, arg))

LOOPS(expected, ({
	handler_fn_t fn;

	__handler_table_run(plain, plain->nr_plain, idx, fn, EXPECT(direct, fn));
}))
LOOPS(unexpected, ({
	handler_fn_t fn;

	__handler_table_run(plain, plain->nr_plain, idx, fn, EXPECT(other, fn));
}))

/* The controls. */
LOOPS(with_load, ({
	idx = READ_ONCE(same[idx]);
	READ_ONCE(bare[idx])(idx, arg);
}))
LOOPS(with_branch, ({
	if (unlikely(idx == never))
		bench_extra();
	READ_ONCE(bare[idx])(idx, arg);
}))
LOOPS(with_call, ({
	bench_extra();
	READ_ONCE(bare[idx])(idx, arg);
}))

/* What a dispatch has more than its limit, one by one. */
LOOPS(bounded, ({
	if (likely(idx < READ_ONCE(plain->nr_plain)))
		READ_ONCE(bare[idx])(idx, arg);
}))
LOOPS(clamped, ({
	unsigned int nr = READ_ONCE(plain->nr_plain);

	if (likely(idx < nr)) {
		idx = array_index_nospec(idx, nr);
		READ_ONCE(bare[idx])(idx, arg);
	}
}))

#define CALLS(_mode)							\
	ROW(_mode, loop, loop),						\
	ROW(_mode, direct, array),					\
	ROW(_mode, pointer, array),					\
	ROW(_mode, array, array),					\
	ROW(_mode, with_load, array),					\
	ROW(_mode, with_branch, array),					\
	ROW(_mode, with_call, array),					\
	ROW(_mode, bounded, array),					\
	ROW(_mode, clamped, array),					\
	ROW(_mode, plain, array),					\
	ROW(_mode, typed, array),					\
	ROW(_mode, array_bound, array_bound),				\
	ROW(_mode, bound, array_bound),					\
	ROW(_mode, handle, array)

#define EXPECTED(_mode)							\
	ROW(_mode, expected, array),					\
	ROW(_mode, unexpected, array)

/*
 * What is empty has no effect from which the next index could come, and at random
 * nothing can be expected.
 */
static const struct bench_row rows_fixed[] = {
	DEPENDENT_ADD CALLS(fixed), EXPECTED(fixed), ROW(fixed, empty, array)
};

static const struct bench_row rows_busy[] = {
	CALLS(busy), EXPECTED(busy), ROW(busy, empty, array)
};

static const struct bench_row rows_chain[] = { CALLS(chain), EXPECTED(chain) };

static const struct bench_row rows_random[] = { CALLS(random) };

const struct bench_rows BENCH_CALLS[BENCH_MODES] = MODES(rows);
