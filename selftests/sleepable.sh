#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Handlers that sleep: operators run them; a module that goes while one of its
# handlers sleeps is waited for, whatever it forgot; who has nothing to do with
# them does not wait. And descriptors that are exchanged all the time beneath
# handlers that sleep: RUNS of them. See modules/handler_table_test_sleepable.c.

. ./functions.sh

RUNS=${RUNS:-5000}
MAIN=handler_table_test_sleepable
CLIENT=${MAIN}_client
PARAMETERS=/sys/module/$CLIENT/parameters
TABLE=$DEBUGFS/handler_table/sleepable

count() {
	number_after "$1" /sys/module/$MAIN/parameters/counts
}

asleep() {
	grep -qx Y $PARAMETERS/asleep
}

# Runs the handler in the background, and comes back when it sleeps.
send_to_sleep() {
	echo 0 >"$TABLE/dispatch" &
	sleeper=$!
	wait_for asleep
}

client_says() {
	log | sed -n "s/^.* $CLIENT: //p" | tail -n "$1"
}

says_it_goes() {
	client_says 1 | grep -q '^going '
}

# Each of its lives ends with the handler through, and rmmod only after that. The
# handler sleeps until it is let go, so that a slow machine misses nothing of it; a
# rmmod that does not wait has the time to be done, and then nobody can let it go.
goes() {
	load $CLIENT how="$1" hold=1 && send_to_sleep || return 1
	rmmod $CLIENT &
	leaver=$!
	wait_for says_it_goes && sleep 1 && echo 0 >$PARAMETERS/hold &&
		wait "$leaver" || return 1
	client_says 2 >"$TMP/said"
	wait "$sleeper" &&
		printf '%s\n' "going $1, the handler is asleep" \
			"the handler is through" | diff - "$TMP/said"
}

forgotten() {
	goes forgetful &&
		log_says "handler_table: sleepable\[0\]: doze was forgotten by module $CLIENT, removed" &&
		[ ! -s "$TABLE/slots" ]
}

operator_waits() {
	load $CLIENT && echo 0 >"$TABLE/dispatch" && ! asleep &&
		[ "$(client_says 1)" = "the handler is through" ] &&
		rmmod $CLIENT
}

# Another module's handlers, removed and waited for, while this one sleeps.
stranger_does_not_wait() {
	load example && rmmod example && asleep
}

# The module goes when its handler is through, and not before.
ends_when_let_go() {
	is_loaded $CLIENT && asleep && echo 0 >$PARAMETERS/hold &&
		wait "$sleeper" && wait "$leaver" && ! is_loaded $CLIENT
}

slots_show_functions() {
	cut -d ' ' -f 2- "$DEBUGFS/handler_table/parcels/slots" | sort -u >"$TMP/slots"
	[ -s "$TMP/slots" ] && ! grep -vE "^inspect_[ab] $MAIN\$" "$TMP/slots"
}

enough() {
	[ "$(count runs)" -ge "$RUNS" ] && [ "$(count swaps)" -ge "$RUNS" ]
}

some_bad() {
	[ "$(count bad)" -gt 0 ]
}

setup 12
make_tmp
load handler_table
load $MAIN
ktap_test_result "an operator runs a handler that sleeps" operator_waits
ktap_test_result "its module waits for it" goes properly
ktap_test_result "a module that does not wait is waited for" goes hurried
ktap_test_result "a handler that is forgotten while it sleeps, too" forgotten
load $CLIENT hold=1
send_to_sleep
ktap_test_result "plain handlers do not wait for one that sleeps" \
	stranger_does_not_wait
rmmod $CLIENT &
leaver=$!
ktap_test_result "who has waited for one for long says so" wait_for log_says \
	"handler_table: have been waiting for handlers that sleep for 10 s\$"
ktap_test_result "the wait ends with the handler" ends_when_let_go
ktap_test_result "slots show the functions behind descriptors" \
	wait_for slots_show_functions
ktap_test_result "$RUNS handlers and swaps" wait_for enough
ktap_test_result "no descriptor was spoilt under a handler" [ "$(count bad)" = 0 ]
echo "# $(count runs) handlers, $(count swaps) swaps"
rmmod $MAIN
load $MAIN broken=1
ktap_test_result "without the wait they are" wait_for some_bad
rmmod $MAIN handler_table
ktap_test_result "the log is clean" log_is_clean \
	"was forgotten by module|have been waiting for handlers that sleep"
ktap_finished
