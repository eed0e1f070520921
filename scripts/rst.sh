# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Reads tables of the documentation, for scripts that compare them with something
# else. To be sourced.

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
