#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The worked example of the README does what the README says, and so does the
# same with an array of function pointers.

. ./functions.sh

# says_what_the_readme_says MODULE
says_what_the_readme_says() {
	echo "$LOG_MARK $1" >/dev/kmsg
	load "$1" && rmmod "$1" || return 1
	log | sed "1,/$1\$/d; s/^\(\[[^]]*\] *\)*//" |
		grep -E '(hello|HELLO), |^event ' >"$TMP/said"
	cat >"$TMP/expected" <<-END
		hello, world
		event 3: loudness 1
		HELLO, world!
		event 3: loudness 10
		event 4: nobody is interested
	END
	cmp -s "$TMP/said" "$TMP/expected" && return
	sed 's/^/# /' "$TMP/said"
	return 1
}

setup 3
make_tmp
load handler_table
ktap_test_result "the example" says_what_the_readme_says example
ktap_test_result "the same by hand" says_what_the_readme_says example_array
ktap_test_result "the log is clean" log_is_clean
ktap_finished
