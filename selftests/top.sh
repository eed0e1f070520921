#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What handler_table-top shows of real tables, as text and on a terminal: a virtual
# console, the screen of which can be read.

. ./functions.sh
ROOT=$DEBUGFS/handler_table
TTY=/dev/tty1
SCREEN=/dev/vcs1
# Can be written only, whoever asks.
UNREADABLE=/sys/bus/cpu/drivers_probe
VIEWER=

top_once() {
	./handler_table-top -b -n 1 "$@"
}

# stop_all: also what a failed case left behind.
stop_all() {
	[ -z "$VIEWER" ] || kill "$VIEWER"
	cleanup
}

# fails_with TEXT COMMAND...: and says nothing else.
fails_with() {
	text=$1
	shift
	said=$("$@" 2>&1) && return 1
	[ "$said" = "handler_table-top: $text" ] && return
	echo "# $said"
	return 1
}

# row TABLE: what was shown of it last, on stdin, in words.
row() {
	awk -v t="$1" '$1 == t && $2 ~ "/" { last = $0 } END { $0 = last; $1 = $1; print }'
}

# rows_are EXPECTED COMMAND...: regular expressions, one for each line, in order.
rows_are() {
	expected=$1
	shift
	got=$("$@" | sed 's/  */ /g')
	{
		echo "$expected"
		echo "$got"
	} | awk -v n="$(echo "$expected" | wc -l)" '
		NR <= n { expected[NR] = $0; next }
		$0 !~ "^" expected[NR - n] "$" { bad = 1 }
		END { exit bad || NR != 2 * n }' && return
	echo "$got" | sed 's/^/# got: /'
	return 1
}

not_loaded() {
	fails_with "handler_table is not loaded: there is no $ROOT/tables" top_once
}
no_such_folder() {
	fails_with "handler_table is not loaded: there is no /nowhere/tables" \
		top_once -d /nowhere
}
# As on a kernel that is locked down, also from a certain moment on.
LOCKED="the tables cannot be read: is the kernel locked down?"
# A kernel that is locked down lets nobody open files that could be written, too.
no_statistics() {
	mkdir -p "$TMP/half/a" && echo 'a 4 1 none' >"$TMP/half/tables" &&
		ln -s $UNREADABLE "$TMP/half/a/stats" &&
		top_once -d "$TMP/half" >"$TMP/shown" && grep -qF "$LOCKED" "$TMP/shown"
}
not_even_root() {
	mkdir "$TMP/locked" "$TMP/soon" && : >"$TMP/soon/tables" &&
		ln -s $UNREADABLE "$TMP/locked/tables" &&
		fails_with "$LOCKED" top_once -d "$TMP/locked" || return
	./handler_table-top -b -n 0.1 -c 1000 -d "$TMP/soon" >"$TMP/shown" &
	viewer=$!
	wait_for grep -q '^no tables' "$TMP/shown" &&
		ln -sf $UNREADABLE "$TMP/soon/tables" &&
		wait_for grep -qF "$LOCKED, " "$TMP/shown"
	status=$?
	kill "$viewer"
	return $status
}
bad_options() {
	fails_with "-n 0: that is no number of seconds" ./handler_table-top -n 0 &&
		fails_with "-c x: that is no number of times" ./handler_table-top -c x &&
		! ./handler_table-top -x 2>/dev/null && ! ./handler_table-top x 2>/dev/null
}

no_tables() {
	rows_are "no tables are published, every 1 s, [0-9:]*" top_once
}

OFF="- - - - -"
shows_off() {
	rows_are "5 tables, 65550 of 1114392 slots in use, .*
TABLE USED/SLOTS DISPATCH/s EMPTY/s P50 P99 SWAPS LAST SWAP
packet_demux 3/256 off $OFF
test_open 4/16 off $OFF
test_closed 3/8 off $OFF
test_big 65536/65536 off $OFF
test_huge 4/1048576 off $OFF
off: nothing is counted, see -s" top_once
}

all_off() {
	for file in "$ROOT"/*/stats; do
		[ "$(cat "$file")" = off ] || return 1
	done
}

counts() {
	top_once -s -c 2 >"$TMP/shown"
	row packet_demux <"$TMP/shown" >"$TMP/row"
	# The flood is handled, nothing is swapped.
	grep -qE '^packet_demux 3/256 [0-9.]+[kM]? 0 [0-9.]+(ns|us|ms) [0-9.]+(ns|us|ms) 0 -$' \
		"$TMP/row" && return
	sed 's/^/# /' "$TMP/shown"
	return 1
}

busiest_first() {
	[ "$(awk 'NR == 3 { print $1 }' "$TMP/shown")" = packet_demux ]
}

says_what_cannot_be_counted() {
	grep -qx 'test_huge cannot be counted: Argument list too long' "$TMP/shown" &&
		[ "$(row test_huge <"$TMP/shown")" = "test_huge 4/1048576 off $OFF" ]
}

# counted: how many dispatches of packet_demux in how many milliseconds.
counted() {
	awk '/^(since_ms|dispatches) / { n[$1] = $2 }
		END { print n["dispatches"], n["since_ms"] }' "$ROOT/packet_demux/stats"
}

# rate_is_true: at first that since they are counted, which is between what is read
# before and afterwards, but for the digits that are not shown; then that of 3 s. In
# these the flood may be faster or slower than around them.
rate_is_true() {
	echo 1 >"$ROOT/packet_demux/stats" && sleep 3 && from=$(counted) &&
		./handler_table-top -b -n 3 -c 2 >"$TMP/shown" && to=$(counted)
	status=$?
	echo 0 >"$ROOT/packet_demux/stats"
	[ $status = 0 ] && echo "$from $to" | cat - "$TMP/shown" | awk '
		function number(shown) {
			return shown * (shown ~ /k$/ ? 1e3 : shown ~ /M$/ ? 1e6 : 1)
		}
		NR == 1 {
			least = $1 * 1e3 / $4
			most = $3 * 1e3 / $2
			about = ($3 - $1) * 1e3 / ($4 - $2)
		}
		$1 == "packet_demux" { shown[++looks] = $3 }
		END {
			print "# shown " shown[1] ", counted " least " to " most
			print "# then shown " shown[2] ", counted " about
			at_first = number(shown[1])
			then = number(shown[2])
			exit !(at_first > least * 0.99 && at_first < most * 1.01 &&
				then > about / 4 && then < about * 4)
		}'
}

# Those that were on before stay on.
leaves_as_it_was() {
	echo 1 >"$ROOT/test_open/stats"
	top_once -s >/dev/null
	[ "$(cat "$ROOT/test_open/stats")" != off ] &&
		echo 0 >"$ROOT/test_open/stats" && all_off
}

# stopped_by SIGNAL STATUS: as soon as it has switched one of them on, while it is
# busy with others. It is not in the background: there it could not hear of INT.
stopped_by() {
	rm -f "$TMP/pid"
	{
		wait_for [ -s "$TMP/pid" ] && viewer=$(cat "$TMP/pid") &&
			end=$(($(uptime_seconds) + 60)) &&
			while all_off && [ "$(uptime_seconds)" -lt "$end" ]; do :; done &&
			kill -s "$1" "$viewer"
	} &
	# shellcheck disable=SC2016 # $$ is that shell's
	sh -c 'echo $$ >"$0" && exec ./handler_table-top -s -b -n 60' "$TMP/pid" >/dev/null
	status=$?
	wait $!
	[ $status = "$2" ] && all_off
}
is_switched_off_at_the_end() {
	stopped_by INT 130 && stopped_by TERM 143 && stopped_by HUP 129 &&
		./handler_table-top -s -b -n 1 -c 5 | head -n 1 >/dev/null &&
		wait_for all_off
}

# On the terminal.

screen() {
	fold -w "$(stty size <$TTY | cut -d ' ' -f 2)" $SCREEN | sed 's/ *$//'
}
screen_has() {
	screen | grep -qE "$1"
}
# shows PATTERN: in a while.
shows() {
	wait_for screen_has "$1" && return
	screen | sed 's/^/# screen: /'
	return 1
}

view() {
	./handler_table-top -n 1 "$@" >$TTY 2>&1 </dev/null &
	VIEWER=$!
}

end_view() {
	kill "$VIEWER"
	wait "$VIEWER"
	[ $? = 143 ]
	ended=$?
	VIEWER=
	return $ended
}

# Since swaps are counted, there is one.
on_screen() {
	view -s
	shows '^packet_demux +3/256 +[0-9.]+[kM]? +0 .* 0 +-$' &&
		load packet_sizes protocols=1 &&
		shows '^packet_demux .* 1 +[0-9.]+s$' &&
		screen_has '^5 tables,.* every 1 s, '
}
empties() {
	rmmod packet_sizes && shows '^packet_demux +2/256 +[1-9][0-9.]*[kM]? +[1-9][0-9.]*[kM]? '
}
tables_come_and_go() {
	flood_stop >/dev/null && stop_watching && rmmod handler_table_test_debugfs &&
		shows '^1 table,' && ! screen_has '^test_' &&
		rmmod packet_count && rmmod packet_demux &&
		shows '^no tables are published' && ! screen_has packet_demux &&
		rmmod handler_table && shows '^handler_table is not loaded' &&
		load handler_table && load packet_demux && shows '^packet_demux .* 0 '
}
fits() {
	load handler_table_test_debugfs && stty rows 5 cols 50 <$TTY &&
		shows '^TABLE +DISPATCH/s +EMPTY/s +P99 +SWAPS$' &&
		shows '^4 more$'
	fits=$?
	stty rows 25 cols 80 <$TTY
	[ $fits = 0 ] && shows '^test_huge'
}
gives_terminal_back() {
	stty -a <$TTY >"$TMP/during" && end_view && stty -a <$TTY >"$TMP/after" &&
		! cmp -s "$TMP/before" "$TMP/during" && cmp "$TMP/before" "$TMP/after" &&
		all_off
}

setup 19
trap stop_all EXIT
make_tmp
ktap_test_result "says that the module is not loaded" not_loaded
ktap_test_result "says that there is no such folder" no_such_folder
ktap_test_result "says that not even root may read" not_even_root
ktap_test_result "nor what has been counted" no_statistics
ktap_test_result "says which option is wrong" bad_options
load handler_table
ktap_test_result "no tables" no_tables
load packet_demux
load packet_count
load handler_table_test_debugfs
ktap_test_result "tables that are not counted" shows_off
ktap_test_result "which it leaves so" all_off
# Without, the flood could stop for ever.
keep_watching || exit
flood_start icmp
ktap_test_result "counts those that were not counted" counts
ktap_test_result "the busiest table comes first" busiest_first
ktap_test_result "says what is too large to be counted" says_what_cannot_be_counted
ktap_test_result "the rate is the true one" rate_is_true
ktap_test_result "leaves on what it found on" leaves_as_it_was
ktap_test_result "leaves off what it found off, however it ends" is_switched_off_at_the_end
if [ -c $TTY ] && [ -r $SCREEN ] && stty size <$TTY >/dev/null 2>&1; then
	# Held open: with the last user its settings go.
	exec 9<>$TTY
	stty -a <$TTY >"$TMP/before"
	ktap_test_result "on a terminal: counters and a swap" on_screen
	ktap_test_result "events without a handler" empties
	ktap_test_result "tables and the module come and go" tables_come_and_go
	ktap_test_result "fits the terminal, whatever its size" fits
	ktap_test_result "gives the terminal back as it was" gives_terminal_back
else
	for what in "counters and a swap" "events without a handler" \
		"tables and the module come and go" "any size" "given back"; do
		ktap_test_skip "on a terminal: $what: there is no virtual console"
	done
	flood_stop >/dev/null
	stop_watching
fi
ktap_finished
