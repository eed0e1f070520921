#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The worked example of the README does what the README says.

. ./functions.sh
setup 6
load handler_table

ktap_test_result "loads" load example
ktap_test_result "runs the first handler" log_says 'event 3: hello, world'
ktap_test_result "runs the second after the swap" log_says 'event 3: HELLO, world!'
ktap_test_result "says that a slot is empty" log_says 'event 4: nobody is interested'
ktap_test_result "unloads" rmmod example
ktap_test_result "the log is clean" log_is_clean
ktap_finished
