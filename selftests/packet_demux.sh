#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Real packets: handlers come, are swapped and go while packets flow at full
# speed, and every packet is accounted for.

. ./functions.sh

# Of the first twenty UDP messages of send_packets, 1 to 1024 bytes, with 28
# bytes of headers: lengths 29, 30, 31, 32, 35, 36, 43, 44, 59, 60, 91, 92, 155,
# 156, 283, 284, 539, 540, 1051, 1052. The first border is met on both sides.
sizes_of_twenty() {
	cat <<-END
		17 packets 20
		17 bytes 16-31 3
		17 bytes 32-63 7
		17 bytes 64-127 2
		17 bytes 128-255 2
		17 bytes 256-511 2
		17 bytes 512-1023 2
		17 bytes 1024-2047 2
	END
}

# All that is handled meanwhile is these.
sizes_are_right() {
	load packet_sizes protocols=17 && "$MODULES/send_packets" -n 20 udp || return 1
	got=$(cat "$DEBUGFS/packet_sizes/counters")
	rmmod packet_sizes
	[ "$got" = "$(sizes_of_twenty)" ] && return
	echo "$got" | sed 's/^/# /'
	return 1
}

# Four of the twenty are longer than 512 bytes: these are sent, and gone.
long_ones_are_gone() {
	kernel=$(snmp 17)
	load packet_drop && account=$("$MODULES/send_packets" -n 20 udp) || return 1
	got="$account
$(cat "$DEBUGFS/packet_drop/counters")
dropped $(counter packet_demux 17 dropped)
kernel $(($(snmp 17) - kernel))"
	rmmod packet_drop
	[ "$got" = "udp sent 20 received 16
17 packets 20 dropped 4
dropped 4
kernel 16" ] && return
	echo "$got" | sed 's/^/# /'
	return 1
}

# Of those that were sent during the flood, none is missing but what was dropped.
dropped_are_missing() {
	books 17
	[ "$dropped" -gt 100 ] && [ "$(missing udp)" = $((dropped - 4)) ] && return
	echo "# dropped $dropped, of which 4 before the flood; the senders:" \
		"$flood_account"
	return 1
}

setup 26
load handler_table
books_open
ktap_test_result "the sample loads" load packet_demux
ktap_test_result "packets are told apart by their length" sizes_are_right
ktap_test_result "what a handler drops is gone" long_ones_are_gone
ktap_test_result "handlers load" load packet_count
ktap_test_result "a protocol out of range is refused" \
	refused load packet_sizes protocols=1,256
ktap_test_result "too many protocols are refused" \
	refused load packet_sizes protocols="$(seq -s , 0 256)"

flood_start icmp udp tcp
for p in $PROTOCOLS; do
	ktap_test_result "packet_count handles ${p%:*}" \
		wait_for counter_above packet_count "${p#*:}" packets 100
done

ktap_test_result "icmp is swapped while packets flow" \
	load packet_sizes protocols=1
before=$(counter packet_count 1 packets)
ktap_test_result "packet_sizes handles icmp" \
	wait_for counter_above packet_sizes 1 packets 100
# insmod has waited for the old handler, so not one call comes late.
ktap_test_result "packet_count handles no icmp any more" \
	[ "$before" = "$(counter packet_count 1 packets)" ]
tcp=$(counter packet_count 6 packets)
ktap_test_result "packet_count still handles tcp" \
	wait_for counter_above packet_count 6 packets "$tcp"

ktap_test_result "packet_count unloads while packets flow" rmmod packet_count
ktap_test_result "and not over an occupied slot again" refused load packet_count
empty=$(counter packet_demux 17 unhandled)
ktap_test_result "udp goes on, unhandled" \
	wait_for counter_above packet_demux 17 unhandled "$empty"

ktap_test_result "a slot that is taken is not for packet_drop" \
	refused load packet_drop protocol=1
ktap_test_result "packet_drop loads while packets flow" load packet_drop
ktap_test_result "and drops" wait_for counter_above packet_demux 17 dropped 100
rmmod packet_drop
empty=$(counter packet_demux 17 unhandled)
ktap_test_result "udp goes on again, unhandled" \
	wait_for counter_above packet_demux 17 unhandled "$empty"

ktap_test_result "the senders end well" flood_stop
ktap_test_result "sent and not received are those that were dropped" \
	dropped_are_missing
for p in $PROTOCOLS; do
	ktap_test_result "the books of ${p%:*} balance" books_balance "${p#*:}"
done
rmmod packet_sizes packet_demux handler_table
ktap_test_result "the log is clean" log_is_clean \
	"protocols: can only take 256 arguments|packet_sizes: .0' invalid for"
ktap_finished
