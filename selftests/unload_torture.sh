#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Modules with handlers come and go, in parallel, while these are dispatched from
# every context on every CPU. They go properly, or without having waited, or
# leave their handlers behind; see modules/unload_main.c. TORTURE is how many
# of them go; a thousand are to go within ten minutes, on any kernel.

. ./functions.sh
setup 8
TORTURE=${TORTURE:-64}
MAX_SECONDS=600
# At the same time: they share grace periods.
COPIES="a b c d e f g h"
DRIVER=handler_table_test_unload
make_tmp

# More is said than the kernel's buffer may hold.
cat /dev/kmsg >"$TMP/kmsg" &
KMSG_PID=$!
dmesg() {
	sed -n 's/^\([0-9]*\),[^;]*;/<\1> /p' "$TMP/kmsg"
}

torture_cleanup() {
	touch "$TMP/stop"
	kill $KMSG_PID
	wait
	cleanup
}
trap torture_cleanup EXIT

count() {
	number_after "$1" /sys/module/$DRIVER/parameters/counts
}

come_and_go() {
	for _ in $(seq $((TORTURE / $(echo "$COPIES" | wc -w)))); do
		[ ! -e "$TMP/stop" ] && load "${DRIVER}_$1" &&
			rmmod "${DRIVER}_$1" || return 1
	done
}

all_come_and_go() {
	pids=
	for c in $COPIES; do
		come_and_go "$c" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || return 1
	done
}

# Every name that the driver has for one.
dispatched_everywhere() {
	for context in task softirq irq_work hrtimer nmi; do
		n=$(count $context)
		[ "${n:-1}" -gt 0 ] && continue
		echo "# none in $context on some CPU"
		return 1
	done
}

in_every_way() {
	for way in properly hurried forgetful; do
		[ "$(count $way)" -gt 0 ] || return 1
	done
}

reported_once() {
	echo "$LOG_MARK ends" >/dev/kmsg
	wait_for log_says "$LOG_MARK ends" || return 1
	reports=$(log | grep -c "handler_table: unload_.*: handle was forgotten by module ${DRIVER}_[a-h], removed")
	[ "$reports" = "$forgotten" ] && return
	echo "# $forgotten forgotten, $reports reported"
	return 1
}

all_empty() {
	awk '/^unload_/ { n++; used += $3 } END { exit n != 2 || used }' \
		"$DEBUGFS/handler_table/tables"
}

load handler_table
load $DRIVER
began=$(date +%s)
ktap_test_result "$TORTURE modules come and go" all_come_and_go
took=$(($(date +%s) - began))
ktap_test_result "in no more than $MAX_SECONDS s" [ $took -le $MAX_SECONDS ]
echo "# in $took s:" \
	"$(tr '\n' ' ' </sys/module/$DRIVER/parameters/counts)"
ktap_test_result "handlers ran in every context on every CPU" \
	dispatched_everywhere
ktap_test_result "modules went in every way" in_every_way
ktap_test_result "no handler outlived its module" [ "$(count violations)" = 0 ]
ktap_test_result "no handler is left" all_empty
forgotten=$(count forgotten)
rmmod $DRIVER handler_table
ktap_test_result "each forgotten handler was reported once" reported_once
ktap_test_result "the log is clean" log_is_clean "was forgotten by module"
ktap_finished
