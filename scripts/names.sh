# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Which kernels the rig knows, and from where: a kernel NAME is SERIES or
# SERIES-FLAVOUR. Versions are found through Debian's metapackages. To be
# sourced after lib.sh.
#
# They are for amd64, as this machine is, but for SERIES-arm64, SERIES-armhf and
# SERIES-riscv64: Debian's stock kernels for those architectures.
#
# Of each series there are, besides:
#
#	SERIES-full	the stock kernel, booted fully preemptible
#	SERIES-kasan, SERIES-lockdep, SERIES-kcsan, SERIES-kcfi, SERIES-debuginfo,
#	SERIES-signed	built here from the series' sources, see
#			scripts/debug-kernel; kcfi with clang
#	SERIES-uml	user-mode Linux, built here too, to measure times in, with
#			scripts/uml; not for the tests

# shellcheck disable=SC2034
kernel_names=(6.1 6.1-cloud 6.1-rt 6.12 6.12-cloud 6.12-rt newest newest-cloud newest-rt)
# shellcheck disable=SC2034
more_kernel_names=({6.1,6.12,newest}-{full,kasan,lockdep,kcsan} {6.1,6.12}-{kcfi,debuginfo} 6.1-signed)
# shellcheck disable=SC2034
foreign_kernel_names=(6.1-arm64 6.1-armhf 6.12-riscv64)
# Only the newest has processors in the plural.
# shellcheck disable=SC2034
uml_names=(newest-uml)
# The version of clang that builds all series, and that Debian 12 and 13 have.
# shellcheck disable=SC2034
clang=19

# What differs between architectures, which have Debian's names: the kernel's ARCH; what
# the names of its compiler and tools begin with; the end of the metapackages' names; the
# packages of the emulator; how it is called; the guest's console.
# shellcheck disable=SC2034
declare -A kernel_arch=([arm64]=arm64 [armhf]=arm [riscv64]=riscv) \
	triple=([arm64]=aarch64-linux-gnu [armhf]=arm-linux-gnueabihf
		[riscv64]=riscv64-linux-gnu) \
	metapackage=([amd64]=amd64 [arm64]=arm64 [armhf]=armmp [riscv64]=riscv64) \
	emulator_packages=([amd64]=qemu-system-x86 [arm64]=qemu-system-arm
		[armhf]=qemu-system-arm [riscv64]='qemu-system-misc opensbi') \
	console=([amd64]=ttyS0 [arm64]=ttyAMA0 [armhf]=ttyAMA0 [riscv64]=ttyS0) \
	emulator=(
		# Without cmpxchg16b, see died_booting in scripts/guest.
		[amd64]='qemu-system-x86_64 -M q35 -cpu max,-cx16'
		# Its real pointer authentication takes two thirds of the time.
		[arm64]='qemu-system-aarch64 -M virt -cpu max,pauth-impdef=on'
		[armhf]='qemu-system-arm -M virt -cpu cortex-a15'
		[riscv64]='qemu-system-riscv64 -M virt'
	)

# arch_of NAME: the architecture of that kernel.
arch_of() {
	case $1 in
	*-arm64 | *-armhf | *-riscv64) echo "${1##*-}" ;;
	*) echo amd64 ;;
	esac
}

# cross_prefix NAME, cross_packages NAME: what is in front of the names of the tools that
# make programs for a guest with that kernel, and the packages that they are in. They are
# those of this machine's release.
cross_prefix() {
	local prefix=${triple[$(arch_of "$1")]:-}
	echo "${prefix:+$prefix-}"
}

cross_packages() {
	local arch
	arch=$(arch_of "$1")
	if [[ $arch == amd64 ]]; then
		echo gcc binutils libc6-dev
	else
		echo "gcc-${triple[$arch]} libc6-dev-$arch-cross"
	fi
}

# check_name NAME
check_name() {
	local name
	for name in "${kernel_names[@]}" "${more_kernel_names[@]}" \
		"${foreign_kernel_names[@]}" "${uml_names[@]}"; do
		[[ $name != "$1" ]] || return 0
	done
	die "there is no kernel '$1': it is one of ${kernel_names[*]} ${more_kernel_names[*]} ${foreign_kernel_names[*]}"
}

is_built_here() {
	[[ ${1##*-} =~ ^(kasan|lockdep|kcsan|kcfi|debuginfo|signed|uml)$ ]]
}

# compiler_args CC, compiler_packages CC: what make is told to build a kernel or
# a module with it, and the packages that it is in. LLVM= stands for the linker
# and all other tools, too, as does CROSS_COMPILE=.
compiler_args() {
	case $1 in
	clang-*) echo "LLVM=-${1#clang-}" ;;
	# Debian's headers ask for the version that built their kernel.
	gcc-*-linux-*) echo "CROSS_COMPILE=${1#gcc-}- CC=${1#gcc-}-gcc" ;;
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

# suite_of SERIES [ARCH]: 6.12 in its build for this machine's release, if there is
# one, so that the tools among the headers run with this machine's libc.
suite_of() {
	case $1 in
	6.1) echo bookworm ;;
	6.12)
		if [[ $(host_codename) == bookworm && ${2:-amd64} == amd64 ]]; then
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
