#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What operators see and poke: every file read and written, well and badly, in
# use while its table or module goes. See modules/handler_table_test_debugfs.c.

. ./functions.sh
setup 39
make_tmp
TEST=handler_table_test_debugfs
ROOT=$DEBUGFS/handler_table
OPEN=$ROOT/test_open
MILLION=1000000

# Whatever a failed case left behind; cleanup comes last.
stop_all() {
	# shellcheck disable=SC2046 # a list
	kill -KILL $(jobs -p) 2>/dev/null
	exec 5<&- 6<&- 7<&-
	chmod 700 "$DEBUGFS"
	cleanup
}
trap stop_all EXIT

# is TEXT COMMAND...: is that all that it prints? Only for use in functions:
# ktap_test_result takes its arguments apart at blanks.
is() {
	expected=$1
	shift
	got=$("$@")
	[ "$got" = "$expected" ] && return
	echo "$got" | sed 's/^/# got: /' | head -n 20
	return 1
}

# write FILE CASE...: each case a line for poke.
write() {
	file=$1
	shift
	printf '%s\n' "$@" | ./poke "$file"
}

# calls IDX: of the handlers in test_open.
calls() {
	awk -v i="$1" '$1 == i { print $2 }' "$DEBUGFS/$TEST/calls"
}

calls_above() {
	[ "$(calls "$1")" -gt "$2" ]
}

# Whatever an operator could have changed.
state() {
	cat "$ROOT/tables" "$ROOT"/*/slots "$DEBUGFS/$TEST/calls" | md5sum
}

# changes_nothing COMMAND...
changes_nothing() {
	before=$(state)
	"$@" && [ "$before" = "$(state)" ]
}

ktap_test_result "no tables, no module" [ ! -e "$ROOT" ]
load handler_table
only_tables() {
	is "stress
tables" ls "$ROOT" && is "" cat "$ROOT/tables"
}
ktap_test_result "no tables yet" only_tables
load "$TEST"

# tables and slots

tables() {
	is "test_open 16 4 $TEST
test_closed 8 3 $TEST
test_big 65536 65536 $TEST
test_huge 1048576 4 $TEST" cat "$ROOT/tables"
}
ktap_test_result "tables are listed" tables
open_slots() {
	is "0 count_call $TEST
3 count_call $TEST
7 count_slowly $TEST
15 count_call $TEST" cat "$OPEN/slots"
}
ktap_test_result "slots of a table" open_slots
closed_slots() {
	is "2 count_call $TEST
4 vfree -
5 ? ?" cat "$ROOT/test_closed/slots"
}
ktap_test_result "slots with a handler of the kernel, and of nobody" closed_slots
huge_slots() {
	is "0 count_slowly $TEST
65535 count_slowly $TEST
65536 count_slowly $TEST
1048575 count_slowly $TEST" cat "$ROOT/test_huge/slots"
}
ktap_test_result "slots of the largest table" huge_slots

big_slots() {
	awk -v m="$TEST" '$1 != NR - 1 || $2 != "count_call" || $3 != m || NF != 3 {
		exit 1
	} END { exit NR != 65536 }' "$ROOT/test_big/slots"
}
ktap_test_result "65,536 occupied slots" big_slots

# pieces SIZE FILE: is it the same when it is read in pieces?
pieces() {
	is "$(cat "$2")" dd bs="$1" if="$2" 2>/dev/null
}
ktap_test_result "read byte by byte" pieces 1 "$OPEN/slots"
ktap_test_result "read in odd pieces" pieces 7 "$ROOT/tables"

offsets() {
	for offset in 1 100 4095 4096 1048576 0x7fffffff 0xffffffff \
		0x10000000000 0x7ffffffffffff000; do
		for file in "$ROOT/tables" "$OPEN/slots" "$ROOT/test_huge/slots"; do
			./poke -o "$offset" -r "$file" ok || return 1
		done
	done
}
ktap_test_result "read from anywhere" offsets
no_addresses() {
	! cat "$ROOT/tables" "$ROOT"/*/slots | grep -E '0x|[0-9a-f]{8}'
}
ktap_test_result "no address is shown" no_addresses

packets() {
	load packet_demux && load packet_count &&
		is "packet_demux 256 3 packet_demux" grep packet_demux "$ROOT/tables" &&
		is "1 count_packet packet_count
6 count_packet packet_count
17 count_packet packet_count" cat "$ROOT/packet_demux/slots" &&
		rmmod packet_count && is "" cat "$ROOT/packet_demux/slots" &&
		rmmod packet_demux && [ ! -e "$ROOT/packet_demux" ]
}
ktap_test_result "another module's table, and handlers of a third" packets

# Who may

list_modes() {
	stat -c '%a %u %n' "$ROOT/tables" "$ROOT"/*/* | sed "s|$ROOT/||"
}
modes() {
	is "400 0 tables
400 0 test_big/slots
600 0 test_big/stats
400 0 test_closed/slots
600 0 test_closed/stats
400 0 test_huge/slots
600 0 test_huge/stats
200 0 test_open/dispatch
400 0 test_open/slots
600 0 test_open/stats" list_modes
}
ktap_test_result "files are root's, dispatch is where it is allowed" modes
unprivileged() {
	# Else the way there would be barred already.
	chmod 755 "$DEBUGFS"
	./poke -u 65534 -r "$ROOT/tables" EACCES &&
		./poke -u 65534 -r "$OPEN/slots" EACCES &&
		! echo 'ok 3' | ./poke -u 65534 "$OPEN/dispatch" >/dev/null
	ret=$?
	chmod 700 "$DEBUGFS"
	return $ret
}
ktap_test_result "nobody else may" changes_nothing unprivileged

# dispatch, well

good() {
	write "$OPEN/dispatch" 'ok 3' 'ok 3\n' 'ok 3 1' 'ok 3 1\n' 'ok 03 001\n' \
		'ok 0 17' 'ok 15 1000' 'ok 000000000000000000000003 000100' \
		'ok 15 1000000' 'ok 7 10' &&
		echo 0 >"$OPEN/dispatch" && echo 0 2 >>"$OPEN/dispatch" &&
		is "20 105 10 1001000" echo "$(calls 0) $(calls 3) $(calls 7) $(calls 15)"
}
ktap_test_result "dispatches are done, as often as was asked for" good
ktap_test_result "with no argument" is 0 calls arguments

# dispatch, badly

bad() {
	./poke "$OPEN/dispatch" <debugfs_dispatch.cases
}
ktap_test_result "bad commands" changes_nothing bad
bad_elsewhere() {
	for offset in 1 4096 0x7ffffffffffff000; do
		./poke -o $offset "$OPEN/dispatch" <debugfs_dispatch.cases || return 1
	done
}
ktap_test_result "bad commands, anywhere in the file" \
	changes_nothing bad_elsewhere
empty() {
	write "$OPEN/dispatch" 'EINVAL '
}
ktap_test_result "an empty command" changes_nothing empty

# bytes BEFORE AFTER FINE...: each but digits, and those that are FINE, between.
bytes() {
	awk -v before="$1" -v after="$2" -v fine="$3" 'BEGIN {
		for (i = 0; i < 256; i++)
			if ((i < 48 || i > 57) && !index(fine, sprintf("<%d>", i)))
				printf "EINVAL %s\\x%02x%s\n", before, i, after
	}' | ./poke "$OPEN/dispatch"
}
each_byte() {
	bytes "" "" "" && bytes "" 3 "" && bytes 3 "" "<10>" &&
		bytes 3 1 "<32>" && bytes "3 " 1 "" && bytes "3 1" "" "<10>"
}
ktap_test_result "each byte in each place" changes_nothing each_byte

# 32 bytes and more, up to several pages.
long_commands() {
	awk 'BEGIN {
		for (n = 32; n < 20000; n = int(n * 1.3)) {
			zeros = sprintf("%0" n - 1 "d", 0)
			print "EINVAL " zeros "3"
			print "EINVAL 3 " zeros "1"
			print "EINVAL 3\\n" zeros
			gsub("0", "\\x00", zeros)
			print "EINVAL 3" zeros
			gsub("00", "41", zeros)
			print "EINVAL " zeros
		}
	}' | ./poke "$OPEN/dispatch"
}
ktap_test_result "long commands" changes_nothing long_commands

wrong_way() {
	./poke -r "$OPEN/dispatch" EINVAL &&
		write "$ROOT/tables" 'EINVAL 1' 'EINVAL test_open' &&
		write "$OPEN/slots" 'EINVAL 1' 'EINVAL 3 vfree' 'EINVAL \n'
}
ktap_test_result "writing what is to be read, and reading" \
	changes_nothing wrong_way
no_new_files() {
	! mkdir "$ROOT/new" 2>/dev/null && ! mkdir "$OPEN/new" 2>/dev/null &&
		! rm "$OPEN/slots" 2>/dev/null && ! rmdir "$OPEN" 2>/dev/null &&
		! mv "$OPEN" "$ROOT/other" 2>/dev/null &&
		! (: >"$ROOT/test_closed/dispatch") 2>/dev/null
}
ktap_test_result "no files come or go" changes_nothing no_new_files

# Long commands

# poke_slowly EXPECTED: in the background, until it is under way.
poke_slowly() {
	was=$(calls 7)
	echo "$1 7 $MILLION" >"$TMP/slowly"
	./poke "$OPEN/dispatch" <"$TMP/slowly" &
	slowly=$!
	wait_for calls_above 7 "$((was + 10))"
}
interrupted() {
	poke_slowly EINTR && kill -USR1 $slowly && wait $slowly &&
		[ "$(calls 7)" -lt $((was + MILLION)) ]
}
ktap_test_result "a signal interrupts" interrupted
killed() {
	poke_slowly ok && kill -KILL $slowly
	wait $slowly 2>/dev/null
	[ $? = 137 ] && [ "$(calls 7)" -lt $((was + MILLION)) ]
}
ktap_test_result "a fatal signal kills" killed
readable() {
	poke_slowly EINTR && is 4 grep -c . "$ROOT/test_huge/slots" &&
		is "test_open 16 4 $TEST" grep test_open "$ROOT/tables" &&
		calls_above 7 "$was" && kill -USR1 $slowly && wait $slowly
}
ktap_test_result "and tables can be read meanwhile" readable

# Tables that go

gone_under_dispatch() {
	poke_slowly EIO && rmmod "$TEST" && wait $slowly
}
ktap_test_result "unloading the owner ends a dispatch" gone_under_dispatch

load "$TEST"
exec 5<"$OPEN/slots" 6>"$OPEN/dispatch" 7<"$ROOT/tables"
./poke -r @5 ok
ktap_test_result "files that are held open do not hold the owner" rmmod "$TEST"
ktap_test_result "but there is nothing to read in them any more" \
	./poke -r @5 EIO
held_dispatch() {
	write @6 'EIO 3' 'EIO 3 1000' 'EIO 16' 'EIO x'
}
ktap_test_result "nor to be dispatched" held_dispatch
held_tables() {
	is "" cat <&7
}
ktap_test_result "the list of tables is empty" held_tables
ktap_test_result "and the module cannot go while they are open" \
	refused rmmod handler_table
load "$TEST"
held_still() {
	./poke -r @5 EIO && held_dispatch && [ "$(calls 3)" = 0 ]
}
ktap_test_result "the same name anew does not bring them back" held_still
exec 5<&- 6<&- 7<&-

# forever COMMAND...: whatever comes of it.
forever() {
	# Between two commands: none is left behind with a file open.
	trap exit TERM
	while :; do
		"$@"
	done >/dev/null 2>&1
}
# dispatch_some: long enough to be in the way of those who unpublish.
dispatch_some() {
	(echo 7 100 >"$OPEN/dispatch") 2>/dev/null
}
busy() {
	forever cat "$OPEN/slots" "$ROOT/tables" "$ROOT/test_huge/slots" &
	reader=$!
	forever dispatch_some &
	writer=$!
	"$@"
	ret=$?
	kill $reader $writer
	wait
	return $ret
}
# is_at_work PID: it has been in the kernel for some tenths of a second.
is_at_work() {
	awk '{ exit !($15 > 20) }' "/proc/$1/stat"
}
# Two tables of one name come and go: never is there a directory too many,
# which debugfs would complain of.
rivals() {
	echo "EINTR $MILLION$MILLION" >"$TMP/rounds"
	./poke "$DEBUGFS/$TEST/republish_twin" <"$TMP/rounds" &
	twin=$!
	# To the end: the twin alone would be through long before.
	wait_for is_at_work $twin && echo 300 >"$DEBUGFS/$TEST/republish_own" &&
		kill -USR1 $twin && wait $twin &&
		is "test_open 16 4 $TEST" grep test_open "$ROOT/tables"
}
ktap_test_result "one name, two tables that come and go" busy rivals
# While somebody is in one of its files the directory stays, and so the name is
# not to be had, although the table is not listed any more.
name_is_kept() {
	was=$(calls 7)
	echo Y >"$DEBUGFS/$TEST/hold"
	echo "EIO 7 2" >"$TMP/held"
	./poke "$OPEN/dispatch" <"$TMP/held" &
	held=$!
	wait_for calls_above 7 "$was" || return 1
	echo 1 >"$DEBUGFS/$TEST/republish_own" &
	own=$!
	wait_for refused grep test_open "$ROOT/tables" &&
		echo 1 >"$DEBUGFS/$TEST/republish_twin" &&
		# Else nothing was tried: it was over already.
		[ -d "$OPEN" ] && refused grep test_open "$ROOT/tables"
}
let_go() {
	"$@"
	ret=$?
	echo N >"$DEBUGFS/$TEST/hold"
	wait "$held" && wait "$own" && [ $ret = 0 ] &&
		refused log_says "already present" &&
		is "test_open 16 4 $TEST" grep test_open "$ROOT/tables"
}
ktap_test_result "a name is taken until the last user has gone" \
	let_go name_is_kept
# Both give up when they are told to, in the middle of very many rounds.
republish_stops() {
	for file in republish_own republish_twin; do
		echo "EINTR $MILLION$MILLION" >"$TMP/rounds"
		./poke "$DEBUGFS/$TEST/$file" <"$TMP/rounds" &
		wait_for is_at_work $! && kill -USR1 $! && wait $! || return 1
	done
	is "test_open 16 4 $TEST" grep test_open "$ROOT/tables"
}
ktap_test_result "a signal ends that" republish_stops
reloads() {
	for _ in $(seq 20); do
		rmmod "$TEST" && load "$TEST" || return 1
	done
}
ktap_test_result "the owner comes and goes while its files are used" busy reloads

unload() {
	rmmod "$TEST" && only_tables && rmmod handler_table &&
		[ ! -e "$ROOT" ]
}
ktap_test_result "all is gone in the end" unload
ktap_test_result "the log is clean" log_is_clean
ktap_finished
