# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The cells of "make torture": what runs on which kernel, and what came of it. To be
# sourced after lib.sh, with the cache open.
#
# A cell is KERNEL/WHAT. Its result is in the cache, in torture/KERNEL/WHAT, lines
# name=value: sources= (what it is a result of, see sources()), asked= (what was asked
# of it, that is the command), given= (what of that was not by default), date=, seconds=,
# passed=, failed=, skipped=, what= (which kernel and compiler); what was printed is
# beside it, in WHAT.log.

# A kernel, or the place that stands for one, and what is to run there: cell_command() in
# scripts/torture.
grid='
um		kunit-6.1 kunit kunit-newest
x86_64		kunit
arm64		kunit
kcfi		kunit
sources		configurations primitives litmus packages
6.1		kselftest torture soak isolated flips tools
6.1-cloud	kselftest
6.1-rt		kselftest torture unloads soak
6.1-full	kselftest torture unloads guarded tickless
6.1-kasan	kselftest torture unloads fuzz
6.1-kcsan	kselftest
6.1-lockdep	kselftest fuzz
6.1-kcfi	kselftest
6.1-debuginfo	drgn
6.1-signed	signing
6.1-arm64	kselftest torture
6.1-armhf	kselftest torture
6.12		kselftest torture unloads
6.12-cloud	kselftest
6.12-rt		kselftest
6.12-full	unloads
6.12-riscv64	kselftest torture
newest		kselftest torture
newest-cloud	kselftest
newest-rt	kselftest
'

# cells [ASKED...]: KERNEL/WHAT, a line each; of the kernels or cells that are asked for.
cells() {
	local kernel what
	while read -r kernel what; do
		for what in $what; do
			if ! (($#)) || wanted "$kernel" "$@" || wanted "$kernel/$what" "$@"; then
				printf '%s\n' "$kernel/$what"
			fi
		done
	done <<<"$grid"
}

# The mistakes of "make mutants" and what saw them are in the cache, too, a line each, in
# mutants/seen-SOURCES/.

# mutant_result NAME FILE WHICH SED: the file with what is known of just that mistake, and
# that kernel.
mutant_result() {
	local kernel=6.1
	[[ $3 != *@* ]] || kernel=${3#*@}
	echo "$1-$(cksum <<<"$* $(readlink "$cache/kernels/$kernel")" | cut -d ' ' -f 1)"
}

# sources: a number for all files of this checkout that tests depend on, most pages among
# them, as what they show is built and typed.
sources() {
	(cd "$top" && git ls-files -z --cached --others --exclude-standard |
		grep -zvxE '\.ci/.*|CHANGELOG\.md|Documentation/(matrix\.rst|soak\.csv)|scripts/matrix|selftests/mutants' |
		# What is deleted is not there to be read.
		sort -z | { xargs -0 cksum 2>/dev/null || true; } | cksum | cut -d ' ' -f 1)
}
