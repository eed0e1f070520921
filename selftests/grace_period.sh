#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A removal that says that it waits does wait, for as long as the handler runs
# on another CPU, and no longer. See modules/handler_table_test_grace.c.

. ./functions.sh
ways="remove_sync unregister_sync remove replace swap any free call"
# shellcheck disable=SC2086 # a list
setup $(($(echo $ways | wc -w) + 2))
load handler_table

waits() {
	load handler_table_test_grace how="$1" && rmmod handler_table_test_grace
}
for way in $ways; do
	ktap_test_result "$way waits for a running handler" waits "$way"
done
ktap_test_result "an unknown way is refused" \
	refused load handler_table_test_grace how=never
ktap_test_result "the log is clean" log_is_clean 'how=never'
ktap_finished
