# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Which kernels the rig knows, and from where: a kernel NAME is SERIES or
# SERIES-FLAVOUR. Versions are found through Debian's metapackages. To be
# sourced after lib.sh.
#
# Of each series there are, besides:
#
#	SERIES-full	the stock kernel, booted fully preemptible
#	SERIES-kasan, SERIES-lockdep, SERIES-kcfi, SERIES-debuginfo, SERIES-signed
#			built here from the series' sources, see
#			scripts/debug-kernel; kcfi with clang
#	SERIES-uml	user-mode Linux, built here too, to measure times in, with
#			scripts/uml; not for the tests

# shellcheck disable=SC2034
kernel_names=(6.1 6.1-cloud 6.1-rt 6.12 6.12-cloud 6.12-rt newest newest-cloud newest-rt)
# shellcheck disable=SC2034
more_kernel_names=({6.1,6.12,newest}-{full,kasan,lockdep} {6.1,6.12}-{kcfi,debuginfo} 6.1-signed)
# Only the newest has processors in the plural.
# shellcheck disable=SC2034
uml_names=(newest-uml)
# The version of clang that builds all series, and that Debian 12 and 13 have.
# shellcheck disable=SC2034
clang=19

# check_name NAME
check_name() {
	local name
	for name in "${kernel_names[@]}" "${more_kernel_names[@]}" "${uml_names[@]}"; do
		[[ $name != "$1" ]] || return 0
	done
	die "there is no kernel '$1': it is one of ${kernel_names[*]} ${more_kernel_names[*]}"
}

is_built_here() {
	[[ ${1##*-} =~ ^(kasan|lockdep|kcfi|debuginfo|signed|uml)$ ]]
}

# compiler_args CC, compiler_packages CC: what make is told to build a kernel or
# a module with it, and the packages that it is in. LLVM= stands for the linker
# and all other tools, too.
compiler_args() {
	case $1 in
	clang-*) echo "LLVM=-${1#clang-}" ;;
	*) echo "CC=$1" ;;
	esac
}

compiler_packages() {
	case $1 in
	clang-*) echo "$1 lld-${1#clang-} llvm-${1#clang-}" ;;
	*) echo "$1" ;;
	esac
}

# boot_words NAME: what the kernel NAME is always booted with.
boot_words() {
	[[ $1 != *-full ]] || echo preempt=full
}

# patience NAME: how many times longer than with a stock kernel something may
# take; memory NAME: how many MiB it should have at least.
patience() {
	if is_built_here "$1"; then echo 3; else echo 1; fi
}

memory() {
	if is_built_here "$1"; then echo 1024; else echo 512; fi
}

# suite_of SERIES: 6.12 in its build for this machine's release, if there is
# one, so that the tools among the headers run with this machine's libc.
suite_of() {
	case $1 in
	6.1) echo bookworm ;;
	6.12)
		if [[ $(host_codename) == bookworm ]]; then
			echo bookworm-backports
		else
			echo trixie
		fi
		;;
	newest) echo sid ;;
	*) die "there is no kernel series '$1': it is one of 6.1, 6.12, newest" ;;
	esac
}

# runs_here SUITE: do programs built for SUITE run on this machine? If not,
# they need a root of their own.
runs_here() {
	local release
	release=$(host_release)
	# Other systems than Debian count differently.
	[[ $release =~ ^[0-9]+$ ]] || return
	case $1 in
	bookworm*) ((release >= 12)) ;;
	trixie*) ((release >= 13)) ;;
	*) false ;;
	esac
}
