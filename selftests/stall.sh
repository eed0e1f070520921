#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A thread that never switches voluntarily holds up the wait for handlers where
# Tasks RCU is the means, and whoever looks at the log finds out which it is.
# See modules/handler_table_test_stall.c.

. ./functions.sh

PARAMETERS=/sys/module/handler_table_test_stall/parameters

# stall WHAT PARAMETER: WHAT is what stalls.
stall() {
	LOG_MARK="selftest $0 $$ $1"
	echo "$LOG_MARK" >/dev/kmsg
	load handler_table_test_stall "$2"
	ktap_test_result "$1: it is said that the wait takes long" wait_for log_says \
		"handler_table: have been waiting for handlers for 10 s\$"
	ktap_test_result "$1: the thread is named" wait_for log_says \
		"handler_table: held up by task ht_busy/[0-9]* on CPU [0-9]*,"
	ktap_test_result "$1: the wait goes on" grep -qx N $PARAMETERS/waited
	echo 1 >$PARAMETERS/quiesce
	ktap_test_result "$1: the wait ends once the thread lets it" \
		wait_for grep -qx Y $PARAMETERS/waited
	rmmod handler_table_test_stall
	ktap_test_result "$1: the log is clean" \
		log_is_clean "handler_table: have been waiting for|held up by task ht_busy/"
}

setup 10
load handler_table
if grep -q ' handler_table_layout_[0-9]*_tasks_rcu_' /proc/kallsyms; then
	stall synchronize barrier=0
	stall barrier barrier=1
else
	for _ in $(seq 10); do
		ktap_test_skip "not Tasks RCU"
	done
fi
rmmod handler_table
ktap_finished
