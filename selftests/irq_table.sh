#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A table of interrupts: dispatched in hard interrupt context, and those without
# a handler are warned of, but not each time.

. ./functions.sh
irqs=$DEBUGFS/irq_table
MAX_COUNT=1000000

count() {
	number_after "$1" "$irqs/counters"
}

count_above() {
	[ "$(count "$1")" -gt "$2" ]
}

# adds NAME N TEXT: to write TEXT adds N to the number NAME, and to raised.
adds() {
	a=$(count "$1") b=$(count raised)
	echo "$3" >"$irqs/raise" &&
		[ "$(count "$1")" = $((a + $2)) ] && [ "$(count raised)" = $((b + $2)) ]
}

bad_input() {
	for text in '\n' '\0' ' ' x -1 1024 65536 4294967295 '32 0' '32 -1' \
		'32 1000001' '32 4294967295' ' 32' '32 ' '32  1' '32 1 ' \
		'32 1 1' '32,1' '32\t1' '32\n1' '0x20' '32 0x1' '32 x' 'x 1' \
		'32 1\n\n' '32\n\n' '++32' '32 ++1' 32.0 '1024 1' '32 %032d' '%032d' \
		'%05000d'; do
		printf '%s\n' "Invalid argument|$text"
	done
	for text in 4294967296 '32 4294967296' 99999999999999999999999; do
		echo "Numerical result out of range|$text"
	done
}

bad_input_is_refused() {
	a=$(cat "$irqs/counters")
	bad_input >"$TMP/bad"
	while IFS='|' read -r error text; do
		refuses "$error" "$irqs/raise" "$text" || return 1
	done <"$TMP/bad"
	[ "$a" = "$(cat "$irqs/counters")" ] && [ "$(wc -l <"$TMP/bad")" -gt 30 ]
}

books_are_exact() {
	awk '{ n[$1] = $2 } END {
		exit !(n["raised"] > 0 && n["raised"] == n["handled"] + n["unhandled"] &&
			n["handled"] == n["timer"] + n["uart"] && n["not_in_hardirq"] == 0)
	}' "$irqs/counters" && return
	sed 's/^/# /' "$irqs/counters"
	return 1
}

warnings() {
	log | grep -c 'irq_table: irq [0-9]* has no handler'
}

# The kernel's limit is ten in five seconds.
warned_of_but_limited() {
	n=$(warnings)
	echo "# $(count unhandled) interrupts without a handler, $n warnings"
	[ "$n" -ge 2 ] && [ "$n" -le 100 ] && [ "$(count unhandled)" -gt 1000 ]
}

# A long one notices a signal; the books say how far it came.
long_one_can_be_interrupted() {
	a=$(count uart)
	echo "EINTR 33 $MAX_COUNT" >"$TMP/long"
	./poke "$irqs/raise" <"$TMP/long" &
	pid=$!
	wait_for count_above uart "$a" || return 1
	# A file is open: the module stays.
	refused rmmod irq_table || return 1
	# The shell has its background jobs ignore SIGINT, but not this one.
	kill -USR1 "$pid" && wait "$pid" && [ "$(count uart)" -lt $((a + MAX_COUNT)) ]
}

# Four at the same time, and the timer.
raise_at_the_same_time() {
	a=$(count uart) pids=
	for _ in 1 2 3 4; do
		echo "33 2000" >"$irqs/raise" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || return 1
	done
	[ "$(count uart)" = $((a + 8000)) ]
}

# ktap_test_result takes words apart.
timer_is_handled() {
	adds timer 1 32
}
uart_is_handled() {
	adds uart 100 "33 100"
}
first_is_unhandled() {
	adds unhandled 1 0
}
last_is_unhandled() {
	adds unhandled 1 1023
}
flood_is_unhandled() {
	adds unhandled 5000 "700 5000"
}
handled_is_not_warned_of() {
	refused log_says 'irq 3[23] has no'
}
last_is_warned_of() {
	log_says 'irq_table: irq 1023 has no handler'
}
counters_are_read_only() {
	refuses "Invalid argument" "$irqs/counters" 1
}
log_has_only_warnings() {
	log_is_clean 'irq_table: irq [0-9]* has no handler|serve_irq: [0-9]* callbacks suppressed'
}

reload() {
	for _ in $(seq 10); do
		load irq_table tick_ms=1 && wait_for count_above timer 3 &&
			books_are_exact && rmmod irq_table || return 1
	done
}

setup 19
make_tmp
load handler_table
# No tick at first: then it is still but for what we raise.
ktap_test_result "loads" load irq_table tick_ms=0
ktap_test_result "nothing happens by itself" [ "$(count raised)" = 0 ]
ktap_test_result "the timer is handled" timer_is_handled
ktap_test_result "the UART is handled, a hundred times" uart_is_handled
ktap_test_result "the first number has no handler" first_is_unhandled
ktap_test_result "the last number has no handler" last_is_unhandled
ktap_test_result "a warning tells the number" last_is_warned_of
ktap_test_result "a handled one is not warned of" handled_is_not_warned_of
ktap_test_result "bad input is refused and changes nothing" bad_input_is_refused
ktap_test_result "a flood without a handler" flood_is_unhandled
ktap_test_result "is warned of, but not each time" warned_of_but_limited
ktap_test_result "raise cannot be read" refused cat "$irqs/raise"
ktap_test_result "counters cannot be written" counters_are_read_only
ktap_test_result "many at the same time" raise_at_the_same_time
ktap_test_result "a long one can be interrupted" long_one_can_be_interrupted
ktap_test_result "all of it in hard interrupt context, the books are exact" books_are_exact
rmmod irq_table
ktap_test_result "ten times unloaded while the timer ticks" reload
ktap_test_result "all gone" [ ! -e "$irqs" ]
rmmod handler_table
ktap_test_result "the log is clean but for the warnings" \
	log_has_only_warnings
ktap_finished
