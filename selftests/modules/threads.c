// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table tests: threads and contexts, as the stress has them
 */
#include "../../module/engine.c"
#include "../../module/context.c"
