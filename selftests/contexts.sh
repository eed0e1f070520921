#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every operation, from every context, on every CPU; and once more while a CPU
# goes offline and online. One result for each cell of the matrix which
# contexts.rst documents: what is documented and what is tested must be the
# same. See modules/contexts_main.c.

. ./functions.sh

# A CPU goes offline that many times at least.
OFFLINES=8

TEST=$DEBUGFS/handler_table_test_contexts
DOCUMENT=contexts.rst
[ -e $DOCUMENT ] || DOCUMENT=../Documentation/contexts.rst

# documented: "operation context" for each cell of the document that has a
# mark other than "no".
documented() {
	awk '/^\.\. the matrix begins/ { on = 1; next }
	/^\.\. the matrix ends/ { on = 0 }
	!on || /^ *$/ || /^=/ { next }
	!columns { columns = NF; for (i = 2; i <= NF; i++) context[i] = $i; next }
	NF != columns { print "malformed row-" $1; next }
	{ for (i = 2; i <= NF; i++) if ($i != "no") print $1, context[i] }
	' $DOCUMENT
}

# same_cells RESULTS: those that are documented, and no others.
same_cells() {
	documented | sort >"$WORK/documented"
	cut -d ' ' -f 1,2 "$1" | sort | diff "$WORK/documented" - |
		sed -n 's/^-\([^-]\)/# documented, not tested: \1/p
			s/^+\([^+]\)/# tested, not documented: \1/p' |
		grep . || return 0
	return 1
}

# tell_results WHEN CPUS: a result for each documented cell, which was visited
# on that many CPUs at least.
tell_results() {
	sort "$WORK/results" >"$WORK/sorted"
	documented | sort | awk 'NR == FNR { result[$1 " " $2] = $0; next }
		{ print ($0 in result) ? result[$0] : $0 " failed no such test" }
		' "$WORK/sorted" - >"$WORK/cells"
	while read -r operation context verdict rest; do
		what="$operation in $context$1"
		case $verdict in
		ok)
			if [ "${rest#* }" -ge "$2" ]; then
				ktap_test_pass "$what"
			else
				echo "# on ${rest#* } of $2 CPUs"
				ktap_test_fail "$what"
			fi
			;;
		skip) ktap_test_skip "$what: $rest" ;;
		*)
			echo "# $what: $verdict $rest"
			ktap_test_fail "$what"
			;;
		esac
	done <"$WORK/cells"
}

skip_results() {
	documented | while read -r operation context; do
		echo "$operation in $context$1: $2"
	done >"$WORK/cells"
	while read -r what; do
		ktap_test_skip "$what"
	done <"$WORK/cells"
}

number() {
	read -r n_read <"$TEST/$1" && echo "$n_read"
}

# go_off_and_on FILE: until told to stop, each time after another while.
go_off_and_on() {
	while :; do
		for seconds in 0.1 0.5 0.2 0.4 0.3; do
			for state in 0 1; do
				# Others may be busy with a CPU just now.
				wait_for try_write "$1" $state || return
				sleep $seconds
			done
			[ ! -e "$WORK/stop" ] || return
		done
	done
}

enough() {
	echo 1 >"$TEST/run" && [ "$(number offlines)" -ge $OFFLINES ] &&
		[ "$(number least_visits)" -ge 1 ]
}

contexts_cleanup() {
	touch "$WORK/stop"
	wait
	[ -z "$switch" ] || [ "$(cat "$switch")" = 1 ] || echo 1 >"$switch"
	! is_loaded handler_table_test_contexts ||
		rmmod handler_table_test_contexts
	rm -rf "$WORK"
	cleanup
}

cells=$(documented | wc -l)
setup $((2 * cells + 4))
WORK=$(mktemp -d)
# The last CPU that can go.
switch=
for file in /sys/devices/system/cpu/cpu*/online; do
	[ ! -w "$file" ] || switch=$file
done
trap contexts_cleanup EXIT
cpus=$(grep -c ^processor /proc/cpuinfo)

load handler_table
load handler_table_test_contexts
ktap_test_result "the whole matrix runs" try_write "$TEST/run" 1
cat "$TEST/results" >"$WORK/results"
ktap_test_result "what is documented is what is tested" \
	same_cells "$WORK/results"
tell_results "" "$cpus"
rmmod handler_table_test_contexts

if [ "$switch" ]; then
	load handler_table_test_contexts
	go_off_and_on "$switch" &
	ktap_test_result "the matrix runs while a CPU goes offline and online" \
		wait_for enough
	touch "$WORK/stop"
	wait
	echo "# $(number offlines) times offline, $(number visits) visits"
	cat "$TEST/results" >"$WORK/results"
	tell_results " during hotplug" 1
	rmmod handler_table_test_contexts
else
	ktap_test_skip "the matrix during hotplug: no CPU can go offline"
	skip_results " during hotplug" "no CPU can go offline"
fi
# The task that goes from CPU to CPU was on one when that went.
ktap_test_result "the log is clean" log_is_clean "no longer affine to cpu"
ktap_finished
