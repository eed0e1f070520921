#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Each operation is one atomic step: of two rivals one wins, and nothing gets
# lost or doubled. See modules/handler_table_test_race.c.

. ./functions.sh
ops="register remove replace unregister swap"
# shellcheck disable=SC2086 # a list
setup $(($(echo $ops | wc -w) + 1))
load handler_table

holds() {
	load handler_table_test_race op="$1" && rmmod handler_table_test_race
}
for op in $ops; do
	ktap_test_result "$op is atomic" holds "$op"
done
ktap_test_result "the log is clean" log_is_clean
ktap_finished
