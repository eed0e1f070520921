#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The bench as such: its sections tell of rows, and bad input is refused. What the
# rows say is for "make bench". Two sections are left out, "latency" and "published":
# what they have patched is being run by other CPUs, and that emulators have been seen
# to miss, see keep_watching().

. ./functions.sh

BENCH=$DEBUGFS/handler_table_bench

# tells SECTION ROW...: of each of these, something above 0.
tells() {
	section=$1
	shift
	echo "$section" >"$BENCH/run" || return
	for row in "$@"; do
		awk -F '\t' -v s="$section" -v n="$row" \
			'$1 == s && $3 == n { rows++; if ($4 <= 0) bad = 1 }
			END { exit !rows || bad }' "$BENCH/results" && continue
		echo "# $section says nothing of $row:"
		sed 's/^/# /' "$BENCH/results"
		return 1
	done
}

bad_input() {
	for input in '' nothing 'change swap' 'change swap -1' 'change swap 1000000' \
		"$(printf '%070d' 0)"; do
		refuses "Invalid argument" "$BENCH/run" "$input\n" || return
	done
	refuses "No such file or directory" "$BENCH/run" "change nobody 1\n"
}

setup 9
load handler_table
ktap_test_result "loads" load handler_table_bench rounds=3
ktap_test_result "bad input is refused" bad_input
ktap_test_result "calls" tells calls loop array with_load plain typed bound handle empty
ktap_test_result "peers" tells peers raw_notifier atomic_notifier rcu_ops spinlock sleepable
ktap_test_result "changes" tells changes xchg swap replace register remove \
	static_call_update static_key_on_off tracepoint_on_off swap_and_wait
ktap_test_result "tables of all sizes" tells sizes array plain bound memory
ktap_test_result "several CPUs" tells cpus private_pointers dispatch_same_slot spinlock
ktap_test_result "unloads" rmmod handler_table_bench
ktap_test_result "the log is clean" log_is_clean
ktap_finished
