// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: calls.c, where indirect calls are not to be predicted
 *
 * What differs is in Kbuild. handler_table_handle() is the core's and makes its calls
 * as that was compiled.
 */
#define BENCH_CALLS bench_calls_retpoline
#include "calls.c"
