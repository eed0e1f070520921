#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A module that was built for another layout of the table, or for another way to
# mark a dispatch, does not load, without versions of its symbols and stripped
# neither, and the log says what to do about it.

. ./functions.sh
setup 7
load handler_table

# refused_for MESSAGE MODULE
refused_for() {
	said=$(log | grep -c "$1") || true
	refused load "$2" || return 1
	[ "$(log | grep -c "$1")" -gt "$said" ]
}
unknown="handler_table_test_stale: Unknown symbol handler_table_layout_[0-9]*0_[a-z_]*rcu_rebuild_if_unknown"
ktap_test_result "a module for another layout is refused" \
	refused_for "$unknown" handler_table_test_stale
ktap_test_result "one without symbol versions, too" \
	refused_for "$unknown" handler_table_test_unversioned
ktap_test_result "and one without the symbols that it does not need" \
	refused_for "$unknown" handler_table_test_stripped
ktap_test_result "none of them is there" is_gone handler_table_test_stale

# The rule of the core, and the one that it is not.
rule=$(sed -n 's/.* handler_table_layout_\([0-9]*_[a-z_]*rcu\)_rebuild.*/\1/p' \
	/proc/kallsyms | sort -u)
case $rule in
*_tasks_rcu) other=${rule%tasks_rcu}rcu ;;
*) other=${rule%rcu}tasks_rcu ;;
esac
other="handler_table_test_rule: Unknown symbol handler_table_layout_${other}_rebuild_if_unknown"
ktap_test_result "a module that marks dispatches otherwise is refused" \
	refused_for "$other" handler_table_test_rule
ktap_test_result "it is not there" is_gone handler_table_test_rule
# A kernel with MODVERSIONS misses the versions, and goes on without.
ktap_test_result "the log is clean" log_is_clean \
	"$unknown|$other|module_layout: kernel tainted|lock debugging due to kernel taint"
ktap_finished
