#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the manual has an operator type is typed, from the text itself, and what the
# manual shows is answered. "..." stands for anything, and as a command for some time.

. ./functions.sh
. ./rst.sh

# pattern LINE: as a regular expression.
pattern() {
	printf '%s\n' "$1" | sed 's/[][\.*^$]/\\&/g; s/ *\\\.\\\.\\\./.*/g'
}

# typed COMMAND: in this shell, as "cd" is for those that follow.
typed() {
	echo "# typed: $1"
	eval "$1" >"$TMP/said" 2>&1 && return
	sed 's/^/# /' "$TMP/said"
	return 1
}

answered() {
	sed 's/^\[[^]]*\] //' "$TMP/said" | grep -qx -- "$(pattern "$1")" && return
	echo "# should be there: $1"
	sed 's/^/# /' "$TMP/said"
	return 1
}

# page NAME: all of it that is typed, in one shell.
page() {
	rst_sessions "$1.rst" >"$TMP/$1"
	[ -s "$TMP/$1" ] || return 1
	(
		cd "$TMP" || exit
		while IFS= read -r line <&3; do
			case $line in
			'') ;;
			'# ...') sleep 3 ;;
			'# '*) typed "${line#\# }" || exit ;;
			*) answered "$line" || exit ;;
			esac
		done 3<"$TMP/$1"
	)
}

# The scenes that the pages are about.
samples() {
	load handler_table && load packet_demux && load packet_count && load lines
}

checkout() {
	rmmod lines packet_count packet_demux handler_table &&
		mkdir -p "$TMP/module" "$TMP/selftests/bench" &&
		ln -s "$MODULES/handler_table.ko" "$TMP/module/" &&
		ln -s "$MODULES/handler_table_bench.ko" "$TMP/selftests/bench/"
}

installed() {
	rmmod handler_table_bench handler_table && depmod
}

setup 7
make_tmp
ktap_test_result "the samples are loaded" samples
ktap_test_result "handler_table.rst" page handler_table
ktap_test_result "the modules are where a build leaves them" checkout
ktap_test_result "performance.rst" page performance
ktap_test_result "the modules are installed" installed
ktap_test_result "torture.rst" page torture
rmmod handler_table
ktap_test_result "the log is clean" log_is_clean
ktap_finished
