#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The promise: once the wait is over the removed handler is gone. Handlers that
# take 1 to 20 ms run in every context and are removed all the time, for SECONDS
# while processes come and go, and as long again while a CPU does, too. On a
# kernel booted with nohz_full= there is also a process that keeps a CPU without
# ticks busy and dispatches there. See modules/removal_main.c.

. ./functions.sh

SECONDS_EACH=${SECONDS_EACH:-5}
# A run in which fewer handlers outlived their removal means nothing.
ENOUGH=${ENOUGH:-20}
# And of each place.
ENOUGH_EACH=${ENOUGH_EACH:-3}

DIR=$DEBUGFS/handler_table_test_removal
REPORT=$DIR/report

# sum SUFFIX: of all places.
sum() {
	awk -v end="_$1\$" '$1 ~ end { n += $2 } END { print n + 0 }' "$REPORT"
}

uptime_seconds() {
	cut -d . -f 1 /proc/uptime
}

# Processes that begin and end, until told to stop, and leave the CPU some time
# to be idle in.
come_and_go() {
	until [ -e "$TMP/stop" ]; do
		for _ in $(seq 10); do
			cat /dev/null
		done
		sleep 0.1
	done
}

# stay_busy CPU: in user space, with a dispatch now and then, and a pause.
# The CPU may be offline just now.
stay_busy() {
	until [ -e "$TMP/stop" ]; do
		# shellcheck disable=SC2016 # the inner shell expands it
		taskset -c "$1" sh -c '
			for _ in 1 2 3 4 5 6 7 8 9 10; do
				i=0
				while [ $i -lt 5000 ]; do i=$((i + 1)); done
				[ ! -e "$0" ] || echo 1 >"$0"
			done' "$DIR/dispatch" 2>/dev/null
		sleep 0.2
	done
}

# timer_interrupts CPU: since boot. x86's, then what others have for the same.
timer_interrupts() {
	awk -v cpu="CPU$1" 'NR == 1 {
		for (i = 1; i <= NF; i++)
			if ($i == cpu) column = i + 1
	} / (Local timer interrupts|arch_timer|riscv-timer)$/ { print $column }' /proc/interrupts
}

# user_ticks CPU: the time it spent in user space, in hundredths of a second.
user_ticks() {
	awk -v cpu="cpu$1" '$1 == cpu { print $2 + $3 }' /proc/stat
}

# has_no_ticks CPU: though it is busy in user space. The slowest tick is one of
# 100 Hz.
has_no_ticks() {
	ticks=$(user_ticks "$1")
	interrupts=$(timer_interrupts "$1")
	sleep 2
	ticks=$(($(user_ticks "$1") - ticks))
	interrupts=$(($(timer_interrupts "$1") - interrupts))
	echo "# CPU $1: $interrupts timer interrupts in $ticks ticks of user time"
	[ $ticks -gt 50 ] && [ $interrupts -lt 50 ]
}

go_off_and_on() {
	until [ -e "$TMP/stay" ]; do
		# Others may be busy with a CPU just now.
		wait_for try_write "$1" 0 && wait_for try_write "$1" 1 || return
		echo >>"$TMP/switched"
	done
}

enough() {
	[ "$(uptime_seconds)" -ge "$until" ] &&
		[ "$(sum outlived)" -ge $((outlived + ENOUGH)) ] &&
		[ "$(number_after removals "$REPORT")" -ge $((removals + ENOUGH)) ]
}

# run_on: for the time that was asked for, and until it means something.
run_on() {
	until=$(($(uptime_seconds) + SECONDS_EACH))
	outlived=$(sum outlived)
	removals=$(number_after removals "$REPORT")
	while [ "$(uptime_seconds)" -lt "$until" ]; do
		sleep 1
	done
	wait_for enough
}

was_switched() {
	[ -s "$TMP/switched" ]
}

outlived_in() {
	[ "$(number_after "$1_outlived" "$REPORT")" -ge "$ENOUGH_EACH" ]
}

none() {
	[ "$1" = 0 ] || {
		sed 's/^/# /' "$REPORT"
		return 1
	}
}

torture_cleanup() {
	touch "$TMP/stay" "$TMP/stop"
	wait
	[ -z "$switch" ] || [ "$(cat "$switch")" = 1 ] || echo 1 >"$switch"
	! is_loaded handler_table_test_removal ||
		rmmod handler_table_test_removal
	cleanup
}

setup 14
make_tmp
# The last CPU that can go.
switch=
for file in /sys/devices/system/cpu/cpu*/online; do
	[ ! -w "$file" ] || switch=$file
done
trap torture_cleanup EXIT

# The first of those without ticks. Where there is none the kernel says "(null)",
# or nothing.
nohz_full=$(grep -o '^[0-9]*' /sys/devices/system/cpu/nohz_full 2>/dev/null)

load handler_table
if [ "$nohz_full" ]; then
	stay_busy "$nohz_full" &
	ktap_test_result "a CPU without ticks" wait_for has_no_ticks "$nohz_full"
else
	ktap_test_skip "a CPU without ticks: not booted with nohz_full="
fi
load handler_table_test_removal
come_and_go &
ktap_test_result "handlers outlive their removal while processes come and go" run_on
if [ "$switch" ]; then
	go_off_and_on "$switch" &
	switcher=$!
	ktap_test_result "and while a CPU goes offline and online" run_on
	touch "$TMP/stay"
	wait $switcher
	ktap_test_result "a CPU did" was_switched
else
	ktap_test_skip "and while a CPU goes offline and online: none can"
	ktap_test_skip "a CPU did: none can"
fi
for place in task nohz_full exit softirq hardirq idle nmi; do
	if ! grep -q "^${place}_" "$REPORT"; then
		ktap_test_skip "handlers outlived their removal in $place: there is none"
		continue
	fi
	ktap_test_result "handlers outlived their removal in $place" \
		wait_for outlived_in $place
done
touch "$TMP/stop"
wait
ktap_test_result "each registration and removal succeeded" \
	none "$(number_after failures "$REPORT")"
ktap_test_result "no handler ran after it was gone" none "$(sum violations)"
echo "# $(number_after removals "$REPORT") removals," \
	"outlived by $(sum outlived) handlers of $(sum runs)," \
	"$(sum violations) of them too long;" \
	"a wait took $(($(number_after grace_period_mean_us "$REPORT") / 1000)) ms," \
	"at most $(($(number_after grace_period_max_us "$REPORT") / 1000)) ms"
sed -n 's/^\(.*\)_runs/# \1: runs/p' "$REPORT" | while read -r line; do
	place=${line#\# }
	place=${place%%:*}
	echo "$line, outlived $(number_after "${place}_outlived" "$REPORT")," \
		"violations $(number_after "${place}_violations" "$REPORT")"
done
rmmod handler_table_test_removal handler_table
ktap_test_result "the log is clean" log_is_clean "no longer affine to cpu"
ktap_finished
