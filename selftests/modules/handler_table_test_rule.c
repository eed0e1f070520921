// SPDX-License-Identifier: GPL-2.0-only
/* A stale module, built with the header of the other rule; see Kbuild. */
#include "handler_table_test_stale.c"
