#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# No change of a slot interrupts another CPU. That such interrupts are seen is shown
# with what patches code. See bench/changes.c.

. ./functions.sh

CHANGES="swap replace register remove"

# What interrupts at all does so each time, and to begin and end the count may, once.
sends_none() {
	fewest=$(interrupts_during "$1" 1000 | head -n 1)
	echo "# $1: $fewest interrupts for 1000 changes"
	[ "$fewest" -lt 10 ]
}

# sends_some CHANGE: where the kernel does it by patching code that others may run.
# Without static calls of its own an architecture has a pointer in memory, and arm64
# replaces one instruction of a static key without telling anyone.
sends_some() {
	case $1:$(uname -m) in
	static_call_update:x86_64) ;;
	static_call_update:* | static_key_on_off:aarch64) return 4 ;;
	esac
	fewest=$(interrupts_during "$1" 10 | head -n 1)
	echo "# $1: $fewest interrupts for 10 changes"
	[ "$fewest" -ge 10 ]
}

setup 8
if [ "$(grep -c ^processor /proc/cpuinfo)" = 1 ]; then
	ktap_skip_all "there is no other CPU"
	exit "$KSFT_SKIP"
fi
load handler_table
load handler_table_bench rounds=1
result "a static call interrupts other CPUs" sends_some static_call_update
result "a static key interrupts other CPUs" sends_some static_key_on_off
for change in $CHANGES; do
	ktap_test_result "$change interrupts none" sends_none "$change"
done
ktap_test_result "unloads" rmmod handler_table_bench
ktap_test_result "the log is clean" log_is_clean
ktap_finished
