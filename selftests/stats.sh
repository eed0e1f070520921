#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Statistics of a table: against the books of those who dispatch, and switched on
# and off beneath them. See modules/stats_main.c.

. ./functions.sh

MODULE=handler_table_test_stats
PARAMETERS=/sys/module/$MODULE/parameters
ROOT=$DEBUGFS/handler_table
TABLES="stats_plain stats_typed stats_bound stats_sleepable stats_sleepable_typed
	stats_many stats_struct stats_outer stats_inner"
TOGGLES=${TOGGLES:-50}
LIVES=${LIVES:-20}
NMIS=${NMIS:-2000}

switch() {
	for table in $TABLES; do
		echo "$1" >"$ROOT/$table/stats" || return
	done
}

run() {
	echo "$1" >$PARAMETERS/run
}

value() {
	number_after "$2" "$ROOT/$1/stats"
}

# book TABLE FIELD
book() {
	awk -v table="$1" -v field="$2" '$1 == table { print $field }' $PARAMETERS/books
}

# grows TABLE KEY: has it passed that number?
passed() {
	[ "$(value "$1" "$2")" -gt "$3" ]
}

all_count() {
	for table in $TABLES; do
		wait_for passed "$table" handled 1000 &&
			wait_for passed "$table" empty 100 || return
	done
}

# same TABLE: the statistics say what the books say.
same() {
	said="$(value "$1" handled) $(value "$1" empty) $(value "$1" swaps)"
	wanted="$(book "$1" 2) $(book "$1" 3) $(book "$1" 4)"
	echo "# $1: $said, in the books: $wanted, wrong: $(book "$1" 5)"
	[ "$said" = "$wanted" ] && [ "$(book "$1" 5)" = 0 ]
}

all_same() {
	for table in $TABLES; do
		same "$table" || return
	done
}

# A sum of the table's own lines is its total.
adds_up() {
	awk '$1 == "slot" { h += $3; e += $4; s += $5; next }
		{ v[$1] = $2 }
		END {
			exit !(v["handled"] == h && v["swaps"] == s &&
			       v["empty"] == e + v["out_of_range"] &&
			       v["dispatches"] == v["handled"] + v["empty"] &&
			       v["out_of_range"] > 0)
		}' "$1"
}

all_add_up() {
	for table in $TABLES; do
		adds_up "$ROOT/$table/stats" || return
	done
}

# Every handler was timed, in order.
timed() {
	[ "$(value "$1" latency_samples)" = "$(value "$1" handled)" ] &&
		awk '/^latency_(min|p50|p99|p99.9|max) / {
			if ($2 < last) exit bad = 1
			last = $2
		}
		END { exit bad || last == 0 }' "$ROOT/$1/stats"
}

# Those of stats_inner are called among the arguments of others.
all_timed() {
	for table in $TABLES; do
		[ "$table" = stats_inner ] || timed "$table" || return
	done
}

# Nor is one taken for another: those of stats_outer take their time.
as_long_as_it_took() {
	[ "$(value stats_outer latency_min)" -ge 20000 ]
}

# crowd COUNT: all are counted; how many were timed is in $timed.
crowd() {
	echo 0 >"$ROOT/stats_crowd/stats" && echo 1 >"$ROOT/stats_crowd/stats" &&
		echo "$1" >$PARAMETERS/crowd || return
	timed=$(value stats_crowd latency_samples)
	echo "# of $1 handlers at a time $timed were timed"
	[ "$(value stats_crowd handled)" = "$1" ] && [ "$timed" -le "$1" ]
}

possible_cpus() {
	tr , '\n' </sys/devices/system/cpu/possible |
		awk -F - '{ n += $NF - $1 + 1 } END { print n }'
}

# More than there are records; afterwards these are free again.
crowded() {
	cpus=$(possible_cpus)
	[ "$cpus" -le 64 ] || return 4
	records=$((16 * cpus))
	crowd $((4 * records)) && [ "$timed" -ge $((records / 2)) ] &&
		[ "$timed" -lt $((4 * records)) ] &&
		crowd 1 && [ "$timed" = 1 ] &&
		crowd $((4 * records)) && [ "$timed" -ge $((records / 2)) ]
}

is_off() {
	for table in $TABLES; do
		[ "$(cat "$ROOT/$table/stats")" = off ] || return
	done
}

begins_anew() {
	echo 0 >"$ROOT/stats_plain/stats" && echo 1 >"$ROOT/stats_plain/stats" &&
		[ "$(value stats_plain dispatches)" = 0 ] &&
		[ "$(number_of_word last_swap_ms)" = - ]
}

number_of_word() {
	awk -v key="$1" '$1 == key { print $2 }' "$ROOT/stats_plain/stats"
}

stays_on() {
	before=$(value stats_plain dispatches)
	echo 1 >"$ROOT/stats_plain/stats" &&
		[ "$(value stats_plain dispatches)" -ge "$before" ] &&
		[ "$before" -gt 0 ]
}

bad_input() {
	for input in 2 -1 x '1 1' '' ' '; do
		refuses "Invalid argument" "$ROOT/stats_plain/stats" "$input\n" || return
	done
	refuses "Result not representable|Numerical result out of range" \
		"$ROOT/stats_plain/stats" 4294967296
}

# All of them, while they are being counted in.
toggle() {
	n=$TOGGLES
	while [ "$n" -gt 0 ]; do
		switch "$((n % 2))" || return
		cat "$ROOT"/stats_*/stats >/dev/null || return
		n=$((n - 1))
	done
}

toggle_under_load() {
	keep_watching && run 1 && toggle
	status=$?
	switch 0
	run 0
	stop_watching && return $status
}

# An open file does not keep the statistics, nor the module.
unload_with_file_open() {
	exec 4<"$ROOT/stats_plain/stats"
	rmmod $MODULE
	status=$?
	refused cat <&4 >/dev/null || status=1
	exec 4<&-
	return $status
}

# toggle_what_is_there: until told to stop, whether the tables are there or not.
toggle_what_is_there() {
	until [ -e "$TMP/stop" ]; do
		for table in $TABLES; do
			echo 1 >"$ROOT/$table/stats" && echo "$table" >>"$TMP/on"
			cat "$ROOT/$table/stats"
			echo 0 >"$ROOT/$table/stats"
		done
	done >/dev/null 2>&1
}

# toggled_more_than N: of times.
toggled_more_than() {
	[ "$(wc -l <"$TMP/on")" -gt "$1" ]
}

# Also while there are dispatches.
come_and_go() {
	for _ in $(seq "$LIVES"); do
		wait_for toggled_more_than "$(wc -l <"$TMP/on")" && rmmod $MODULE &&
			load $MODULE && run 1 && echo 0 >$PARAMETERS/published &&
			echo 1 >$PARAMETERS/published || return
	done
}

toggle_while_tables_come_and_go() {
	make_tmp && : >"$TMP/on" && keep_watching || return
	toggle_what_is_there &
	come_and_go
	status=$?
	touch "$TMP/stop"
	wait
	run 0
	echo "# $(wc -l <"$TMP/on") times switched on"
	stop_watching && return $status
}

# In NMIs, and in a thread that they come in between of: see
# modules/handler_table_test_nmi.c.
nmis_are_counted() (
	TABLES="nmi_plain nmi_typed"
	PARAMETERS=/sys/module/handler_table_test_nmi/parameters
	load handler_table_test_nmi && switch 1 && echo "$NMIS" >$PARAMETERS/run || return
	nmi=$(cat $PARAMETERS/nmi)
	echo "# $nmi NMIs"
	if [ "$nmi" = 0 ]; then
		rmmod handler_table_test_nmi
		return 4
	fi
	all_same && all_add_up && timed nmi_plain && timed nmi_typed
	status=$?
	rmmod handler_table_test_nmi
	return $status
)

too_large() {
	load handler_table_test_debugfs &&
		refuses "Argument list too long" "$ROOT/test_huge/stats" 1 &&
		[ "$(cat "$ROOT/test_huge/stats")" = off ] &&
		rmmod handler_table_test_debugfs
}

setup 18
load handler_table
load $MODULE
ktap_test_result "they are off" is_off
ktap_test_result "bad input is refused, and changes nothing" bad_input
switch 1
run 1
ktap_test_result "all kinds of table are counted" all_count
run 0
ktap_test_result "they say what the books say" all_same
ktap_test_result "they add up" all_add_up
ktap_test_result "each handler was timed" all_timed
ktap_test_result "and not taken for another one" as_long_as_it_took
result "more handlers at a time than can be timed" crowded
ktap_test_result "to switch them on again loses nothing" stays_on
ktap_test_result "off and on they begin anew" begins_anew
ktap_test_result "on and off under load, $TOGGLES times" toggle_under_load
ktap_test_result "on and off while the tables come and go, $LIVES times" \
	toggle_while_tables_come_and_go
ktap_test_result "off they are off" is_off
result "in NMIs" nmis_are_counted
ktap_test_result "a table that is too large is refused" too_large
switch 1
run 1
ktap_test_result "unloaded while they are on, a file held open" unload_with_file_open
ktap_test_result "nobody watches any more" rmmod handler_table
ktap_test_result "the log is clean" log_is_clean
ktap_finished
