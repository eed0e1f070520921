#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The events: each of them with its fields, from dispatches of all kinds, and
# nothing when they are off. Nothing is switched while threads dispatch, see
# keep_watching(). And with all that can be traced and probed around a
# dispatch: no recursion, no hang. See modules/stats_main.c.

. ./functions.sh

MODULE=handler_table_test_stats
RUN=/sys/module/$MODULE/parameters/run
BOOKS=/sys/module/$MODULE/parameters/books
TRACING=/sys/kernel/tracing
EVENTS=$TRACING/events/handler_table
TABLES="stats_plain stats_typed stats_bound stats_sleepable stats_sleepable_typed"

events() {
	echo "$1" >"$EVENTS/enable"
}

forget() {
	echo >"$TRACING/trace"
}

# traced REGEX: has such a line been written? Tracing pauses meanwhile:
# a trace that grows may have no end.
traced() {
	grep -qE -- "$1" "$TRACING/trace"
}

# for_each_table REGEX: with the table's name for NAME.
for_each_table() {
	for table in $TABLES; do
		regex=$(echo "$1" | sed "s/NAME/$table/")
		wait_for traced "$regex" || return
	done
}

all_there() {
	for event in register remove swap replace entry exit empty forgotten \
		wait_begin wait_end; do
		[ -e "$EVENTS/handler_table_$event" ] || return
	done
}

# The names of a module that has gone, or of its init code, are not known any more.
changes() {
	rmmod $MODULE && forget && events 1 && load $MODULE && events 0 &&
		traced "handler_table_register: table=stats_bound idx=0 fn=bound \[$MODULE\] caller=" &&
		events 1 && rmmod $MODULE && events 0 &&
		traced 'handler_table_remove: table=stats_bound idx=0 fn=[^ ]+ caller=' &&
		traced 'handler_table_wait_begin: domains=0x1ff' &&
		traced 'handler_table_wait_end: domains=0x1ff ns=[0-9]+' &&
		load $MODULE
}

swaps() {
	traced "handler_table_swap: table=stats_plain idx=[0-7] old=(other_)?plain \[$MODULE\] new=(other_)?plain \[$MODULE\] caller=(work|swap_one)\+" &&
		traced "handler_table_replace: table=stats_sleepable idx=[0-7] old=plain \[$MODULE\] new=plain \[$MODULE\] caller=(work|swap_one)\+"
}

# Of one thread: entry and exit of the same handler, in turn.
in_turn() {
	grep -E 'handler_table_(entry|exit): ' "$TRACING/trace" |
		sed -E 's/^ *([^ ]+).*handler_table_(entry|exit): table=[^ ]* (idx=[0-9]+ fn=[^ ]+) .*/\1 \2 \3/' |
		awk '{ what = $3 " " $4 }
			$2 == "entry" { if ($1 in now) exit bad = 1; now[$1] = what; n++ }
			$2 == "exit" { if (now[$1] != what) exit bad = 1; delete now[$1] }
			END { for (thread in now) bad = 1; exit bad || n < 100 }'
}

# around FILE VALUE: for the two events that a handler is between.
around() {
	echo "$2" >"$EVENTS/handler_table_entry/$1" &&
		echo "$2" >"$EVENTS/handler_table_exit/$1"
}

# nothing_lost: the buffers had room for all that was to be traced.
nothing_lost() {
	! grep -E '^(overrun|commit overrun|dropped events): [1-9]' \
		"$TRACING"/per_cpu/cpu*/stats | sed 's/^/# /' | grep .
}

# A run with little in its trace, for which there is room. Of all clocks "counter"
# alone gives events of different CPUs the order that they have.
paired() {
	read -r size _ <"$TRACING/buffer_size_kb"
	echo 16384 >"$TRACING/buffer_size_kb" && echo counter >"$TRACING/trace_clock" &&
		around filter 'table == "stats_sleepable_typed" && idx < 3' && forget &&
		around enable 1 && run_for_a_while && nothing_lost && in_turn
	status=$?
	around enable 0
	around filter 0
	echo local >"$TRACING/trace_clock"
	echo "$size" >"$TRACING/buffer_size_kb"
	return $status
}

off_is_off() {
	forget && run_for_a_while && ! traced handler_table_
}

book() {
	awk -v table="$1" '$1 == table { print $2 }' $BOOKS
}

grown() {
	[ "$(book "$1")" -gt "$2" ]
}

run_for_a_while() {
	echo 1 >$RUN && wait_for grown stats_plain $(($(book stats_plain) + 5000))
	status=$?
	echo 0 >$RUN
	return $status
}

# Latencies by slot, put together in the kernel.
histogram() {
	grep -q 'hist:keys=' "$TRACING/README" || return 4
	trigger=$EVENTS/handler_table_exit/trigger
	echo 'hist:keys=table,idx:vals=ns' >"$trigger" || return
	run_for_a_while &&
		grep -qE 'table: stats_bound +, idx: +[0-7] \} hitcount: +[0-9]+ +ns: +[0-9]+' \
			"$EVENTS/handler_table_exit/hist"
	status=$?
	echo '!hist:keys=table,idx:vals=ns' >"$trigger"
	return $status
}

filtered() {
	forget && echo 'table == "stats_typed" && idx == 2' >"$EVENTS/handler_table_entry/filter" &&
		echo 1 >"$EVENTS/handler_table_entry/enable" && run_for_a_while &&
		traced 'handler_table_entry: table=stats_typed idx=2 ' &&
		! traced 'handler_table_entry: table=(stats_[a-su-z]|stats_typed idx=[^2])'
	status=$?
	echo 0 >"$EVENTS/handler_table_entry/enable"
	echo 0 >"$EVENTS/handler_table_entry/filter"
	return $status
}

# run_with_tracers TRACER...
run_with_tracers() {
	for tracer; do
		echo "$tracer" >"$TRACING/current_tracer" && run_for_a_while || return
	done
}

# Every function that can be, of the module and of those who dispatch.
everything_on() {
	grep -q function_graph "$TRACING/available_tracers" 2>/dev/null || return 4
	events 1 && echo '*:mod:handler_table' >"$TRACING/set_ftrace_filter" &&
		echo "*:mod:$MODULE" >>"$TRACING/set_ftrace_filter" &&
		run_with_tracers function function_graph
	status=$?
	echo nop >"$TRACING/current_tracer"
	echo >"$TRACING/set_ftrace_filter"
	events 0
	return $status
}

# probe FUNCTION: has events of its own for it.
probe() {
	echo "p:ht/${1#*:} $1" >>"$TRACING/kprobe_events"
}

# add_probes FUNCTION...
add_probes() {
	for function; do
		probe "$function" || return
	done
}

# Probes before and after what reports, and in handlers.
probes() {
	[ -e "$TRACING/kprobe_events" ] || return 4
	forget
	add_probes handler_table:handler_table_swap $MODULE:dispatch_atomic \
		$MODULE:plain $MODULE:typed && events 1 &&
		echo 1 >"$TRACING/events/ht/enable" && run_for_a_while &&
		traced ' handler_table_swap: \(handler_table_swap' &&
		traced ' typed: \(typed'
	status=$?
	[ ! -e "$TRACING/events/ht" ] || echo 0 >"$TRACING/events/ht/enable"
	events 0
	echo >"$TRACING/kprobe_events"
	return $status
}

# Probes that dispatch and swap: an event of theirs would have another probe do so.
probes_that_dispatch() {
	probes=/sys/module/$MODULE/parameters/probes
	echo 1 >$probes && run_for_a_while
	status=$?
	echo 0 >$probes
	echo "# $(cat $probes) times"
	[ $status = 0 ] && [ "$(cat $probes)" -gt 1000 ]
}

# not_to_be_probed FUNCTION...: all of them are there, and refused.
not_to_be_probed() {
	for function; do
		grep -q " ${function#*:}\b" /proc/kallsyms && refused probe "$function" && continue
		echo "# not refused: $function"
		return 1
	done
}

# What reports is not to be probed, and the kernel says so. Some are built to have all
# functions probed, also its own that are marked so.
no_probes() {
	[ -e "$TRACING/kprobe_events" ] || return 4
	not_to_be_probed handler_table:__handler_table_watch_begin_at \
		handler_table:__handler_table_watch_end_at \
		handler_table:__handler_table_dispatch_watched \
		handler_table:handler_table_handle
	status=$?
	[ $status = 0 ] || refused probe ktime_get_mono_fast_ns || status=4
	echo >"$TRACING/kprobe_events"
	return $status
}

# Unloaded with all events switched on, the one while it dispatches. Its last changes
# are still told of.
unloaded_while_on() {
	forget && events 1 && echo 1 >$RUN && wait_for grown stats_plain 0 &&
		rmmod $MODULE && traced 'handler_table_remove: table=stats_bound ' &&
		rmmod handler_table && [ ! -e "$EVENTS" ]
}

# What was on is not on in the next life, and can be switched on.
loaded_again() {
	load handler_table && load $MODULE && [ "$(cat "$EVENTS/enable")" = 0 ] &&
		off_is_off && events 1 && run_for_a_while &&
		traced 'handler_table_exit: table=stats_typed' && events 0
}

# Events are removed with the module that has them: nobody may be using them.
unloaded() {
	rmmod $MODULE && rmmod handler_table && [ ! -e "$EVENTS" ]
}

setup 21
mount -t tracefs none $TRACING 2>/dev/null
if [ ! -e $TRACING/events ]; then
	for _ in $(seq 21); do
		ktap_test_skip "no tracefs"
	done
	ktap_finished
fi
echo 1 >$TRACING/options/pause-on-trace
load handler_table
load $MODULE
ktap_test_result "all events are there" all_there
ktap_test_result "changes, and who made them" changes
forget
events 1
echo 1 >$RUN
ktap_test_result "entries, of all kinds of table" for_each_table \
	"handler_table_entry: table=NAME idx=[0-7] fn=(plain|other_plain|typed|bound) \[$MODULE\] caller=(dispatch_atomic|work|dispatch_sleepable)\+"
ktap_test_result "exits" for_each_table \
	"handler_table_exit: table=NAME idx=[0-7] fn=(plain|other_plain|typed|bound) \[$MODULE\] ns=[0-9]+"
ktap_test_result "events without a handler" for_each_table \
	"handler_table_empty: table=NAME idx=[37] caller=(dispatch_atomic|work|dispatch_sleepable)\+"
ktap_test_result "events out of range" for_each_table \
	"handler_table_empty: table=NAME idx=8 caller="
ktap_test_result "from softirqs" wait_for traced \
	' [^ ]{2}s[^ ]* +[0-9.]+: handler_table_entry: table=stats_(plain|typed|bound)'
ktap_test_result "from hardirqs" wait_for traced \
	' [^ ]{2}[hH][^ ]* +[0-9.]+: handler_table_entry: table=stats_(plain|typed|bound)'
ktap_test_result "swaps and replacements" wait_for swaps
echo 0 >$RUN
events 0
ktap_test_result "an exit for each entry" paired
ktap_test_result "off is off" off_is_off
result "a histogram by slot" histogram
result "a filter by table and slot" filtered
result "with everything traced" everything_on
result "with probes around it and in handlers" probes
ktap_test_result "with probes that dispatch" probes_that_dispatch
result "what reports cannot be probed" no_probes
ktap_test_result "unloaded with all events on" unloaded_while_on
ktap_test_result "loaded again they are off" loaded_again
ktap_test_result "nobody watches any more" unloaded
echo 0 >$TRACING/options/pause-on-trace
ktap_test_result "the log is clean" log_is_clean \
	"Could not probe notrace function"
ktap_finished
