# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What all scripts of the rig share: messages, the cache folder, locks, logs.
#
# Progress and errors go to stderr, results (paths, names) to stdout, so that
# a caller can write folder=$(scripts/kernel get 6.1) and still see progress.
# Whatever appears in the cache appears by a rename, when it is complete.

set -euo pipefail
umask 022

# shellcheck disable=SC2034 # for those who source this file
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck disable=SC2034
top=${here%/*}
# shellcheck disable=SC2034
checkout=$(cksum <<<"$top" | cut -d ' ' -f 1)
# Tools are asked for in English, and root's are found by everyone.
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "${0##*/}: $*"
	exit 1
}

# step VERB TEXT...: one line of progress.
step() {
	printf '  %-7s %s\n' "$1" "${*:2}" >&2
}

# cache_open: sets $cache to the cache folder and $logs to this checkout's
# folder of logs, and makes them.
cache_open() {
	cache=${HANDLER_TABLE_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set, and neither is HANDLER_TABLE_CACHE}/.cache}/handler_table}
	# kbuild takes paths apart at these.
	[[ $cache == /* && $cache != *[[:space:]:%#]* ]] ||
		die "the cache folder '$cache' has to be an absolute path without spaces, ':', '%' or '#': set HANDLER_TABLE_CACHE"
	mkdir -p "$cache/log/$checkout" "$cache/lock" ||
		die "cannot make the cache folder $cache: set HANDLER_TABLE_CACHE to a folder that you can write to"
	cache=$(cd "$cache" && pwd -P)
	logs=$cache/log/$checkout
	[[ -w $cache ]] ||
		die "the cache folder $cache belongs to someone else: set HANDLER_TABLE_CACHE to a folder of your own"
}

# as_root CMD...: runs a command as root, through sudo if need be.
as_root() {
	if ((EUID == 0)); then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -- "$@"
	else
		die "this has to be run as root, or with sudo installed: $1"
	fi
}

# with_lock NAME CMD...: runs a command or function while no other process
# holds the lock NAME of the cache.
with_lock() {
	local name=$1
	shift
	(
		if ! flock -n 9; then
			step wait "another run holds the lock '$name'"
			flock 9
		fi
		"$@"
	) 9>"$cache/lock/$name"
}

# alone: from here on this script is the only one of this checkout that builds
# or tests, but for those that it calls itself.
alone() {
	[[ ${HANDLER_TABLE_ALONE:-} != "$checkout" ]] || return 0
	export HANDLER_TABLE_ALONE=$checkout
	exec 8>"$cache/lock/checkout-$checkout"
	flock -n 8 && return
	step wait "another run in this checkout"
	flock 8
}

# hold NAME, release: the lock NAME from here on, one at a time.
hold() {
	exec 7>"$cache/lock/$1"
	flock -n 7 && return
	step wait "another run holds the lock '$1'"
	flock 7
}

release() {
	exec 7>&-
}

# logged NAME WHAT CMD...: runs a command with its output in a log; if it
# fails, says that WHAT failed, shows the end of the log and gives up.
logged() {
	local log=$logs/$1.log what=$2 status
	shift 2
	# As part of a condition, a function would not stop at errors.
	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1
	status=$?
	set -e
	if ((status)); then
		{
			# A parallel make goes on for a while after its error.
			head -n -8 "$log" | grep -m 4 ' error: ' || true
			tail -n 8 "$log"
		} | sed 's/^/    | /' >&2
		die "failed: $what (the whole log: $log)"
	fi
}

# need_space MB WHAT: a full disk in the middle of the work explains itself
# badly, so look beforehand.
need_space() {
	local free
	free=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
	((free >= $1)) ||
		die "$2 needs $1 MB in $cache, and $free MB are free: make room, or set HANDLER_TABLE_CACHE to a folder on another disk"
}

# scratch_near TARGET: prints a new empty folder beside TARGET, to be filled
# and renamed; the caller sweeps it on exit. It is named after TARGET, so that
# what a killed run left behind goes with the next one. To be called under
# TARGET's lock.
scratch_near() {
	local tmp=${1%/*}/.new-${1##*/}
	sweep "$tmp"
	mkdir -p "$tmp"
	printf '%s\n' "$tmp"
}

# sweep FOLDER: removes it, if it is there, with what root made in it.
sweep() {
	rm -rf --one-file-system "$1" 2>/dev/null || as_root rm -rf --one-file-system "$1"
}

# tally COMMAND...: adds up the last line of a command that ends in such a line;
# tallied: tells the sum, fails if anything did.
passed=0 failed=0

tally() {
	local out status=0 sum
	out=$(mktemp)
	"$@" | tee "$out" || status=$?
	sum=$(tail -n 1 "$out")
	rm -f "$out"
	if [[ $sum =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		((!status || BASH_REMATCH[2])) || failed=$((failed + 1))
	else
		say "${0##*/}: $1 ended with status $status and no account"
		failed=$((failed + 1))
	fi
}

tallied() {
	echo "$passed passed, $failed failed"
	((passed && !failed))
}

# wanted NAME [ASKED...]: is it among those that were asked for, if any were?
wanted() {
	local name=$1
	shift
	((!$#)) || [[ " $* " == *" $name "* ]]
}

# field FILE KEY: the value of a key=value line.
field() {
	sed -n "s/^$2=//p" "$1"
}

# kvm_works: is there virtualization in hardware that we may use?
kvm_works() {
	grep -qwE 'vmx|svm' /proc/cpuinfo && [[ -w /dev/kvm ]]
}

# host_codename, host_release: of this machine's Debian, e.g. bookworm and 12;
# testing and sid have no number and count as newer than every release.
host_codename() {
	(. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-unknown}")
}

host_release() {
	(. /etc/os-release && printf '%s\n' "${VERSION_ID:-98}")
}
