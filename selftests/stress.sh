#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The stress: its books balance in every context, by our own arithmetic too;
# it refuses what it does not understand, and ends when it is told to.

. ./functions.sh

RUNS='
readers=2 writers=1 seconds=1 contexts=task
readers=2 writers=1 seconds=1 contexts=softirq
readers=2 writers=1 seconds=1 contexts=hardirq
readers=2 writers=2 seconds=2 contexts=task,softirq,hardirq
readers=1 writers=1 seconds=1 contexts=task,hardirq
readers=8 writers=4 seconds=2
readers=1 writers=16 seconds=1
readers=64 writers=1 seconds=1 contexts=task,hardirq
readers=2 writers=0 seconds=1
readers=0 writers=2 seconds=1
'

# An errno and what has to meet it. \ooo as for printf.
BAD='
EINVAL \040
EINVAL \040\011\012\012
EINVAL readers
EINVAL readers=
EINVAL =
EINVAL =2
EINVAL ==
EINVAL readers==2
EINVAL readers=2=
EINVAL readers=2=2
EINVAL readers\040=\0402
EINVAL readers=\0402
EINVAL readers\0402
EINVAL readers=2,
EINVAL readers=2;writers=1
EINVAL readers=2,writers=1
EINVAL readers=x
EINVAL readers=2x
EINVAL readers=0x2
EINVAL readers=+2
EINVAL readers=-2
EINVAL readers=-0
EINVAL readers=2.0
EINVAL readers=1e1
EINVAL readers="2"
EINVAL Readers=2
EINVAL reader=2
EINVAL readersx=2
EINVAL xreaders=2
EINVAL threads=2
EINVAL readers=2\040threads=2
EINVAL readers=2\040garbage
EINVAL garbage\040readers=2
EINVAL readers=2\040readers=2
EINVAL seconds=1\040readers=2\040seconds=1
EINVAL contexts=task\040contexts=task
EINVAL readers=0\040writers=0
EINVAL readers=2\000
EINVAL readers=2\000writers=1
EINVAL \000
EINVAL \000readers=2
EINVAL readers=\000
EINVAL readers=2\015\012
EINVAL readers=2\013
EINVAL readers=2\377
EINVAL \377\376
EINVAL readers=\302\262
EINVAL contexts=
EINVAL contexts=,
EINVAL contexts=,task
EINVAL contexts=task,
EINVAL contexts=task,,softirq
EINVAL contexts=task,task
EINVAL contexts=task,softirq,hardirq,task
EINVAL contexts=nmi
EINVAL contexts=task,nmi
EINVAL contexts=Task
EINVAL contexts=tasks
EINVAL contexts=tas
EINVAL contexts=all
EINVAL contexts=7
EINVAL contexts=task\040,softirq
EINVAL contexts=task,\040softirq
EINVAL contexts=task;softirq
EINVAL contexts=task=softirq
EINVAL %%s%%s%%n
EINVAL readers=%%d
ERANGE readers=65
ERANGE readers=00065
ERANGE readers=4294967295
ERANGE readers=4294967296
ERANGE readers=4294967298
ERANGE readers=18446744073709551617
ERANGE readers=340282366920938463463374607431768211458
ERANGE writers=17
ERANGE writers=4294967297
ERANGE seconds=0
ERANGE seconds=00
ERANGE seconds=3601
ERANGE seconds=4294967297
ERANGE readers=2\040writers=1\040seconds=0
ERANGE readers=2\040writers=17\040seconds=1
'

lines() {
	printf '%s\n' "$1" | grep .
}

setup $(($(lines "$RUNS" | wc -l) + $(lines "$BAD" | wc -l) + 16))
STRESS=$DEBUGFS/handler_table/stress
load handler_table

report() {
	awk -v key="$1" '$1 == key { print $2 }' "$STRESS"
}

# stress WORDS...: succeeds if the file took them.
stress() {
	echo "$*" >"$STRESS"
}

# What a report has to fulfil, by its own numbers.
report_is_sound() {
	awk '
	function fail(what) { print "# " what; bad = 1 }
	{ r[$1] = $2; n[$1]++ }
	END {
		split("readers writers seconds contexts elapsed_ms " \
			"interrupted dispatches dispatches_task " \
			"dispatches_softirq dispatches_hardirq handled empty " \
			"calls registers removes removes_sync swaps " \
			"swaps_into_empty replaces latency_samples " \
			"latency_min latency_mean latency_p50 latency_p99 " \
			"latency_p99.9 latency_max late_calls wrong_calls " \
			"wrong_results wrong_contexts violations books", key, " ")
		for (i in key)
			if (n[key[i]] != 1) fail("no single line " key[i])
		if (r["books"] != "balanced") fail("the books are " r["books"])
		if (r["violations"] != "0") fail(r["violations"] " violations")
		if (r["handled"] + r["empty"] != r["dispatches"])
			fail("handled + empty is not dispatches")
		if (r["handled"] != r["calls"]) fail("handled is not calls")
		if (r["registers"] + r["swaps_into_empty"] != r["removes"])
			fail("not all that came went")
		if (r["swaps_into_empty"] > r["swaps"]) fail("swaps")
		if (r["removes_sync"] > r["removes"]) fail("removes")
		split("task softirq hardirq", context, " ")
		for (i in context) {
			count = r["dispatches_" context[i]]
			sum += count
			wanted = r["readers"] > 0 && \
				index(r["contexts"], context[i])
			if ((count > 0) != (wanted > 0))
				fail(count " dispatches in " context[i])
		}
		if (sum != r["dispatches"]) fail("dispatches by context")
		if (r["readers"] > 0 && !(r["handled"] > 0 && r["empty"] + \
			(r["writers"] > 0) > 0)) fail("nothing was dispatched")
		if (r["writers"] > 0 && !(r["removes_sync"] > 0 && \
			r["swaps"] > 0 && r["replaces"] > 0))
			fail("nothing was changed")
		if (r["readers"] > 0 && !(r["latency_samples"] > 0 && \
			r["latency_samples"] <= r["dispatches"]))
			fail("latency_samples")
		# All but every 31st dispatch of each reader are timed.
		untimed = r["dispatches"] - r["latency_samples"]
		if (untimed < int(r["dispatches"] / 31) || \
			untimed > r["dispatches"] / 31 + r["readers"])
			fail(untimed " dispatches were not timed")
		if (!(r["latency_min"] <= r["latency_p50"] && \
			r["latency_p50"] <= r["latency_p99"] && \
			r["latency_p99"] <= r["latency_p99.9"] && \
			r["latency_p99.9"] <= r["latency_max"] && \
			r["latency_min"] <= r["latency_mean"] && \
			r["latency_mean"] <= r["latency_max"]))
			fail("latencies in the wrong order")
		if (!r["interrupted"] && r["elapsed_ms"] < 1000 * r["seconds"])
			fail("it ran for " r["elapsed_ms"] " ms only")
		exit bad
	}' "$STRESS"
}

# The report is of these words.
report_is_of() {
	for pair; do
		[ "$(report "${pair%%=*}")" = "${pair#*=}" ] || return 1
	done
}

says_that_nothing_has_run() {
	[ "$(cat "$STRESS")" = "runs 0" ]
}

# ktap_test_result hands words over one by one, however they are quoted.
balances() {
	stress "$@" && report_is_of "$@" && report_is_sound && return
	sed 's/^/# /' "$STRESS"
	return 1
}

error_text() {
	case $1 in
	EINVAL) echo 'Invalid argument' ;;
	ERANGE) echo 'Numerical result out of range' ;;
	E2BIG) echo 'Argument list too long' ;;
	EBUSY) echo 'Device or resource busy' ;;
	esac
}

# fails_with ERRNO: writes stdin, in one go; the report stays as it is. What
# should be refused and is not does not run for its hour.
fails_with() {
	cat >"$TMP/text"
	cp "$STRESS" "$TMP/before"
	said=$(timeout 20 dd if="$TMP/text" of="$STRESS" bs=4096 count=1 conv=notrunc 2>&1) &&
		return 1
	case $said in
	*"$(error_text "$1")"*) cmp -s "$STRESS" "$TMP/before" ;;
	*) echo "# $said"; return 1 ;;
	esac
}

bad_pattern_fails_with() {
	# shellcheck disable=SC2059 # it is meant to be one
	printf "$2" | fails_with "$1"
}

is_running() {
	grep -q '^ht_reader/' /proc/[0-9]*/comm 2>/dev/null
}

is_not_running() {
	! is_running
}

# All threads are there, and the writer sleeps until the time is over: while it
# makes threads it is not interruptible.
is_under_way() {
	is_running && [ "$(cut -d ' ' -f 3 "/proc/$STRESS_PID/stat")" = S ]
}

# In the background, until it is told to end. A shell of its own, as that is
# what the signal has to reach.
stress_start() {
	sh -c 'echo "$1" >"$2"' sh "$*" "$STRESS" 2>/dev/null &
	STRESS_PID=$!
	wait_for is_under_way
}

stress_kill() {
	[ -n "${STRESS_PID:-}" ] || return 0
	kill "-${1:-KILL}" "$STRESS_PID"
	wait "$STRESS_PID" 2>/dev/null
	STRESS_PID=
}

# stress_end SIGNAL: as quickly as a person expects it.
stress_end() {
	began=$(cut -d . -f 1 /proc/uptime)
	stress_kill "$1"
	wait_for is_not_running &&
		[ $(($(cut -d . -f 1 /proc/uptime) - began)) -le 30 ]
}

# ends_early SIGNAL SECONDS: the latter tells this run's report from another's.
ends_early() {
	stress_start readers=2 writers=2 "seconds=$2" && stress_end "$1" &&
		report_is_of "seconds=$2" interrupted=1 && report_is_sound
}

# A second writer: the first one goes on, and its report is not there yet.
fails_while_running() {
	errno=$1
	shift
	stress_start readers=2 writers=2 seconds=3600
	echo "$*" | fails_with "$errno" && is_running
	status=$?
	stress_end TERM
	return $status
}

# Where a CPU can be switched off.
CPU1=/sys/devices/system/cpu/cpu1/online

balances_without_a_cpu() {
	cpu=$CPU1
	stress_start readers=4 writers=2 seconds=3600
	cpu_status=0
	for _ in 1 2 3; do
		echo 0 >$cpu || cpu_status=1
		echo 1 >$cpu || cpu_status=1
	done
	is_running && stress_end TERM && [ $cpu_status = 0 ] && report_is_sound
}

# cpu1_is_isolated: by the kernel's command line, or by a partition.
cpu1_is_isolated() {
	cat /sys/devices/system/cpu/isolated "$CGROUP/cpuset.cpus.isolated" \
		2>/dev/null | grep -qx 1
}

# In a partition of its own; kernels before 6.8 do not say that it is isolated.
isolate_cpu1() {
	cpu1_is_isolated && return
	mkdir "$CGROUP" && mount -t cgroup2 none "$CGROUP" 2>/dev/null ||
		return 1
	{
		echo +cpuset >"$CGROUP/cgroup.subtree_control"
		mkdir "$CGROUP/isolated"
		echo 1 >"$CGROUP/isolated/cpuset.cpus"
		echo isolated >"$CGROUP/isolated/cpuset.cpus.partition"
	} 2>/dev/null
	cpu1_is_isolated
}

uses_all_cpus_again() {
	[ ! -d "$CGROUP/isolated" ] || rmdir "$CGROUP/isolated"
	! mountpoint -q "$CGROUP" || umount "$CGROUP"
}

# cpus_of_threads: the list of CPUs that each thread of the stress may use.
cpus_of_threads() {
	grep -lE '^Name:.ht_(reader|writer)/' /proc/[0-9]*/status 2>/dev/null |
		while read -r status; do
			sed -n 's/^Cpus_allowed_list:.//p' "$status"
		done
}

stays_off_cpu1() {
	stress_start readers=3 writers=2 seconds=3600
	cpus=$(cpus_of_threads | sort | uniq -c | sed 's/^ *//')
	stress_end TERM && [ "$cpus" = "5 0" ] && report_is_sound && return
	echo "# threads and the CPUs they use: $cpus"
	return 1
}

stays_while_it_runs() {
	stress_start readers=2 writers=1 seconds=3600
	refused rmmod handler_table
	status=$?
	stress_end TERM
	[ $status = 0 ] && is_loaded handler_table
}

stays_while_open() {
	(
		exec 3<"$STRESS"
		refused rmmod handler_table
	)
}

fits_exactly() {
	# 255 bytes, with the newline that echo adds.
	stress "$(printf '%254s' seconds=1)" && report_is_of seconds=1
}

is_too_long() {
	printf '%256s' seconds=1 | fails_with E2BIG
}

takes_white_space_and_defaults() {
	stress "$(printf '\t\n writers=01 \t\n\n seconds=1')" &&
		report_is_of readers=2 writers=1 seconds=1 \
			contexts=task,softirq,hardirq && report_is_sound &&
		stress "$(printf 'contexts=hardirq,task\n\n')" &&
		report_is_of readers=2 contexts=task,hardirq && report_is_sound
}

TMP=$(mktemp -d)
CGROUP=$TMP/cgroup
trap 'stress_kill; uses_all_cpus_again; rm -rf "$TMP"; cleanup' EXIT

ktap_test_result "says that nothing has run" says_that_nothing_has_run
ktap_test_result "is root's alone" [ "$(stat -c %a:%u "$STRESS")" = "600:0" ]
ktap_test_result "a bad first write leaves no report" \
	bad_pattern_fails_with EINVAL readers

while read -r words; do
	# shellcheck disable=SC2086 # a list
	[ -z "$words" ] || ktap_test_result "balances: $words" balances $words
done <<END
$RUNS
END
ktap_test_result "takes any white space, and has defaults" \
	takes_white_space_and_defaults

while read -r errno pattern; do
	[ -z "$errno" ] || ktap_test_result "$errno: '$pattern'" \
		bad_pattern_fails_with "$errno" "$pattern"
done <<END
$BAD
END
ktap_test_result "takes 255 bytes" fits_exactly
ktap_test_result "E2BIG: 256 bytes" is_too_long

ktap_test_result "EBUSY: one run at a time" \
	fails_while_running EBUSY readers=1 seconds=1
ktap_test_result "EINVAL while another runs" \
	fails_while_running EINVAL readers=x
ktap_test_result "ends when its writer is told to" ends_early TERM 3600
ktap_test_result "ends when its writer is killed" ends_early KILL 3599
if [ -w "$CPU1" ]; then
	ktap_test_result "balances while a CPU goes and comes" \
		balances_without_a_cpu
else
	ktap_test_skip "balances while a CPU goes and comes: cpu1 stays online"
fi
if isolate_cpu1; then
	ktap_test_result "stays off an isolated CPU" stays_off_cpu1
else
	ktap_test_skip "stays off an isolated CPU: no CPU can be isolated"
fi
uses_all_cpus_again
ktap_test_result "the module stays while it runs" stays_while_it_runs
ktap_test_result "the module stays while the file is open" stays_while_open
ktap_test_result "and unloads afterwards" rmmod handler_table
ktap_test_result "the log is clean" log_is_clean
ktap_finished
