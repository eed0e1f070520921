#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What reaches an isolated CPU on which a task in user space runs: the interrupts of all
# kinds that it gets while the first CPU changes handlers, dispatches, reads what
# operators read, and waits. That interrupts are seen is shown with what patches code.
# For a kernel that was booted with isolcpus=nohz,domain,managed_irq,1 nohz_full=1
# rcu_nocbs=1. See Documentation/realtime.rst.

. ./functions.sh
TABLES=$DEBUGFS/handler_table

# interrupts_there: all that the last CPU has had.
interrupts_there() {
	awk 'NR == 1 { column = NF + 1; next }
		column <= NF && $column ~ /^[0-9]+$/ { n += $column }
		END { print n + 0 }' /proc/interrupts
}

# changes WHAT COUNT: see bench/changes.c.
changes() {
	echo "change $1 $2" >"$DEBUGFS/handler_table_bench/run"
}

dispatches() {
	echo 33 100000 >"$TABLES/lines/dispatch"
}

reads() {
	for _ in $(seq 100); do
		cat "$TABLES/tables" "$TABLES/lines/slots"
	done >/dev/null
}

idles() {
	sleep 1
}

# fewest COMMAND...: interrupts there while it runs, the least of twenty times: now and
# then the kernel has something to do there, and no test of ours is the reason.
fewest() {
	for _ in $(seq 20); do
		before=$(interrupts_there)
		"$@" || return
		echo $(($(interrupts_there) - before))
	done | sort -n | head -n 1
}

# A tick in a second, which the kernel itself keeps, is nobody's fault.
gets_none() {
	got=$(fewest "$@")
	echo "# $*: $got interrupts"
	[ "${got:-1}" -le 1 ]
}

gets_some() {
	got=$(fewest "$@")
	echo "# $*: $got interrupts"
	[ "${got:-0}" -ge 10 ]
}

runs_there() {
	[ "$(awk '{ print $39 }' "/proc/$BUSY/stat")" = "$CPU" ]
}

CPU=$(cat /sys/devices/system/cpu/isolated)
setup 13
case $CPU in
'' | *[!0-9]*)
	ktap_skip_all "there is not one isolated CPU"
	exit "$KSFT_SKIP"
	;;
esac
load handler_table
load handler_table_bench rounds=1
load lines
taskset -p 1 $$ >/dev/null
taskset $((1 << CPU)) sh -c 'while :; do :; done' &
BUSY=$!
ktap_test_result "a task runs on the isolated CPU" wait_for runs_there
ktap_test_result "which is quiet" gets_none idles
for change in swap replace register remove; do
	ktap_test_result "$change does not reach it" gets_none changes $change 1000
done
ktap_test_result "dispatches do not reach it" gets_none dispatches
ktap_test_result "nor does who reads" gets_none reads
ktap_test_result "a static call reaches it" gets_some changes static_call_update 10
ktap_test_result "a static key reaches it" gets_some changes static_key_on_off 10
echo "# changes swap_and_wait 3: $(fewest changes swap_and_wait 3) interrupts"
ktap_test_result "the task was there all the time" runs_there
kill $BUSY
ktap_test_result "unloads" rmmod lines handler_table_bench
ktap_test_result "the log is clean" log_is_clean
ktap_finished
