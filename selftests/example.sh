#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The worked example of the README, which scripts/job has built as the README says,
# does what the README says, and so does the same with an array of function pointers.

. ./functions.sh
. ./rst.sh

# says_what_the_readme_says MODULE
says_what_the_readme_says() {
	echo "$LOG_MARK $1" >/dev/kmsg
	load "$1" && rmmod "$1" || return 1
	log | sed "1,/$1\$/d; s/^\(\[[^]]*\] *\)*//" |
		grep -E '(hello|HELLO), |^event ' >"$TMP/said"
	md_block README.md "A worked example" >"$TMP/expected"
	[ -s "$TMP/expected" ] || return 1
	cmp -s "$TMP/said" "$TMP/expected" && return
	sed 's/^/# /' "$TMP/said"
	return 1
}

setup 4
make_tmp
load handler_table
ktap_test_result "the README's example, built as it says" says_what_the_readme_says my_module
ktap_test_result "the sample" says_what_the_readme_says example
ktap_test_result "the same by hand" says_what_the_readme_says example_array
ktap_test_result "the log is clean" log_is_clean
ktap_finished
