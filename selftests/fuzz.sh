#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Random input for all that operators write and read: every file in debugfs, every
# parameter of every module. See fuzz.c, which does it, and Documentation/fuzzing.rst.
#
#	FUZZ_SEED	which inputs (1); "random" draws one and tells it
#	FUZZ_FROM	the number of the first one (0)
#	FUZZ_INPUTS	how many (10000)
#	FUZZ_CROWD	how many more in a crowd, with modules that come and go (a tenth)
#	FUZZ_VERBOSE=1	names each before it is given
#
# The seed is the same each time unless asked for, so that what makes a change fail is
# the change. Long runs are to draw one.

. ./functions.sh

SEED=${FUZZ_SEED:-1}
FROM=${FUZZ_FROM:-0}
INPUTS=${FUZZ_INPUTS:-10000}
CROWD=${FUZZ_CROWD:-$((INPUTS / 10))}
# The kernel's log holds what so many say.
ROUND=10000
NAMES="handler_table_test_debugfs handler_table_test_stats handler_table_bench
	packet_demux packet_count packet_sizes packet_drop control_room irq_table"

[ "$SEED" != random ] || SEED=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')

# What the kernel says of parameters, and irq_table of interrupts.
EXPECTED="irq_table: irq [0-9]+ has no handler|callbacks suppressed"
EXPECTED="$EXPECTED|unknown parameter '|(too large|invalid) for parameter"
EXPECTED="$EXPECTED|can only take [0-9]+ arguments|needs at least|expects some arguments"
EXPECTED="$EXPECTED|string doesn't fit|string parameter too long"
# Cut, where it is long.
EXPECTED="$EXPECTED|: \`"

# As in fuzz.c, where they are loaded again.
load_all() {
	for name in $NAMES; do
		case $name in
		control_room) set -- rate=100 ;;
		irq_table) set -- tick_ms=0 ;;
		handler_table_bench) set -- rounds=1 ;;
		# One that packet_count leaves alone.
		packet_drop) set -- protocol=99 ;;
		*) set -- ;;
		esac
		is_loaded "$name" || load "$name" "$@" || return
	done
}

# users: what else uses the module, as what one of the crowd had loaded when it was over.
users() {
	awk '$1 == "handler_table" { gsub(/[,-]/, " ", $4); print $4 }' /proc/modules
}

# In the order in which they were, that is backwards.
unload_all() {
	for name in irq_table control_room packet_drop packet_sizes packet_count packet_demux \
		handler_table_bench handler_table_test_stats handler_table_test_debugfs; do
		! is_loaded "$name" || rmmod "$name" || return
	done
	for name in $(users); do
		rmmod "$name" || return
	done
	if ! stop_watching || ! rmmod handler_table; then
		grep '^handler_table' /proc/modules | sed 's/^/# /'
		return 1
	fi
	[ ! -e "$DEBUGFS/handler_table" ]
}

# fuzz SEED FROM INPUTS [OPTION...]
fuzz() {
	seed=$1
	from=$2
	inputs=$3
	shift 3
	./fuzz ${FUZZ_VERBOSE:+-v} -s "$seed" -f "$from" -n "$inputs" "$@" "$MODULES" <fuzz.cases
}

# in_rounds INPUTS [OPTION...]: until one fails, or the log says something.
in_rounds() {
	from=$FROM
	end=$((FROM + $1))
	shift
	while [ "$from" -lt "$end" ]; do
		n=$((end - from))
		[ "$n" -lt "$ROUND" ] || n=$ROUND
		next=$((from + n))
		LOG_MARK="selftest $0 $$ $from"
		echo "$LOG_MARK" >/dev/kmsg
		fuzz "$SEED" "$from" "$n" "$@" && log_is_clean "$EXPECTED" || return
		from=$next
	done
}

setup 5
echo "# FUZZ_SEED=$SEED FUZZ_FROM=$FROM FUZZ_INPUTS=$INPUTS FUZZ_CROWD=$CROWD"
load handler_table
keep_watching || exit
load_all || exit
ktap_test_result "$INPUTS inputs, one after the other" in_rounds "$INPUTS"
result "$CROWD inputs by four at a time, while modules come and go" \
	in_rounds "$CROWD" -c 4
# Where one was left out last.
ktap_test_result "all can be loaded" load_all
ktap_test_result "all can be unloaded" unload_all
ktap_test_result "the log is clean" log_is_clean "$EXPECTED"
ktap_finished
