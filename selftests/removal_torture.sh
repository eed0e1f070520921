#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The promise: once the wait is over the removed handler is gone. Handlers that
# take 1 to 20 ms run in every context and are removed all the time, for SECONDS
# while processes come and go, and as long again while a CPU does, too.
# See modules/removal_main.c.

. ./functions.sh

SECONDS_EACH=${SECONDS_EACH:-5}
# A run in which fewer handlers outlived their removal means nothing.
ENOUGH=${ENOUGH:-20}

REPORT=$DEBUGFS/handler_table_test_removal/report

# sum SUFFIX: of all places.
sum() {
	awk -v end="_$1\$" '$1 ~ end { n += $2 } END { print n + 0 }' "$REPORT"
}

uptime_seconds() {
	cut -d . -f 1 /proc/uptime
}

# Processes that begin and end, until told to stop.
come_and_go() {
	until [ -e "$TMP/stop" ]; do
		cat /dev/null
	done
}

go_off_and_on() {
	until [ -e "$TMP/stop" ]; do
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

ran_in() {
	[ "$(number_after "$1_runs" "$REPORT")" -gt 0 ]
}

none() {
	[ "$1" = 0 ] || {
		sed 's/^/# /' "$REPORT"
		return 1
	}
}

torture_cleanup() {
	touch "$TMP/stop"
	wait
	[ -z "$switch" ] || [ "$(cat "$switch")" = 1 ] || echo 1 >"$switch"
	! is_loaded handler_table_test_removal ||
		rmmod handler_table_test_removal
	cleanup
}

setup 11
make_tmp
# The last CPU that can go.
switch=
for file in /sys/devices/system/cpu/cpu*/online; do
	[ ! -w "$file" ] || switch=$file
done
trap torture_cleanup EXIT

load handler_table
load handler_table_test_removal
come_and_go &
ktap_test_result "handlers outlive their removal while processes come and go" run_on
if [ "$switch" ]; then
	go_off_and_on "$switch" &
	ktap_test_result "and while a CPU goes offline and online" run_on
	touch "$TMP/stop"
	wait
	ktap_test_result "a CPU did" was_switched
else
	ktap_test_skip "and while a CPU goes offline and online: none can"
	ktap_test_skip "a CPU did: none can"
fi
for place in task softirq hardirq idle nmi; do
	if [ $place = nmi ] && ! ran_in nmi; then
		ktap_test_skip "handlers ran in nmi: no way to send one"
		continue
	fi
	ktap_test_result "handlers ran in $place" wait_for ran_in $place
done
ktap_test_result "each registration and removal succeeded" \
	none "$(number_after failures "$REPORT")"
ktap_test_result "no handler ran after it was gone" none "$(sum violations)"
echo "# $(number_after removals "$REPORT") removals," \
	"outlived by $(sum outlived) handlers of $(sum runs)," \
	"$(sum violations) of them too long;" \
	"a wait took $(($(number_after grace_period_mean_us "$REPORT") / 1000)) ms," \
	"at most $(($(number_after grace_period_max_us "$REPORT") / 1000)) ms"
rmmod handler_table_test_removal handler_table
ktap_test_result "the log is clean" log_is_clean
ktap_finished
