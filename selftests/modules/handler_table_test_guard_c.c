// SPDX-License-Identifier: GPL-2.0-only
/* A copy of guard_client.c, so that several can be loaded at a time. */
#include "guard_client.c"
