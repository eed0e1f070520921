#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A handler of another type than its table's, which a cast brought in: where
# clang's kCFI is on, the dispatch that meets it does not call it, and the kernel
# says so. See modules/handler_table_test_kcfi.c.

. ./functions.sh

KINDS="plain typed bound"
SETTINGS=/proc/sys/kernel

# quiet: the thread dies, not the machine; and that is no trouble for the
# console, which an oops talks to unless its level is 0.
quiet() {
	read -r panic <$SETTINGS/panic_on_oops
	read -r printk <$SETTINGS/printk
	echo 0 >$SETTINGS/panic_on_oops
	echo 0 >$SETTINGS/printk
}

loud() {
	echo "$printk" >$SETTINGS/printk
	echo "$panic" >$SETTINGS/panic_on_oops
}

kcfi_cleanup() {
	loud
	cleanup
}

# attempt KIND: $status is of the load, $error why it failed.
attempt() {
	error=$(load handler_table_test_kcfi what="$1" 2>&1)
	status=$?
	! is_loaded handler_table_test_kcfi || rmmod handler_table_test_kcfi
}

failures() {
	log | grep -c "CFI failure at .*target: $1+0x0/"
}

# caught KIND: the dispatch was, once more.
caught() {
	before=$(failures wrong)
	attempt "$1"
	[ $status = 0 ] && [ "$(failures wrong)" = $((before + 1)) ] && return
	echo "# $error; $before failures before, then $(failures wrong)"
	return 1
}

unharmed() {
	attempt nothing
	[ $status = 0 ]
}

# no_other REPORTS: not one CFI failure more than those.
no_other() {
	[ "$(log | grep -c "CFI failure at")" = "$1" ]
}

setup 5
quiet
trap kcfi_cleanup EXIT
load handler_table
attempt nothing
case $error in
*"not supported"* | *"Not supported"*)
	for kind in $KINDS; do
		ktap_test_skip "a wrong handler in a $kind table: no kCFI here"
	done
	ktap_test_skip "right handlers are called: no kCFI here"
	ktap_test_skip "nothing else was reported: no kCFI here"
	;;
*)
	for kind in $KINDS; do
		ktap_test_result "a wrong handler in a $kind table is not called" \
			caught "$kind"
	done
	ktap_test_result "right handlers are called" unharmed
	ktap_test_result "nothing else was reported" no_other 3
	;;
esac
ktap_finished
