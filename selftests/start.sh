#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The module of Documentation/start.rst, which scripts/job has built as that page
# says, does what the page says: its commands are run from there.

. ./functions.sh
. ./rst.sh
PAGE=start.rst
TITLE="Load it"

# The commands find the modules in the folders of which the page has spoken.
commands_work() {
	mkdir "$TMP/module" && ln -s "$MODULES/handler_table.ko" "$TMP/module/" &&
		ln -s "$MODULES/my_events.ko" "$TMP/" &&
		rst_script $PAGE "$TITLE" >"$TMP/commands" && [ -s "$TMP/commands" ] &&
		(cd "$TMP" && HANDLER_TABLE=$TMP sh -ec '. ./commands') >"$TMP/said" 2>&1 &&
		return
	sed 's/^/# /' "$TMP/said"
	return 1
}

says_what_the_page_says() {
	rst_expected $PAGE "$TITLE" >"$TMP/expected"
	[ -s "$TMP/expected" ] || return 1
	while IFS= read -r expected; do
		grep -qE -- "$expected" "$TMP/said" && continue
		echo "# missing: $expected"
		sed 's/^/# /' "$TMP/said"
		return 1
	done <"$TMP/expected"
}

nothing_is_left() {
	is_gone my_events && is_gone handler_table
}

setup 4
make_tmp
ktap_test_result "the page's commands work" commands_work
ktap_test_result "they show what the page expects" says_what_the_page_says
ktap_test_result "nothing is left" nothing_is_left
ktap_test_result "the log is clean" log_is_clean
ktap_finished
