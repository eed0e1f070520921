# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Reads tables of the documentation, for scripts that compare them with something
# else, and commands, for those that run them; and the README. To be sourced, by any
# shell.

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

# rst_script FILE TITLE: that section as one script: its blocks of shell commands, and
# for each block with such a comment in front the command that writes that file:
#
#	.. file: NAME
rst_script() {
	awk -v title="$2" '
		function finish() {
			if (file) print "END_OF_FILE"
			on = blank = 0
			file = ""
		}
		/^[^ \t]/ && on { finish() }
		/^(===|---|~~~)/ && prev { here = prev == title }
		here && sub(/^\.\. file: /, "") { file = $0 }
		here && /^\.\. code-block:: / && (file || / sh$/) {
			on = 1
			if (file) print "cat >" file " <<\"END_OF_FILE\""
			next
		}
		on && /^\t/ {
			for (; blank && begun; blank--) print ""
			blank = 0
			begun = 1
			sub(/^\t/, "")
			print
		}
		on && /^$/ { blank++ }
		!on { begun = 0 }
		{ prev = $0 }
		END { if (on) finish() }' "$1"
}

# rst_expected FILE TITLE: the regular expressions of its comments, a line each.
rst_expected() {
	awk -v title="$2" '
		/^(===|---|~~~)/ && prev { here = prev == title }
		here && sub(/^\.\. expect: /, "")
		{ prev = $0 }' "$1"
}

# rst_example FILE: its first block of C.
rst_example() {
	awk '
		/^\.\. code-block:: c$/ && !done { on = 1; next }
		on && /^[^\t]/ { on = 0; done = 1 }
		on { sub(/^\t/, ""); print }' "$1"
}

# rst_sessions FILE: what is typed as root, in literal blocks that begin with a "# ",
# and what is answered, as it stands there. A blank line goes before each block.
rst_sessions() {
	awk '
		/::$/ { next_one = 1; next }
		next_one && NF {
			next_one = 0
			on = /^\t# /
			if (on) print ""
		}
		on && /^[^\t]/ { on = 0 }
		on && NF { sub(/^\t/, ""); print }' "$1"
}

# md_block FILE TITLE [LANGUAGE]: the first block in that language, or in none, of that
# section.
md_block() {
	awk -v title="## $2" -v fence="\`\`\`${3:-}" '
		/^## / { here = $0 == title }
		on && /^```$/ { exit }
		on
		here && $0 == fence && !open { on = 1; next }
		here && /^```/ { open = !open }' "$1"
}
