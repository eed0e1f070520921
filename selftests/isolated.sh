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

# interrupts_there: all that this CPU has had.
interrupts_there() {
	awk -v cpu="CPU$CPU" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == cpu) column = i + 1; next }
		column <= NF && $column ~ /^[0-9]+$/ { n += $column }
		END { print n + 0; exit !column }' /proc/interrupts
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

# count COMMAND...: the fewest interrupts there while it runs, of twenty times, in $got:
# now and then the kernel has something to do there, and no test of ours is the reason.
count() {
	got=
	for _ in $(seq 20); do
		before=$(interrupts_there) && "$@" && after=$(interrupts_there) || return
		[ -n "$got" ] && [ "$got" -le $((after - before)) ] || got=$((after - before))
	done
	echo "# $*: $got interrupts"
}

# A tick in a second, which the kernel itself keeps, is nobody's fault.
gets_none() {
	count "$@" && [ "$got" -le 1 ]
}

gets_some() {
	count "$@" && [ "$got" -ge 10 ]
}

runs_there() {
	[ "$(awk '{ print $39 }' "/proc/$BUSY/stat")" = "$CPU" ]
}

CPU=$(cat /sys/devices/system/cpu/isolated)
setup 14
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
taskset "$(printf %x $((1 << CPU)))" sh -c 'while :; do :; done' &
BUSY=$!
trap 'kill $BUSY 2>/dev/null' EXIT
ktap_test_result "a task runs on the isolated CPU" wait_for runs_there
ktap_test_result "which is quiet" gets_none idles
for change in swap replace register remove; do
	ktap_test_result "$change does not reach it" gets_none changes $change 1000
done
ktap_test_result "dispatches do not reach it" gets_none dispatches
ktap_test_result "nor does who reads" gets_none reads
ktap_test_result "a static call reaches it" gets_some changes static_call_update 10
ktap_test_result "a static key reaches it" gets_some changes static_key_on_off 10
ktap_test_result "nor does who waits, with so little to do there" \
	gets_none changes swap_and_wait 3
ktap_test_result "the task was there all the time" runs_there
kill $BUSY
ktap_test_result "unloads" rmmod lines handler_table_bench
ktap_test_result "the log is clean" log_is_clean
ktap_finished
