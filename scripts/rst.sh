# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Reads tables of the documentation, for scripts that compare them with something
# else, and commands, for one that runs them. To be sourced.

# rst_rows FILE TITLE: the rows of the list-table in that section, a line each,
# the columns behind tabs. The first row is the header and left out.
rst_rows() {
	awk -v title="$2" '
		function flush() { if (row && nr++) print row; row = "" }
		/^(===|---)/ && prev { on = prev == title }
		on && /^   \* - / { flush(); sub(/^   \* - /, ""); row = $0; next }
		on && row && /^     -/ { sub(/^     - ?/, ""); row = row "\t" $0; next }
		on && row && /^   / { sub(/^ +/, ""); row = row " " $0; next }
		on && /^[^ ]/ { flush() }
		{ prev = $0 }
		END { flush() }' "$1"
}

# rst_commands FILE FOLDER: each block of shell commands as FOLDER/NN.sh, with the
# section's title in NN.title and what to expect in NN.expect: regular expressions,
# a line each, from comments in front of the block, which readers do not see:
#
#	.. expect: REGEX
rst_commands() {
	mkdir -p "$2"
	awk -v folder="$2" '
		function file(what) { return sprintf("%s/%02d.%s", folder, n, what) }
		function finish() {
			if (!on) return
			close(file("sh"))
			on = 0
			expect = ""
		}
		/^[^ \t]/ { finish() }
		/^(===|---|~~~)/ && prev { title = prev }
		sub(/^\.\. expect: /, "") { expect = expect $0 "\n"; next }
		/^\.\. code-block:: sh$/ {
			n++
			on = 1
			print title >file("title")
			close(file("title"))
			printf "%s", expect >file("expect")
			close(file("expect"))
			next
		}
		on && sub(/^\t/, "") { print >file("sh") }
		{ prev = $0 }' "$1"
}
