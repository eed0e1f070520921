// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_bound: threads and contexts, as the stress has them
 */
#include "../../module/engine.c"
#include "../../module/context.c"
