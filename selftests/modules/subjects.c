// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table tests: handlers that watch over themselves, as the stress has them
 */
#include "../../module/subject.c"
