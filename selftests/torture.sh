#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# handler_table_torture: readers, writers, tables and CPUs that come and go, for
# TORTURE_SECONDS, and no law is broken. Then with each of its own mistakes: one is,
# within VARIANT_SECONDS, or nothing would be proven by having seen nothing. With
# EVERY_TYPE=1 each mistake is made in every type of table that it matters to, else
# in the first. See Documentation/torture.rst.

. ./functions.sh
TORTURE_SECONDS=${TORTURE_SECONDS:-8}
VARIANT_SECONDS=${VARIANT_SECONDS:-120}
EVERY_TYPE=${EVERY_TYPE:-0}
TEST=handler_table_torture
PARAMETERS=/sys/module/$TEST/parameters

# A mistake, the law that sees it, or several of which one is the first, and the types of
# table.
ALL="plain typed bound sleepable sleepable_typed sleepable_bound"
SLEEPABLE="sleepable sleepable_typed sleepable_bound"
MISTAKES="
no_wait			late_or_wrong_call	$ALL
no_sync			late_or_wrong_call	bound plain typed $SLEEPABLE
wait_first		late_or_wrong_call	$ALL
wrong_wait		late_or_wrong_call	$SLEEPABLE
wrong_call		late_or_wrong_call	sleepable_bound sleepable sleepable_typed
call_at_once		late_or_wrong_call	typed plain bound $SLEEPABLE
no_barrier		callback_after_barrier	$ALL
early_publish		late_or_wrong_call	$ALL
register_store		slots_unbalanced	$ALL
unregister_store	taken_out_twice|slots_unbalanced	typed plain bound $SLEEPABLE
remove_blind		taken_out_twice|slots_unbalanced	bound plain typed $SLEEPABLE
swap_store		taken_out_twice|slots_unbalanced	$ALL
replace_store		taken_out_twice|slots_unbalanced	$ALL
two_words		function_of_another	bound
unchecked_index		beyond_the_end		plain
unprotected		late_or_wrong_call	sleepable
lost_count		wrong_result		$ALL
looks_again		wrong_result		$ALL
plain_load		late_or_wrong_call	plain
"

cases() {
	printf '%s\n' "$MISTAKES" | awk -v every="$EVERY_TYPE" 'NF {
		for (i = 3; i <= (every == 1 ? NF : 3); i++) print $1, $2, $i
	}'
}

has_ended() {
	[ "$(cat $PARAMETERS/verdict)" != "none yet" ]
}

# torture SECONDS PARAMETER...: until the end of the test, which is in the log.
torture() {
	seconds=$1
	shift
	LOG_MARK="torture $*"
	echo "$LOG_MARK" >/dev/kmsg
	load $TEST duration="$seconds" "$@" || return 1
	n=$(((seconds + 60) * 5))
	until has_ended; do
		n=$((n - 1))
		[ $n -gt 0 ] || break
		sleep 0.2
	done
	verdict=$(cat $PARAMETERS/verdict)
	rmmod $TEST
	log_says "torture:--- End of test: $verdict"
}

# last WHAT: the statistics of that name at the end, a name and a number a line.
last() {
	log | sed -n "s/^.*handler_table-torture: $1: //p" | tail -n 1 |
		awk '{ for (i = 1; i < NF; i += 2) print $i, $(i + 1) }'
}

# Those that there are on this machine.
everything_happened() {
	for what in dispatches changes disturbances; do
		last $what
	done | awk -v plug="$PLUGGABLE" -v machine="$(uname -m)" '
		$1 == "offline" && !plug { next }
		$1 == "nmi" && machine != "x86_64" { next }
		$1 == "unpublish" { next }
		!$2 { print "# never: " $1; bad = 1 }
		END { exit bad || !NR }'
}

the_torture() {
	torture "$1" onoff_interval=$onoff stutter=2 shuffle_interval=1
}

# On a slow and busy machine some seconds are only a few waits.
everything_happens() {
	everything_happened && return
	echo "# once more, and for longer"
	the_torture $((8 * TORTURE_SECONDS)) && [ "$verdict" = SUCCESS ] &&
		everything_happened
}

# is_seen MISTAKE LAW TYPE: in time, and by that law.
is_seen() {
	began=$(cut -d . -f 1 /proc/uptime)
	torture "$VARIANT_SECONDS" broken="$1" torture_type="$3" stutter=1 \
		shuffle_interval=0 table_interval=500 || return 1
	echo "# $1 $3: after $(($(cut -d . -f 1 /proc/uptime) - began)) s:" \
		"$(last violations | awk '$2 { printf " %s %d", $1, $2 }')"
	[ "$verdict" = FAILURE ] &&
		[ "$(last violations | awk -v law="^($2)\$" '$1 ~ law { n += $2 } END { print n + 0 }')" -gt 0 ]
}

setup $((6 + $(cases | wc -l)))
whole_log=$LOG_MARK
# On PREEMPT_RT 6.1 itself warns, once in thousands of times that a CPU goes, of a thread of
# its own that was just about to move (affine_move_task()).
PLUGGABLE='' onoff=0
for file in /sys/devices/system/cpu/cpu*/online; do
	[ ! -e "$file" ] || [ -e /sys/kernel/realtime ] || PLUGGABLE=yes onoff=700
done
load handler_table
ktap_test_result "a torture of $TORTURE_SECONDS s comes to its end" \
	the_torture "$TORTURE_SECONDS"
log | sed -n 's/^.*handler_table-torture: /# /p'
ktap_test_result "which is a success" [ "$verdict" = SUCCESS ]
ktap_test_result "everything was done" everything_happens
make_tmp
cases >"$TMP/cases"
while read -r mistake law type; do
	if [ "$mistake" = plain_load ]; then
		ktap_test_skip "$mistake is seen: not where loads are not reordered, see the litmus tests"
		continue
	fi
	ktap_test_result "$mistake is seen, $type" is_seen "$mistake" "$law" "$type"
done <"$TMP/cases"
ktap_test_result "there is no other mistake" refused load $TEST broken=none
ktap_test_result "nor another type" refused load $TEST torture_type=none
rmmod handler_table
LOG_MARK=$whole_log
ktap_test_result "the log is clean" log_is_clean \
	"torture:--- End of test: FAILURE: .* broken=[a-z]|torture: [0-9]+ dispatches, handlers|torture: torture_[a-z_0-9]+: [0-9]+ put in"
ktap_finished
