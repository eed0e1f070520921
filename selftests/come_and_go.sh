#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything at once: operators who are interrupted at any moment, files that are held
# open while their table goes, modules that are loaded and unloaded by several
# processes while others read and write whatever files there are. That each of these
# is right by itself is for debugfs.sh, stress.sh and stats.sh.

. ./functions.sh
ROOT=$DEBUGFS/handler_table
STRESS=$ROOT/stress
TEST=handler_table_test_debugfs
OPEN=$ROOT/test_open
# How often; each takes some tenths of a second.
INTERRUPTIONS=20
ROUNDS=${ROUNDS:-12}
MODULES_THAT_GO="irq_table control_room packet_demux outside example"

setup 10
make_tmp

stop_all() {
	touch "$TMP/stop"
	# shellcheck disable=SC2046 # a list
	kill -KILL $(jobs -p) 2>/dev/null
	exec 5<&- 6>&-
	cleanup
}
trap stop_all EXIT

# moments: that many, each some hundredths of a second, never the same ones in a row.
moments() {
	awk -v n=$INTERRUPTIONS 'BEGIN { for (i = 0; i < n; i++) printf "0.%02d\n", i * 7 % 23 }'
}

no_threads() {
	! grep -qE '^ht_(reader|writer)/' /proc/[0-9]*/comm 2>/dev/null
}

# A shell of its own is what the signals have to reach. While threads are made,
# only those that kill get through.
interrupt_stress() {
	signal=TERM
	for moment in $(moments); do
		sh -c 'echo "readers=4 writers=2 seconds=3600" >"$1"' sh "$STRESS" 2>/dev/null &
		sleep "$moment"
		kill -$signal $!
		wait $! 2>/dev/null
		wait_for no_threads || return 1
		grep -qxE "books balanced|runs 0" "$STRESS" || return 1
		[ $signal = TERM ] && signal=KILL || signal=TERM
	done
	echo "readers=2 writers=1 seconds=1" >"$STRESS" && grep -qx "books balanced" "$STRESS" &&
		grep -qx "interrupted 0" "$STRESS"
}

calls() {
	number_after "$1" "$DEBUGFS/$TEST/calls"
}

calls_above() {
	[ "$(calls "$1")" -gt "$2" ]
}

# What was dispatched has been called and counted, to the last one.
interrupt_dispatch() {
	echo 1 >"$OPEN/stats" || return
	echo "EINTR 7 1000000" >"$TMP/case"
	for moment in $(moments); do
		was=$(calls 7)
		./poke "$OPEN/dispatch" <"$TMP/case" &
		wait_for calls_above 7 "$was" && sleep "$moment" && kill -USR1 $! && wait $! ||
			return
	done
	called=$(calls 7)
	counted=$(awk '$1 == "slot" && $2 == 7 { print $3 }' "$OPEN/stats")
	echo 0 >"$OPEN/stats"
	echo "# called $called times, counted $counted"
	[ "$called" = "$counted" ]
}

# The owner of the table goes, and comes back, with a table of the same name.
hold_stats() {
	exec 5<"$OPEN/stats"
	exec 6>"$OPEN/stats"
	echo 1 >&6 && grep -q ^dispatches <&5 && rmmod $TEST
}
stats_are_gone() {
	printf '%s\n' 'EIO 1' 'EIO 0' 'EIO x' | ./poke @6 && ./poke -r @5 EIO
}
held_still() {
	load $TEST && stats_are_gone && grep -qx off "$OPEN/stats"
}

# until_stop COMMAND...: until all have come and gone, that is many times. Of these some
# have to succeed; the others find that something has just gone.
until_stop() {
	times=0 good=0
	while [ ! -e "$TMP/stop" ]; do
		! "$@" >/dev/null 2>&1 || good=$((good + 1))
		times=$((times + 1))
	done
	echo "# $times times, $good of them well: $*"
	[ $good -gt "$ROUNDS" ]
}

read_all() {
	cat "$ROOT/tables" "$ROOT"/*/slots "$ROOT"/*/stats "$STRESS"
	ls -R "$ROOT"
}

# At least one was switched on, and off.
switch_all() {
	switched=1
	for file in "$ROOT"/*/stats; do
		echo 1 | cat >"$file" && grep -q ^dispatches "$file" &&
			echo 0 | cat >"$file" && switched=0
	done
	return $switched
}

# come_and_go MODULE: so often; it is nobody else's.
come_and_go() {
	for _ in $(seq "$ROUNDS"); do
		load "$1" && rmmod "$1" && continue
		echo "# $1 did not come, or not go"
		return 1
	done
}

# rivals MODULE: it is another process's, too. Each has done it so often at the end.
rivals() {
	loads=0
	for _ in $(seq $((100 * ROUNDS))); do
		! load "$1" 2>/dev/null || loads=$((loads + 1))
		rmmod "$1" 2>/dev/null
		[ $loads -lt "$ROUNDS" ] || return 0
	done
	echo "# $1 could be loaded $loads times"
	return 1
}

all_come_and_go() {
	until_stop read_all &
	readers=$!
	until_stop switch_all &
	readers="$readers $!"
	pids=
	for module in $MODULES_THAT_GO; do
		come_and_go "$module" &
		pids="$pids $!"
	done
	for _ in 1 2 3; do
		rivals my_events &
		pids="$pids $!"
	done
	status=0
	for pid in $pids; do
		wait "$pid" || status=1
	done
	touch "$TMP/stop"
	for pid in $readers; do
		wait "$pid" || status=1
	done
	rm "$TMP/stop"
	! is_loaded my_events || rmmod my_events
	return $status
}

unloads() {
	rmmod handler_table 2>/dev/null
}

# An open file keeps the module: it goes between two.
core_comes_and_goes() {
	until_stop cat "$ROOT/tables" "$STRESS" &
	reader=$!
	status=0
	for _ in $(seq "$ROUNDS"); do
		if ! load handler_table || ! wait_for unloads || [ -e "$ROOT" ]; then
			status=1
			break
		fi
	done
	touch "$TMP/stop"
	wait $reader || status=1
	return $status
}

load handler_table
ktap_test_result "the stress is interrupted $INTERRUPTIONS times" interrupt_stress
load $TEST
ktap_test_result "a dispatch is interrupted $INTERRUPTIONS times" interrupt_dispatch
ktap_test_result "statistics that are held open do not hold the owner" hold_stats
ktap_test_result "nor can they be read or written any more" stats_are_gone
ktap_test_result "nor when the same name is there anew" held_still
exec 5<&- 6>&-
rmmod $TEST
keep_watching || exit
ktap_test_result "modules come and go while files are used" all_come_and_go
stop_watching
no_tables() {
	[ ! -s "$TMP/tables" ] && [ "$(ls "$ROOT")" = "stress
tables" ]
}
cat "$ROOT/tables" >"$TMP/tables"
ktap_test_result "no table is left" no_tables
rmmod handler_table
ktap_test_result "handler_table comes and goes while its files are used" core_comes_and_goes
ktap_test_result "it is gone in the end" [ ! -e "$ROOT" ]
ktap_test_result "the log is clean" log_is_clean
ktap_finished
