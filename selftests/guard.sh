#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What a module forgets when it goes is put right, each thing with a line in
# the log, and a module that forgot nothing does not wait. The mistakes are those
# of modules/guard_client.c, in the tables of handler_table_test_guard.

. ./functions.sh
setup 20
make_tmp
CLIENT=handler_table_test_guard
HOST=/sys/module/$CLIENT/parameters
load handler_table
load $CLIENT

host() {
	cat "$HOST/$1"
}

host_says() {
	[ "$(host "$1")" = "$2" ]
}

# come COPY HOW [SLOT]: a copy of the client is loaded.
come() {
	load "${CLIENT}_$1" how="$2" slot="${3:-0}"
}

go() {
	rmmod "${CLIENT}_$1"
}

come_and_go() {
	come "$@" && go "$1"
}

# said: what the guard has said since it was asked before.
said_before=0
said() {
	log | sed -n 's/^.*handler_table: \(.* by module .*\)/\1/p' >"$TMP/said"
	tail -n +$((said_before + 1)) "$TMP/said"
	said_before=$(wc -l <"$TMP/said")
}

# says LINE...: exactly that, in any order. Called in the test's own shell.
says() {
	printf '%s\n' "$@" | sed '/^$/d' | sort >"$TMP/expected"
	said >"$TMP/new"
	sort "$TMP/new" | diff "$TMP/expected" - >"$TMP/diff" && return
	sed 's/^/# /' "$TMP/diff"
	return 1
}

# slots TABLE: "index symbol" of those in use, but not the busy one.
slots() {
	awk '{ print $1, $2 }' "$DEBUGFS/handler_table/$1/slots"
}

has_slots() {
	[ "$(slots "$1" | tr '\n' ',')" = "$2" ] && return
	slots "$1" | sed "s/^/# $1: /"
	return 1
}

is_empty() {
	has_slots "$1" ""
}

finds_nothing() {
	refuses ENOENT\|"No such file or directory" \
		"$DEBUGFS/handler_table/guard_first/dispatch" "$1"
}

not_published() {
	! grep -q "^$1 " "$DEBUGFS/handler_table/tables" &&
		[ ! -e "$DEBUGFS/handler_table/$1" ]
}

forgets_one() {
	come_and_go a forget 3 && is_empty guard_first && finds_nothing 3 &&
		says "guard_first[3]: handle was forgotten by module ${CLIENT}_a, removed"
}
ktap_test_result "a forgotten handler is removed, and reported once" forgets_one

forgets_several() {
	come b several 8 && come a several 3 && go a || return 1
	set --
	for i in 3 4 5; do
		for t in guard_first guard_second; do
			set -- "$@" "${t}[$i]: handle was forgotten by module ${CLIENT}_a, removed"
		done
	done
	says "$@"
}
strangers_stay() {
	for t in guard_first guard_second; do
		has_slots $t "8 handle,9 handle,10 handle," || return 1
	done
}
ktap_test_result "so are several in several tables" forgets_several
ktap_test_result "those of another module stay" strangers_stay
ktap_test_result "a table that is not published is left alone" \
	host_says hidden 2
go b
said >/dev/null

init_fails() {
	refused come a fail 3 && is_empty guard_first && finds_nothing 3 ||
		return 1
	set --
	for _ in $(seq "$(log | grep -c "${CLIENT}_a: init fails")"); do
		set -- "$@" "guard_first[3]: handle was forgotten by module ${CLIENT}_a, removed"
	done
	[ $# -gt 0 ] && says "$@"
}
ktap_test_result "a module whose init fails forgets, too" init_fails

in_init_text() {
	come a init_text 3 && is_empty guard_first && finds_nothing 3 &&
		says "guard_first[3]: handle_early was forgotten by module ${CLIENT}_a, removed" &&
		go a && says ""
}
ktap_test_result "a handler in __init text is gone before that is" in_init_text

leaves_static() {
	come_and_go a static && not_published guard_static &&
		says "guard_static[0]: handle was forgotten by module ${CLIENT}_a, removed" \
		"guard_static: was left published by module ${CLIENT}_a, unpublished"
}
ktap_test_result "a static table is unpublished" leaves_static

is_unloading() {
	grep -q "^$1 .* Unloading " /proc/modules
}

# An operator's handler keeps the other module from getting on with unpublishing.
is_unpublished_meanwhile() {
	come a handed_over && echo Y >"$HOST/occupy" || return 1
	echo 0 >"$DEBUGFS/handler_table/guard_static/dispatch" &
	operator=$!
	wait_for host_says running 1
	echo Y >"$HOST/unpublish"
	wait_for refused grep -q "^guard_static " "$DEBUGFS/handler_table/tables"
	go a &
	owner=$!
	verdict=0
	if ! wait_for is_unloading ${CLIENT}_a || ! sleep 1 ||
		! is_unloading ${CLIENT}_a || ! host_says unpublish Y; then
		echo "# running $(cat "$HOST/running"), unpublish $(cat "$HOST/unpublish")"
		grep "^${CLIENT}_a " /proc/modules | sed 's/^/# /'
		verdict=1
	fi
	echo N >"$HOST/occupy"
	wait $owner && wait_for host_says unpublish N && says "" || verdict=1
	# Cut short, as it is to be.
	wait $operator
	return $verdict
}
ktap_test_result "one that another is unpublishing is waited for" \
	is_unpublished_meanwhile

leaves_allocated() {
	come a allocated && host_says adopted Y && go a &&
		not_published guard_allocated &&
		says "guard_allocated[0]: handle was forgotten by module ${CLIENT}_a, removed" \
		"guard_allocated: was left published by module ${CLIENT}_a, unpublished"
}
ktap_test_result "so is an allocated one" leaves_allocated
ktap_test_result "its memory is still there, and no handler in it" \
	host_says adopted N

puts_itself_back() {
	come_and_go a put_back && is_empty guard_first &&
		host_says running 0 || return 1
	line="guard_first[15]: put_back was forgotten by module ${CLIENT}_a, removed"
	# How often depends on when it is dispatched; once would show nothing.
	said >"$TMP/new"
	[ "$(wc -l <"$TMP/new")" -ge 2 ] && ! grep -qvxF "$line" "$TMP/new"
}
ktap_test_result "one that puts itself back while it runs is removed again" \
	puts_itself_back

many_at_a_time() {
	set --
	slot=0
	# The table that is not published still has what was forgotten in 3 and 8.
	for c in a b c; do
		come $c several $slot || return 1
		for t in guard_first guard_second; do
			for i in 0 1 2; do
				set -- "$@" "${t}[$((slot + i))]: handle was forgotten by module ${CLIENT}_$c, removed"
			done
		done
		slot=$((slot + 5))
	done
	pids=
	for c in a b c; do
		go $c &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || return 1
	done
	is_empty guard_first && is_empty guard_second && says "$@"
}
ktap_test_result "modules that go at the same time" many_at_a_time

in_a_hurry() {
	come_and_go a hurry && host_says running 0 && says ""
}
for round in 1 2 3; do
	ktap_test_result "a handler that still runs is waited for, $round" in_a_hurry
done

# One module that has to wait shows that no grace period ends meanwhile.
does_not_wait() {
	come b "$1" 3 && come a unwaited 4 || return 1
	echo Y >"$HOST/hog"
	wait_for host_says hogging Y
	go a &
	guilty=$!
	wait_for is_unloading ${CLIENT}_a
	go b &
	innocent=$!
	wait_for is_gone ${CLIENT}_b && is_unloading ${CLIENT}_a
	verdict=$?
	echo N >"$HOST/hog"
	wait $guilty && wait $innocent && says "" && return $verdict
}
for how in never synchronized removed_sync called; do
	what="a module that forgot nothing does not wait: $how"
	if [ "$(host tasks_rcu)" = Y ]; then
		ktap_test_result "$what" does_not_wait $how
	else
		# The loader itself waits for RCU whenever a module goes.
		ktap_test_skip "$what: nobody could tell"
	fi
done

expect="was forgotten by module|was left published by module"
# Where all is slow, the wait for the one that holds up the others is long.
expect="$expect|have been waiting for handlers|held up by task"
rmmod $CLIENT handler_table
ktap_test_result "the log is clean" log_is_clean "$expect"
ktap_finished
