#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Waits where one must not wait, handlers that sleep, dispatches where RCU is not
# watching: as far as the kernel can see them, each is reported once, in words
# that say what is wrong, nothing hangs, and what was to be removed is removed.
# See modules/handler_table_test_trouble.c.

. ./functions.sh

IN_HANDLER="handler_table: a handler would wait for itself, it does not"
NOT_RUN="handler_table: .* has handlers of another type than this dispatch, not run"
ATOMIC="handler_table: no wait for handlers where sleeping is not allowed"
SETTINGS=/proc/sys/kernel

# quiet: reports do not end the machine, nor get on the console, where they
# would be taken for unexpected ones.
quiet() {
	read -r panic <$SETTINGS/panic_on_warn
	read -r level rest <$SETTINGS/printk
	echo 0 >$SETTINGS/panic_on_warn
	dmesg -n 1
}

loud() {
	dmesg -n "$level"
	echo "$panic" >$SETTINGS/panic_on_warn
}

trouble_cleanup() {
	loud
	! is_loaded handler_table_test_trouble ||
		rmmod handler_table_test_trouble
	cleanup
}

# operate: runs the handler for as long as the table is there, twice.
operate() {
	for _ in 1 2; do
		wait_for try_write "$DEBUGFS/handler_table/table/dispatch" 0
	done >/dev/null
}

headlines() {
	log | grep -E 'WARNING:|BUG:|INFO:|Oops|DEBUG_LOCKS'
}

# reported_once MESSAGE: and nothing else was.
reported_once() {
	[ "$(log | grep -cE "$1")" = 1 ] && [ "$(headlines | wc -l)" = 1 ] &&
		return
	echo "# expected one report: $1"
	log | sed 's/^/# /' | grep -E '\] [^ ]' | head -n 40
	return 1
}

# make_mistake WHAT MESSAGE: in a core that has not reported anything yet.
make_mistake() {
	LOG_MARK="selftest $0 $$ $1:"
	echo "$LOG_MARK" >/dev/kmsg
	# What the kernel itself says once, it is to say again.
	echo 1 >"$DEBUGFS/clear_warn_once"
	load handler_table
	error=$(load handler_table_test_trouble what="$1" 2>&1)
	made=$?
	! is_loaded handler_table_test_trouble ||
		rmmod handler_table_test_trouble
	rmmod handler_table
	case $error in
	*"not supported"*)
		ktap_test_skip "$1: this kernel cannot see it"
		;;
	*)
		[ -z "$error" ] || echo "# $error"
		[ $made = 0 ] && reported_once "$2"
		ktap_test_result "$1: is reported, and removes" test $? = 0
		;;
	esac
}

setup 20
quiet
trap trouble_cleanup EXIT
for what in synchronize remove_sync unregister_sync free barrier; do
	# A kernel without lockdep may see that a handler must not sleep.
	make_mistake $what "$IN_HANDLER|$ATOMIC"
done
operate &
make_mistake unpublish "$IN_HANDLER|$ATOMIC"
kill $! 2>/dev/null
wait
make_mistake sleepable_remove_sync "$IN_HANDLER"
for what in dispatch_sleepable handle_sleepable dispatch_untyped handle_plain; do
	make_mistake $what "$NOT_RUN"
done
for what in handler_in_softirq preempt_off irqs_off spinlock softirq hardirq; do
	make_mistake $what "$ATOMIC|$IN_HANDLER"
done
make_mistake sleep "BUG: scheduling in a non-blocking section: insmod/"
make_mistake mutex "BUG: sleeping function called from invalid context"
make_mistake not_watching "handler_table: dispatch where RCU is not watching"
loud
ktap_finished
