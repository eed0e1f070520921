// SPDX-License-Identifier: GPL-2.0-only
/* A copy of unload_client.c, so that several can be loaded at a time. */
#include "unload_client.c"
