#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A module that was built from a copied folder, outside of this tree, against
# the installed header and Module.symvers, works with the module from this tree.

. ./functions.sh
handlers_run() {
	log_says 'outside: 8 of 8 events handled'
}

setup 6
load handler_table
ktap_test_result "loads" load outside
ktap_test_result "its handlers run" handlers_run
ktap_test_result "unloads" rmmod outside
ktap_test_result "loads with a large table" load outside events=1048576
ktap_test_result "does not load with one that is too large" \
	refused load outside events=1048577
rmmod outside
ktap_test_result "the log is clean" log_is_clean
ktap_finished
