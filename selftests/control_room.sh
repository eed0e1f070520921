#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Handlers are switched while records flow, and every record is accounted for:
# none is lost, none is handled twice, and each is handled by one handler of a
# slot or by none. The first record that a new handler saw is known. What was
# written to sinks that are closed is in the books, too.

. ./functions.sh
SLOTS="audit metrics print"
ROUNDS=${ROUNDS:-300}
room=$DEBUGFS/control_room
rate=/sys/module/control_room/parameters/rate

# What has to be refused: the error, the file, and what printf makes of the
# rest.
invalid() {
	printf '%s\n' "Invalid argument|$1|$2"
}

bad_input() {
	for slot in $SLOTS; do
		invalid "$slot" '\n'
		invalid "$slot" 'nonsense'
		invalid "$slot" ' none'
		invalid "$slot" 'none '
		invalid "$slot" 'none\n\n'
		invalid "$slot" 'none\0'
		invalid "$slot" 'None'
		invalid "$slot" 'non'
		invalid "$slot" '0'
		invalid "$slot" '%016d'
		invalid "$slot" '%05000d'
	done
	invalid log 'nonsense'
	invalid log ' /tmp/log'
	invalid log '\n'
	invalid log '/tmp/log\0'
	invalid log 'none\n\n'
	# In one piece: what comes of a format may be written in two.
	invalid log "/$(printf '%0300d' 0)"
	printf '%s\n' 'No such file or directory|log|/no/such/folder/log'
	printf '%s\n' 'Is a directory|log|/tmp'
	# The handlers of one slot are not those of another.
	invalid audit 'count'
	invalid metrics 'hex'
	invalid print 'full'
	invalid running '2'
	invalid running '255'
	invalid running '256'
	invalid running '99999999999999999999999'
	invalid running '0000000001garbage'
	invalid running '1\000junk'
	invalid running '+0'
	invalid running '1\n\n'
	invalid running '-1'
	invalid running '\n'
	invalid running 'yes'
	invalid running '1 0'
	invalid running '0x1'
}

bad_input_is_refused() {
	room_state >"$TMP/before"
	bad_input >"$TMP/bad"
	while IFS='|' read -r error file format; do
		refuses "$error" "$room/$file" "$format" || return 1
	done <"$TMP/bad"
	room_state | cmp -s "$TMP/before" - && [ "$(wc -l <"$TMP/bad")" -gt 40 ]
}

# What must not change by bad input.
room_state() {
	for file in $SLOTS log running swaps; do
		cat "$room/$file"
	done
}

# count NAME: a number of the books.
count() {
	number_after "$1" "$room/counters"
}

count_above() {
	[ "$(count "$1")" -gt "$2" ]
}

# switch SLOT NAME: and see it there.
switch() {
	echo "$2" >"$room/$1" && [ "$(cat "$room/$1")" = "$2" ]
}

# takes_all SLOT NAME...: each name can be written, and is then called.
takes_all() {
	slot=$1
	shift
	for name; do
		before=$(count "$slot.$name")
		switch "$slot" "$name" || return 1
		wait_for count_above "$slot.$name" "$before" || return 1
	done
}

books_are_exact() {
	cat "$room/counters" >"$TMP/counters"
	awk '
	{ n[$1] = $2; if (split($1, part, ".") == 2) sum[part[1]] += $2 }
	END {
		ok = n["produced"] > 0 &&
			n["produced"] == n["consumed"] + n["in_ring"] &&
			n["consumed"] == n["logged"] + n["not_logged"] &&
			!n["log_failures"] &&
			!n["out_of_order"] && !n["twice"] && !n["audit_failures"]
		for (slot in sum) {
			slots++
			ok = ok && sum[slot] == n["consumed"]
		}
		exit !(ok && slots == 3)
	}' "$TMP/counters" && return
	sed 's/^/# /' "$TMP/counters"
	return 1
}

# Held up, a swap can be told to the record.
hold() {
	echo 0 >"$room/running"
}

go() {
	echo 1 >"$room/running"
}

stands_still() {
	hold && [ "$(cat "$room/running")" = 0 ] || return 1
	a=$(cat "$room/counters") b=$(cat "$room/counters")
	go && [ "$a" = "$b" ] && wait_for count_above consumed "$(count consumed)"
}

# swap_at SLOT OLD NEW: the first record after a swap is the new handler's, in
# the stream and in the list of swaps, and the one before was the old one's.
swap_at() {
	switch "$1" "$2" && wait_for count_above "$1.$2" "$(count "$1.$2")" && hold || return 1
	last=$(count consumed)
	switch "$1" "$3" && echo 10 >"$rate" && go &&
		wait_for count_above consumed "$((last + 2))" && hold || return 1
	cat "$room/stream" >"$TMP/stream"
	echo 1000 >"$rate"
	go
	grep -qx "$((last + 1)) $1 $2 $3" "$room/swaps" &&
		grep -q "^$last .*$1=$2" "$TMP/stream" &&
		grep -q "^$((last + 1)) .*$1=$3" "$TMP/stream"
}

# What the stream shows has no gap, and what is printed is the value.
stream_is_whole() {
	switch print text && wait_for count_above print.text "$(($(count print.text) + 300))" &&
		awk '
		NR > 1 && $1 != last + 1 || $2 != $1 % 256 || $NF != $2 || NF != 6 {
			bad = 1
			print "# " $0
		}
		{ last = $1 }
		END { exit bad || NR != 256 }' "$room/stream"
}

# What is printed is what the handler that is stamped makes of the value, while
# the slot is switched between the two: a handler never has the other's sink.
printed_as_stamped() {
	awk '/print=none/ && NF != 5 || /print=text/ && $NF != $2 "" ||
		/print=hex/ && $NF != sprintf("0x%x", $2) { bad = 1; print "# " $0 }
		END { exit bad || !NR }' "$room/stream"
}

sinks_are_not_mixed() {
	swap_one print text hex text &
	mixed=0
	for _ in 1 2 3 4 5 6 7 8; do
		printed_as_stamped || mixed=1
	done
	wait $! && [ "$mixed" = 0 ]
}

# has_sinks SLOT...: these, and no other.
has_sinks() {
	[ "$(cut -d ' ' -f 1 "$room/sinks" | sort | xargs)" = "$*" ]
}

# One each, once those that were displaced are closed.
on_and_off() {
	all_on && wait_for has_sinks audit metrics print &&
		switch metrics none && wait_for has_sinks audit print &&
		all_on && wait_for has_sinks audit metrics print
}

# The same handler with another sink: that begins with nothing. The books have
# what is in the old one, before it is closed and after.
sink_is_new() {
	hold || return 1
	kept=$(count print.hex)
	switch print hex && grep -qx "print hex 0" "$room/sinks" &&
		[ "$(count print.hex)" = "$kept" ] &&
		wait_for has_sinks audit metrics print &&
		grep -qx "print hex 0" "$room/sinks" && [ "$(count print.hex)" = "$kept" ]
	new=$?
	go
	[ "$kept" -gt 0 ] && return "$new"
}

# log_to FILE: and see records come.
log_to() {
	echo "$1" >"$room/log" && [ "$(cat "$room/log")" = "$1" ] && wait_for [ -s "$1" ]
}

# has_stretch FILE...: together they have one stretch of the stream, without a gap.
has_stretch() {
	cat "$@" | awk '
	NR > 1 && $1 != last + 1 || $2 != $1 % 256 || NF != 2 { bad = 1; print "# " NR ": " $0 }
	{ last = $1 }
	END { exit bad || !NR }'
}

# Each of the files has what came while it was the log, and all is in one of them.
log_is_whole() {
	logged=$(count logged)
	log_to "$TMP/log1" && log_to "$TMP/log2" && log_to "$TMP/log3" &&
		wait_for count_above logged $((logged + 300)) &&
		echo none >"$room/log" && [ "$(cat "$room/log")" = none ] || return 1
	lines=$(cat "$TMP"/log[123] | wc -l)
	has_stretch "$TMP"/log[123] && [ "$lines" = $(($(count logged) - logged)) ] && return
	echo "# $lines lines"
	return 1
}

# Unloaded while it is written.
log_ends_well() {
	load control_room rate=0 && log_to "$TMP/log" && rmmod control_room &&
		has_stretch "$TMP/log"
}

# The metrics of a known stretch of the stream.
sum_is_right() {
	switch metrics none && hold || return 1
	from=$(count consumed) sum=$(count sum)
	switch metrics sum && go && wait_for count_above consumed "$((from + 300))" && hold || return 1
	to=$(count consumed) sum=$(($(count sum) - sum))
	go
	expected=$(awk -v i="$from" -v to="$to" 'BEGIN {
		while (i++ < to) sum += i % 256; print sum }')
	[ "$sum" = "$expected" ] && return
	echo "# records $from to $to: sum $sum, expected $expected"
	return 1
}

# The order in which a slot was switched is the order in the list of swaps.
swaps_in_order() {
	cat "$room/swaps" >"$TMP/old"
	for _ in 1 2 3 4 5 6 7 8; do
		takes_all audit none brief full || return 1
	done
	tail -n "+$(($(wc -l <"$TMP/old") + 1))" "$room/swaps" >"$TMP/new"
	awk 'BEGIN { next_of["none"] = "brief"; next_of["brief"] = "full"; next_of["full"] = "none" }
	$2 != "audit" || $1 <= last || next_of[$3] != $4 { bad = 1; print "# " $0 }
	{ last = $1; n++ }
	END { exit bad || n < 23 }' "$TMP/new"
}

# Blindly, as fast as it goes, all slots at the same time.
swap_under_load() {
	for slot in $SLOTS; do
		case $slot in
		audit) names="brief full none" ;;
		metrics) names="count sum none" ;;
		print) names="text hex none" ;;
		esac
		# shellcheck disable=SC2086 # a list
		swap_one $slot $names &
		eval "pid_$slot=$!"
	done
	# shellcheck disable=SC2154 # assigned by eval
	wait "$pid_audit" && wait "$pid_metrics" && wait "$pid_print"
}

swap_one() {
	n=$ROUNDS
	while [ "$n" -gt 0 ]; do
		for name in "$2" "$3" "$4"; do
			echo "$name" >"$room/$1" || return 1
		done
		n=$((n - 3))
	done
}

# Two who fight for a slot: each write succeeds or is told that it lost.
fight() {
	: >"$TMP/errors"
	for name in brief full; do
		(for _ in $(seq 200); do
			try_write "$room/audit" $name || echo "$error" >>"$TMP/errors"
		done) &
		eval "pid_$name=$!"
	done
	# shellcheck disable=SC2154
	wait "$pid_brief" && wait "$pid_full" && ! grep -v 'busy$' "$TMP/errors"
}

# full_speed: until stopped by a rate, the ring was full meanwhile.
full_speed() {
	echo 0 >"$rate" && wait_for count_above consumed "$(($(count consumed) + 10000))"
}

producer_waits() {
	n=$(count ring_full)
	wait_for count_above ring_full "$n"
}

# The last words of a module that was unloaded while records were handled.
farewell_is_good() {
	log | awk '/control_room: produced/ {
		for (i = 1; i < NF; i++) n[$i] = $(i + 1)
		ok = n["produced"] > 0 && n["produced"] == n["consumed"] + n["in_ring"] &&
			!n["out_of_order"] && !n["twice"] && !n["late"] && $0 ~ / late 0$/
		if (!ok) { print "# " $0; bad = 1 }
		lives++
	} END { exit bad || lives != '"$1"' }'
}

unload_while_flowing() {
	for life in 1 2 3 4 5 6 7 8 9 10; do
		load control_room rate=0 && all_on || return 1
		# One in two is held up when it goes.
		[ $((life % 2)) = 0 ] || hold || return 1
		rmmod control_room || return 1
	done
}

all_on() {
	switch audit full && switch metrics sum && switch print hex &&
		wait_for count_above print.hex 100
}

# ktap_test_result takes words apart.
starts_with_none() {
	for slot in $SLOTS; do
		[ "$(cat "$room/$slot")" = none ] || return 1
	done
}
counters_are_read_only() {
	refuses "Invalid argument" "$room/counters" 1
}
all_lives_were_good() {
	farewell_is_good 12 && log_is_clean
}

setup 28
make_tmp
load handler_table
ktap_test_result "loads" load control_room
ktap_test_result "starts with no handlers" \
	starts_with_none
ktap_test_result "records flow without handlers" wait_for count_above audit.none 10
ktap_test_result "audit takes each of its handlers" takes_all audit brief full none full
ktap_test_result "metrics takes each of its handlers" takes_all metrics sum none count sum
ktap_test_result "print takes each of its handlers" takes_all print none hex text none text
ktap_test_result "the same handler again is fine" takes_all print text text
ktap_test_result "bad input is refused and changes nothing" bad_input_is_refused
ktap_test_result "counters cannot be written" counters_are_read_only
ktap_test_result "each handler that is on has one sink" on_and_off
ktap_test_result "a sink is new, the books are kept" sink_is_new
ktap_test_result "no handler has the sink of another" sinks_are_not_mixed
ktap_test_result "it can be held up" stands_still
ktap_test_result "the first record of a new handler is known" swap_at audit brief full
ktap_test_result "the first record without a handler is known" swap_at print hex none
ktap_test_result "the first record with a handler is known" swap_at metrics none count
ktap_test_result "the stream has no gap" stream_is_whole
ktap_test_result "a handler that sleeps writes all to a file" log_is_whole
ktap_test_result "the sum is right" sum_is_right
ktap_test_result "swaps are seen in their order" swaps_in_order
ktap_test_result "two writers of a slot: it is one of theirs" fight
ktap_test_result "records flow at full speed" full_speed
ktap_test_result "$ROUNDS swaps a slot under load" swap_under_load
ktap_test_result "a full ring makes the producer wait" producer_waits
ktap_test_result "the books are exact" books_are_exact
rmmod control_room
ktap_test_result "unloads while records flow" unload_while_flowing
ktap_test_result "unloads while a file is written" log_ends_well
rmmod handler_table
ktap_test_result "no record was lost, no handler late, the log is clean" \
	all_lives_were_good
ktap_finished
