#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A module that was built for another layout of the table does not load, without
# versions of its symbols and stripped neither, and the log says what to do about
# it.

. ./functions.sh
setup 5
load handler_table

refused_for_its_layout() {
	said=$(log | grep -c "$layout") || true
	refused load "$1" || return 1
	[ "$(log | grep -c "$layout")" -gt "$said" ]
}
layout="handler_table_test_stale: Unknown symbol handler_table_layout_[0-9]*0_[a-z_]*rcu_rebuild_if_unknown"
ktap_test_result "a module for another layout is refused" \
	refused_for_its_layout handler_table_test_stale
ktap_test_result "one without symbol versions, too" \
	refused_for_its_layout handler_table_test_unversioned
ktap_test_result "and one without the symbols that it does not need" \
	refused_for_its_layout handler_table_test_stripped
ktap_test_result "none of them is there" is_gone handler_table_test_stale
# A kernel with MODVERSIONS misses the versions, and goes on without.
ktap_test_result "the log is clean" log_is_clean \
	"$layout|module_layout: kernel tainted|lock debugging due to kernel taint"
ktap_finished
