#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Handler modules are loaded, displaced by each other and unloaded a hundred
# times, while both CPUs dispatch packets at full speed. That a removal waits
# long enough is for grace_period.sh to show: the module loader itself waits
# for readers before it frees a module's text. Here, each call is accounted for
# until the very end, as the last counts are read after the wait.

. ./functions.sh
setup 7
ROUNDS=${ROUNDS:-100}
load handler_table
books_open
load packet_demux
flood_start icmp udp tcp

# Fills the slots, is displaced from some, and leaves while it is called.
count_rounds() {
	for round in $(seq "$ROUNDS"); do
		load packet_count || return 1
		if [ $((round % 4)) = 0 ]; then
			load packet_sizes protocols=1,17 || return 1
		fi
		rmmod packet_count || return 1
		! is_loaded packet_sizes || rmmod packet_sizes || return 1
	done
}
ktap_test_result "$ROUNDS times unloaded under load" count_rounds

called() {
	[ "$(farewells packet_count "$1")" -gt 0 ] &&
		[ "$(farewells packet_sizes 1)" -gt 0 ]
}
ktap_test_result "handlers were called meanwhile" called 1
ktap_test_result "the senders end well" flood_stop
for p in $PROTOCOLS; do
	ktap_test_result "the books of ${p%:*} balance" books_balance "${p#*:}"
done
rmmod packet_demux handler_table
ktap_test_result "the log is clean" log_is_clean
ktap_finished
