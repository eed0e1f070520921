#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory runs out: each allocation that loading a module, publishing, statistics, the
# stress or a file takes fails in turn, one at a time. What is asked for is refused
# with ENOMEM, or done without; nothing half-done is left, and the next attempt
# succeeds. That nothing leaks is for the kernel to say, see in-guest/check.
#
# Of loading a module only the allocations made by its init count. The kernel's own
# before and after are not ours, and not all of them are made to fail without a
# warning. Which they are is seen in the stacks of a first attempt, in which none
# fails. alloc_percpu() can fail only where it needs a new chunk.

. ./functions.sh
ROOT=$DEBUGFS/handler_table
STRESS=$ROOT/stress
TRACING=/sys/kernel/tracing
TEST=handler_table_test_debugfs
OPEN=$ROOT/test_open
# More than anything takes.
NEVER=1000000

# can_fail: is this a kernel for that? Those who may wait are spared by default, and
# each failure gets a stack in the log.
can_fail() {
	[ -e /proc/self/fail-nth ] || return
	[ -e $TRACING/kprobe_events ] || mount -t tracefs none $TRACING
	[ -e $TRACING/kprobe_events ] || return
	for folder in "$DEBUGFS/failslab" "$DEBUGFS/fail_page_alloc"; do
		echo N >"$folder/ignore-gfp-wait" && echo 0 >"$folder/verbose" || return
	done
	echo N >"$DEBUGFS/fail_page_alloc/ignore-gfp-highmem"
}

# trace_on: an event with its stack for each allocation that is counted, see fault.c:
# where should_fail_ex() is asked, which cannot be probed itself. Single pages are not
# asked for, nor what must not fail (__GFP_NOFAIL).
trace_on() {
	events=$TRACING/events/handler_table_fault
	echo 'p:handler_table_fault/slab_may_fail should_failslab gfp=%si:u32' \
		>$TRACING/kprobe_events &&
		echo 'p:handler_table_fault/pages_may_fail should_fail_alloc_page gfp=%di:u32 order=%si:u32' \
			>>$TRACING/kprobe_events &&
		echo 'comm == "failing" && !(gfp & 0x8000)' >$events/slab_may_fail/filter &&
		echo 'comm == "failing" && !(gfp & 0x8000) && order > 0' \
			>$events/pages_may_fail/filter &&
		echo 1 >$TRACING/options/stacktrace && echo 1 >$events/enable
}

trace_off() {
	echo 0 >$TRACING/events/handler_table_fault/enable
	echo 0 >$TRACING/options/stacktrace
	echo >$TRACING/kprobe_events
}

# Of the trace: how many allocations, the number of the first one that was made by a
# module's init, and how many were.
inits() {
	awk '/ (slab|pages)_may_fail: / { n++; counted = 0 }
	/=> do_one_initcall/ && !counted { counted = 1; if (!ours++) first = n }
	END { print n + 0, first + 0, ours + 0 }' $TRACING/trace
}

# What there is, of tables and of files, and which modules are there.
state() {
	cut -d ' ' -f 1 /proc/modules
	ls "$DEBUGFS"
	[ ! -e "$ROOT" ] || ls -R "$ROOT"
	[ ! -e "$ROOT/tables" ] || cat "$ROOT/tables"
}

# as_before WHAT: complains where it is not.
as_before() {
	now=$(state)
	[ "$now" = "$expected" ] && return
	echo "# $1: it is not as before:"
	printf '%s\n' "$expected" >"$TMP/before"
	printf '%s\n' "$now" | diff "$TMP/before" - | sed -n 's/^[-+][^-+]/# &/p'
	return 1
}

# listed MODULE: its table, if it has one of its name. There may be no file to list it in.
listed() {
	case $1 in
	irq_table | control_room | packet_demux)
		[ ! -e "$ROOT/tables" ] || grep -q "^$1 " "$ROOT/tables"
		;;
	esac
}

# was_loaded RESULT MODULE FILE [PARAMETER]: or was not, in which case it can be now.
was_loaded() {
	if [ "$1" = ok ]; then
		is_loaded "$2" || return
	else
		as_before "after $1" && insmod "$3" ${4:+"$4"} || return
	fi
	listed "$2" && rmmod "$2" && as_before "after rmmod"
}

# was_taken RESULT write FILE TEXT, was_read RESULT read FILE: it can be in any case.
was_taken() {
	[ "$1" = ok ] || printf '%s' "$4" >"$3" || return
	as_before "after $1"
}

was_read() {
	cat "$3" >/dev/null && as_before "after $1"
}

# Statistics are on if that was taken, and only then. What is allocated the first time
# stays for as long as the module.
were_switched_on() {
	[ "$1" = ok ] || { grep -qx off "$3" && echo 1 >"$3"; } || return
	refused grep -qx off "$3" && reload && as_before "after $1"
}

reload() {
	rmmod irq_table && rmmod handler_table && load handler_table && load irq_table
}

# each FROM LEAST CHECK ARGUMENT...: has fault do that, with the FROMth allocation
# failing, the next one, and so on, until it gets by without; CHECK is told of each
# result. LEAST have to have failed, or something else was tried than is said.
each() {
	n=$1 least=$2 check=$3
	shift 3
	failed=0 refused=0
	expected=$(state)
	while :; do
		answer=$(./fault "$n" "$@") || return
		result=${answer% *}
		case $answer in
		"ok "*) ;;
		"ENOMEM 0") refused=$((refused + 1)) ;;
		*) echo "# $*: allocation $n: $answer"; return 1 ;;
		esac
		if ! "$check" "$result" "$@"; then
			echo "# $*: allocation $n failed: $result"
			return 1
		fi
		[ "${answer#* }" = 0 ] || break
		failed=$((failed + 1))
		n=$((n + 1))
	done
	echo "# $*: $failed failed, $refused of them with ENOMEM"
	[ $failed -ge "$least" ] && return
	echo "# but there should be $least"
	return 1
}

loaded() {
	was_loaded "$1" "$module" "$3" "$4"
}

# each_of_init LEAST MODULE [PARAMETER]
each_of_init() {
	least=$1 module=$2
	set -- load "$MODULES/$2.ko" ${3:+"$3"}
	echo >$TRACING/trace
	answer=$(./fault $NEVER "$@") || return
	# shellcheck disable=SC2046 # a list
	set -- $(inits) "$@"
	rmmod "$module" || return
	if [ "$answer" != "ok $((NEVER - $1))" ]; then
		echo "# $module: $answer, but there were $1 allocations"
		return 1
	fi
	echo "# $module: $1 allocations, $3 by its init, the first one is the ${2}th"
	if [ "$3" -lt "$least" ]; then
		echo "# but there should be $least"
		return 1
	fi
	from=$2
	shift 3
	each "$from" "$least" loaded "$@"
}

setup 23
if ! can_fail; then
	ktap_skip_all "this kernel cannot make allocations fail"
	exit "$KSFT_SKIP"
fi
make_tmp
fault_cleanup() {
	trace_off 2>/dev/null
	cleanup
}
trap fault_cleanup EXIT

ktap_test_result "allocations can be watched" trace_on
# How many fail at least is some less than was counted on 6.1, so that it is seen if it is
# not what these modules allocate that fails.
ktap_test_result "load handler_table" each_of_init 5 handler_table
load handler_table
while read -r least module; do
	ktap_test_result "load $module" each_of_init "$least" "$module" </dev/null
done <<-END
	6 my_events
	1 outside
	10 irq_table
	20 control_room
	10 packet_demux
END
load packet_demux
for module in packet_count packet_sizes packet_drop; do
	ktap_test_result "load $module" each_of_init 3 $module
done
rmmod packet_demux
ktap_test_result "load handler_table_torture" each_of_init 10 handler_table_torture \
	"nreaders=1 nwriters=1 nwaiters=1 duration=1"
trace_off

load irq_table
for file in tables stress irq_table/slots irq_table/stats; do
	ktap_test_result "read $file" each 1 4 was_read read "$ROOT/$file"
done
ktap_test_result "switch statistics on" \
	each 1 7 were_switched_on write "$ROOT/irq_table/stats" 1
echo 1 >"$ROOT/irq_table/stats"
ktap_test_result "read statistics" each 1 4 was_read read "$ROOT/irq_table/stats"
ktap_test_result "switch statistics off" \
	each 1 1 was_taken write "$ROOT/irq_table/stats" 0
ktap_test_result "statistics are off" grep -qx off "$ROOT/irq_table/stats"
rmmod irq_table
stress() {
	each 1 9 was_taken write "$STRESS" "readers=1 writers=1 seconds=1" &&
		grep -qx "books balanced" "$STRESS"
}
ktap_test_result "run the stress" stress
load $TEST
dispatch() {
	each 1 1 was_taken write "$OPEN/dispatch" "3 10" && grep -qx "3 [1-9][0-9]*0" "$DEBUGFS/$TEST/calls"
}
ktap_test_result "dispatch" dispatch
rmmod $TEST
ktap_test_result "unloads" rmmod handler_table
# What debugfs and ftrace themselves say.
ktap_test_result "the log is clean" log_is_clean \
	"debugfs: out of free dentries|alloc failure, ftrace filter could be stale"
ktap_finished
