#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The module as such: it loads, unloads, loads again, and stays while another
# module uses it.

. ./functions.sh
setup 10

ktap_test_result "loads" load handler_table
ktap_test_result "is not loaded twice" refused load handler_table
ktap_test_result "unloads" rmmod handler_table
ktap_test_result "is gone" is_gone handler_table
ktap_test_result "a user does not load without it" refused load packet_demux

load handler_table
ktap_test_result "a user loads" load packet_demux
ktap_test_result "does not unload while it is used" refused rmmod handler_table
rmmod packet_demux
ktap_test_result "unloads once its user is gone" rmmod handler_table

reload() {
	for _ in $(seq 20); do
		load handler_table && rmmod handler_table || return 1
	done
}
ktap_test_result "loads and unloads twenty times" reload
ktap_test_result "the log is clean" \
	log_is_clean "packet_demux: Unknown symbol"
ktap_finished
