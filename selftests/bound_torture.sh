#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Bound handlers are swapped for new ones, and the old ones freed, while they are
# dispatched in several contexts: a function never sees another's context, nor
# one that is gone. See modules/bound_main.c. CHANGES is how many are put in.
#
# The same without the wait before a context is poisoned has to be seen, and ends
# when it is: or nothing would be proven by having seen nothing.

. ./functions.sh
setup 9
CHANGES=${CHANGES:-200000}
TEST=handler_table_test_bound
TABLE=handler_table_test_letters

count() {
	number_after "$1" /sys/module/$TEST/parameters/counts
}

# torture PARAMETER...: looks at what is in the slots meanwhile. Leaves in $seen
# how often that was a handler, in $strange what else.
torture() {
	seen=0
	strange=
	load $TEST "$@" &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		slots=$(cat "$DEBUGFS/handler_table/$TABLE/slots" 2>/dev/null)
		[ -z "$slots" ] || seen=$((seen + 1))
		: "${strange:=$(echo "$slots" | grep -vE "$KNOWN")}"
	done
	wait $pid
}
KNOWN="^\$|^[01] (red|blue)_is_intact $TEST\$"

ran_everywhere() {
	for context in task softirq hardirq; do
		[ "$(count $context)" -gt 0 ] || return 1
	done
	[ "$(count wrong_context)" = 0 ]
}

books_balance() {
	n=$(count put_in)
	[ "$n" -gt 0 ] && [ "$(count taken_out)" = "$n" ] &&
		[ "$(count freed)" = "$n" ]
}

load handler_table
began=$(date +%s)
ktap_test_result "$CHANGES handlers are put in" \
	torture changes="$CHANGES" seconds=3000
echo "# in $(($(date +%s) - began)) s:" \
	"$(tr '\n' ' ' </sys/module/$TEST/parameters/counts)"
ktap_test_result "handlers ran in every context" ran_everywhere
ktap_test_result "each had its own context, and none was gone" \
	[ "$(count broken)" = 0 ]
ktap_test_result "all that were put in were freed" books_balance
ktap_test_result "debugfs showed them" [ "$seen" -gt 0 ]
ktap_test_result "and nothing else${strange:+: $strange}" [ -z "$strange" ]
rmmod $TEST

ktap_test_result "handlers are put in without a wait" \
	torture changes=$((CHANGES * 5)) seconds=3000 hasty=1
echo "# $(tr '\n' ' ' </sys/module/$TEST/parameters/counts)"
ktap_test_result "which is seen" [ "$(count broken)" -gt 0 ]
rmmod $TEST handler_table
ktap_test_result "the log is clean" log_is_clean
ktap_finished
