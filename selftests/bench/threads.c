// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: threads, as the stress has them
 */
#include "../../module/engine.c"
