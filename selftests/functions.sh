#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of handler_table share. To be sourced.
#
# Nothing here waits for a time to pass where it can wait for a condition.
# Whatever a test started or loaded is stopped and unloaded when it exits, and
# the folder that it asked for removed, however it exits.

: "${MODULES:=/lib/modules/$(uname -r)/extra}"
: "${DEBUGFS:=/sys/kernel/debug}"

PROTOCOLS="icmp:1 tcp:6 udp:17"
# Not that of the environment, which is not ours to remove.
TMP=

# setup PLAN: begins a test file of PLAN results. Its log begins here, too.
setup() {
	# shellcheck source=/dev/null # the kernel's
	. "${KTAP_HELPERS:-../kselftest/ktap_helpers.sh}"
	# The kernel's takes words apart.
	# shellcheck disable=SC2317 # the test files call it
	ktap_test_result() {
		ktap_what=$1
		shift
		if "$@"; then
			ktap_test_pass "$ktap_what"
		else
			ktap_test_fail "$ktap_what"
		fi
	}
	ktap_print_header
	if [ "$(id -u)" != 0 ]; then
		ktap_skip_all "loading modules needs root"
		exit "$KSFT_SKIP"
	fi
	if [ ! -e "$MODULES/handler_table.ko" ]; then
		ktap_skip_all "no handler_table.ko in MODULES=$MODULES"
		exit "$KSFT_SKIP"
	fi
	ktap_set_plan "$1"
	LOG_MARK="selftest $0 $$"
	echo "$LOG_MARK" >/dev/kmsg
	trap cleanup EXIT
	trap 'exit 1' INT TERM
}

# result NAME COMMAND...: 4 means that the kernel has not what it takes.
result() {
	what=$1
	shift
	"$@"
	case $? in
	0) ktap_test_pass "$what" ;;
	4) ktap_test_skip "$what: not on this kernel" ;;
	*) ktap_test_fail "$what" ;;
	esac
}

cleanup() {
	flood_stop >/dev/null 2>&1
	for m in control_room irq_table outside my_events my_module lines handler_table_test_debugfs \
		handler_table_test_grace handler_table_test_race \
		example example_array packet_drop \
		handler_table_test_guard_a handler_table_test_guard_b \
		handler_table_test_guard_c handler_table_test_guard \
		handler_table_test_unload_a handler_table_test_unload_b \
		handler_table_test_unload_c handler_table_test_unload_d \
		handler_table_test_unload_e handler_table_test_unload_f \
		handler_table_test_unload_g handler_table_test_unload_h \
		handler_table_test_unload handler_table_test_removal \
		handler_table_test_stall handler_table_test_trouble \
		handler_table_test_sleepable_client \
		handler_table_test_sleepable \
		handler_table_test_bound handler_table_test_kcfi \
		handler_table_test_stats handler_table_test_nmi \
		handler_table_bench handler_table_torture \
		packet_sizes packet_count packet_demux handler_table; do
		! is_loaded "$m" || rmmod "$m"
	done
	[ -z "$TMP" ] || rm -rf "$TMP"
}

# make_tmp: a folder $TMP, which cleanup removes. After setup.
make_tmp() {
	TMP=$(mktemp -d)
}

from_mark() {
	awk -v mark="$LOG_MARK" 'index($0, mark) { on = 1 } on'
}

# log: what the kernel said since setup.
log() {
	dmesg | from_mark
}

log_says() {
	log | grep -q -- "$1"
}

# log_is_clean [EXPECTED]: no warning or worse, levels 0 to 4, but for the
# greeting that modules from outside the tree get, what is expected, and what
# an emulated timer, the watchdog of the clocks and the scheduler say when the
# machine underneath is busy and has let them wait.
log_is_clean() {
	log | grep -qF -- "$LOG_MARK" || return 1
	! dmesg -r | from_mark | grep '^<[0-4]>' |
		grep -vE "out-of-tree module|module verification failed${1:+|$1}" |
		grep -vE "hrtimer: interrupt took [0-9]+ ns\$" |
		grep -vF "sched: RT throttling activated" |
		grep -vF "clocksource: Long readout interval, skipping watchdog check: " |
		sed 's/^/# /' | grep .
}

load() {
	mod=$1
	shift
	insmod "$MODULES/$mod.ko" "$@"
}

# For what has to be refused: quietly.
refused() {
	! "$@" 2>/dev/null
}

# try_write FILE FORMAT: what printf makes of it, in one write; if that fails,
# $error is why. cat always says why, the shell's printf does not.
try_write() {
	# shellcheck disable=SC2059 # the format is what is written
	error=$({ printf "$2" | cat >"$1"; } 2>&1)
}

# refuses ERROR FILE FORMAT: the write fails, with that error.
refuses() {
	if try_write "$2" "$3"; then
		echo "# taken by $2: $3"
		return 1
	fi
	echo "$error" | grep -qE "($1)\$" && return
	echo "# refused by $2: $3: $error, but it should be: $1"
	return 1
}

# number_after NAME FILE: of a file with a name and a number a line.
number_after() {
	awk -v name="$1" '$1 == name { print $2 }' "$2"
}

is_loaded() {
	grep -q "^$1 " /proc/modules
}

is_gone() {
	! is_loaded "$1"
}

uptime_seconds() {
	read -r uptime _ </proc/uptime && echo "${uptime%.*}"
}

# wait_for CONDITION...: until it holds, three minutes at most.
wait_for() {
	wait_for_until=$(($(uptime_seconds) + 180))
	until "$@"; do
		if [ "$(uptime_seconds)" -gt $wait_for_until ]; then
			echo "# waited in vain for: $*"
			return 1
		fi
		sleep 0.1
	done
}

# keep_watching: has dispatches be watched until stop_watching, by an event that is
# filtered out. What is watched in any case is not patched while it runs, and that
# emulators which run each CPU in a thread of its own have been seen to miss, for ever.
# FLIP=1 is for machines that do not, and for kernels without events.
keep_watching() {
	[ -z "${FLIP:-}" ] || return 0
	event=/sys/kernel/tracing/events/handler_table/handler_table_exit
	[ -e $event ] || mount -t tracefs none /sys/kernel/tracing
	echo 'idx == 4294967295' >"$event/filter" && echo 1 >"$event/enable" && return
	echo "# dispatches cannot be kept watched, see FLIP in functions.sh"
	return 1
}

stop_watching() {
	[ -z "${FLIP:-}" ] || return 0
	echo 0 >"$event/enable" && echo 0 >"$event/filter"
}

# interrupts_elsewhere: those that CPUs sent each other so far, on all but the first
# one. What flushes a TLB is counted as a call of a function, too. The names at the
# ends of the lines are those of all architectures.
interrupts_elsewhere() {
	awk '/ (Rescheduling|Function call|IRQ work) interrupts$/ {
		for (i = 3; i <= NF && $i ~ /^[0-9]+$/; i++)
			n += $i
	} END { print n + 0 }' /proc/interrupts
}

# interrupts_during CHANGE COUNT: how many other CPUs get while the first one makes
# these changes, see bench/changes.c. Twenty times, a line each, the fewest first: what
# else goes on in a kernel now and then sends some, too. This shell and what it starts
# stay on the first CPU, so that it wakes nobody elsewhere. For a subshell: $$ would be
# its parent.
interrupts_during() {
	read -r pid _ </proc/self/stat && taskset -p 1 "$pid" >/dev/null || return
	for _ in $(seq 20); do
		before=$(interrupts_elsewhere)
		echo "change $1 $2" >"$DEBUGFS/handler_table_bench/run" || return
		echo $(($(interrupts_elsewhere) - before))
	done | sort -n
}

# counter MODULE PROTOCOL WORD: the number after WORD in the module's counters.
counter() {
	awk -v p="$2" -v w="$3" '$1 == p {
		for (i = 2; i < NF; i++)
			if ($i == w) { n = $(i + 1); exit }
	} END { print n + 0 }' "$DEBUGFS/$1/counters"
}

counter_above() {
	[ "$(counter "$1" "$2" "$3")" -gt "$4" ]
}

# farewells MODULE PROTOCOL [WORD]: how many packets it counted, as it said
# whenever it was unloaded, over all of its lives.
farewells() {
	log | sed -n "s/^.*$1: $2 ${3:-packets} \([0-9]*\)\$/\1/p" |
		awk '{ n += $1 } END { print n + 0 }'
}

# snmp PROTOCOL: how many packets the kernel itself has received.
snmp() {
	awk -v p="$1" '
	{ key = $1; sub(":", "", key) }
	!(key in names) { names[key] = $0; next }
	{
		n = split(names[key], name)
		for (i = 2; i <= n; i++)
			v[key "." name[i]] = $i
	}
	END {
		if (p == 1) print v["Icmp.InMsgs"]
		if (p == 6) print v["Tcp.InSegs"]
		if (p == 17) print v["Udp.InDatagrams"] + \
			v["Udp.InErrors"] + v["Udp.NoPorts"]
	}' /proc/net/snmp
}

# flood_start PROTOCOL...: packets over loopback at full speed, until stopped, which is
# within FLOOD_SECONDS (600).
flood_start() {
	FLOOD_OUT=$(mktemp)
	"$MODULES/send_packets" -t "${FLOOD_SECONDS:-600}" "$@" >"$FLOOD_OUT" 2>&1 &
	FLOOD_PID=$!
}

# flood_stop: and wait until every packet has arrived; shows the senders'
# account, which is in $flood_account then.
flood_stop() {
	[ -n "${FLOOD_PID:-}" ] || return 0
	kill "$FLOOD_PID"
	wait "$FLOOD_PID"
	flood_status=$?
	FLOOD_PID=
	flood_account=$(cat "$FLOOD_OUT")
	echo "$flood_account"
	rm -f "$FLOOD_OUT"
	return $flood_status
}

# books_open: remembers the kernel's own counts. Before packet_demux is loaded.
books_open() {
	for p in $PROTOCOLS; do
		eval "snmp_${p#*:}=$(snmp "${p#*:}")"
	done
}

# missing NAME: how many more packets a sender sent than it received.
missing() {
	echo "$flood_account" | awk -v p="$1" '$1 == p { print $3 - $5 }'
}

# books PROTOCOL: sets seen, handled, dropped, unhandled, counted, sized, judged,
# rejected (over all that the handler modules said, those loaded now included)
# and kernel.
books() {
	seen=$(counter packet_demux "$1" seen)
	handled=$(counter packet_demux "$1" handled)
	dropped=$(counter packet_demux "$1" dropped)
	unhandled=$(counter packet_demux "$1" unhandled)
	counted=$(farewells packet_count "$1")
	sized=$(farewells packet_sizes "$1")
	judged=$(farewells packet_drop "$1")
	rejected=$(farewells packet_drop "$1" dropped)
	! is_loaded packet_count ||
		counted=$((counted + $(counter packet_count "$1" packets)))
	! is_loaded packet_sizes ||
		sized=$((sized + $(counter packet_sizes "$1" packets)))
	if is_loaded packet_drop; then
		judged=$((judged + $(counter packet_drop "$1" packets)))
		rejected=$((rejected + $(counter packet_drop "$1" dropped)))
	fi
	eval "kernel=\$snmp_$1"
	kernel=$(($(snmp "$1") - kernel))
}

# books_balance PROTOCOL: every packet that the kernel received was seen once,
# every one that was seen was received but for those that a handler dropped, and
# every one that was handled was handled by exactly one handler.
books_balance() {
	books "$1"
	[ "$seen" -gt 0 ] && [ "$seen" = $((kernel + dropped)) ] &&
		[ "$seen" = $((handled + unhandled)) ] &&
		[ "$handled" = $((counted + sized + judged)) ] &&
		[ "$dropped" = "$rejected" ] && return
	echo "# protocol $1: seen $seen, kernel $kernel, handled $handled," \
		"dropped $dropped, unhandled $unhandled, counted $counted," \
		"sized $sized, judged $judged, rejected $rejected"
	return 1
}
