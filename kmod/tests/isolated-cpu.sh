#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=3 isolcpus=2 nohz_full=2 rcu_nocbs=2 irqaffinity=0-1 timeout=1200
# isolated-cpu.sh [PAIRS [SECONDS]]: an isolated CPU with a busy loop gets no interrupt from the module.
#
# Runs pairs of SECONDS without and with the module, by default 5 of 60 s. With the module, all measures are on, and
# data are read and cleared meanwhile. For each row of /proc/interrupts, the maximum with the module must not exceed the
# spread without it.
. "$(dirname "$0")/lib.sh"

PAIRS=${1:-5}
SECONDS_EACH=${2:-60}
TARGET=2

# Prints all rows of /proc/interrupts of CPU $TARGET as NAME COUNT.
snapshot() {
	awk -v cpu="CPU$TARGET" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == cpu) at = i + 1; next }
		NF >= at { sub(":", "", $1); print $1, $at }' /proc/interrupts
}

# grown BEFORE AFTER: prints NAME COUNT of the rows that grew.
grown() { awk 'NR == FNR { was[$1] = $2; next } { print $1, $2 - was[$1] }' "$1" "$2"; }

use() {
	cat $PROBE/status $PROBE/irqs $PROBE/spikes >/dev/null
	control clear=histograms,spikes
}

# period KIND NUMBER: writes the interrupts of an idle period to $scratch/KIND.NUMBER.
period() {
	sleep 3
	snapshot >"$scratch/before"
	end=$(($(date +%s) + SECONDS_EACH))
	while [ "$(date +%s)" -lt "$end" ]; do
		sleep 1
		[ "$1" = without ] || use
	done
	snapshot >"$scratch/after"
	grown "$scratch/before" "$scratch/after" >"$scratch/$1.$2"
}

pairs() {
	unload rtprobe
	period without 0
	for pair in $(seq "$PAIRS"); do
		load rtprobe threshold=1ms || return 1
		period with "$pair"
		unload rtprobe
		period without "$pair"
	done
}

# Succeeds if no row grew more with the module than the spread without it allows.
undisturbed() {
	cat "$scratch"/without.* >"$scratch/all.without"
	cat "$scratch"/with.* >"$scratch/all.with"
	awk 'FNR == 1 { part++ }
		part == 1 { if (!($1 in most) || $2 > most[$1]) most[$1] = $2; if (!($1 in least) || $2 < least[$1]) least[$1] = $2; next }
		$2 > with[$1] { with[$1] = $2 }
		END { for (row in with) {
			allowed = most[row] + (most[row] - least[row])
			print "# " row ": " least[row] " to " most[row] " without, at most " with[row] + 0 " with"
			if (with[row] > allowed) { print "# " row " is beyond " allowed; bad = 1 } } exit bad }' \
		"$scratch/all.without" "$scratch/all.with"
}

# cost WHAT COMMAND...: prints the interrupts of the CPU during an operation.
cost() {
	what=$1
	shift
	snapshot >"$scratch/before"
	"$@"
	sleep 0.2
	snapshot >"$scratch/after"
	costs=$(grown "$scratch/before" "$scratch/after" | awk '$2 { printf "%s%d %s", n++ ? ", " : "", $2, $1 } END { if (!n) printf "nothing" }')
	figures "$what costs CPU $TARGET: $costs"
}

# idle MS: writes what occurs in that time without any operation to $scratch/idle.
idle() {
	snapshot >"$scratch/before"
	sleep "$(awk -v ms="$1" 'BEGIN { print ms / 1000 }')"
	snapshot >"$scratch/after"
	grown "$scratch/before" "$scratch/after" >"$scratch/idle"
}

# Succeeds if one of five attempts has no more interrupts than the same time without the operation: a kernel with a
# debugging configuration interrupts the CPU once a second.
is_free() {
	for attempt in 1 2 3 4 5; do
		start=$(date +%s%N)
		cost "$@"
		grown "$scratch/before" "$scratch/after" >"$scratch/operation"
		idle $((($(date +%s%N) - start) / 1000000))
		awk 'NR == FNR { idle[$1] = $2; next } $2 > idle[$1] { bad = 1 } END { exit bad }' \
			"$scratch/idle" "$scratch/operation" && return
	done
	return 1
}

counted() { rows 'f["cpu"] == '"$TARGET"' && f["measure"] == "'"$1"'" { n += f["count"] } END { print n + 0 }'; }
without_timer() { sleep 0.5; [ "$(counted timer_latency)" = 0 ]; }
# Starts programs on the CPU, which causes interrupts.
passively() {
	before=$(counted vector_duration)
	for try in 1 2 3 4 5 6 7 8 9 10; do taskset -c $TARGET true; done
	figures "vectors of CPU $TARGET: $before, then $(counted vector_duration)"
	[ "$(counted vector_duration)" -gt "$before" ]
}
spike_there() {
	rules "add cpus=$TARGET threshold=1ns" && taskset -c $TARGET true
	for try in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.5
		grep -q "^cpu=$TARGET$" $PROBE/spikes && rules clear && return
	done
	rules clear
	return 1
}
worker_elsewhere() {
	worker=$(pgrep -x rtprobe) && [ "$(taskset -pc "$worker" | sed 's/.*: //')" = 0,1 ]
}
no_thread_there() { sleep 0.5 && pgrep -x rtprobe/0 >/dev/null && ! pgrep -x rtprobe/$TARGET >/dev/null; }
refused() {
	control "$1" && return 1
	status_of last_error | grep -q "bad_list"
}
timer_everywhere() { control cpus=0-2 && sleep 0.5 && [ "$(counted timer_latency)" -gt 0 ]; }
moves_back() {
	control cpus=default && [ "$(setting cpus)" = 0-1 ] || return 1
	was=$(counted timer_latency)
	sleep 0.5
	[ "$(counted timer_latency)" = "$was" ]
}

plan 15
grep -q nohz_full /proc/cmdline || bail "needs a guest booted with nohz_full=$TARGET"
background taskset -c $TARGET sh -c 'while :; do :; done'
sleep 3
cost "loading" load rtprobe
check "isolated CPUs are not active by default" [ "$(setting cpus)" = 0-1 ]
check "no timer runs on the isolated CPU" without_timer
cost "switching everything off" control measures=none
cost "switching everything on" control measures=default
cost "a rule with locks" rules "add name=none threshold=1s capture=locks"
cost "no rule with locks" rules clear
check "clearing does not interrupt the CPU" is_free "clearing" control clear=histograms,spikes
check "reading does not interrupt the CPU" is_free "reading" sh -c "cat $PROBE/irqs $PROBE/status $PROBE/spikes >/dev/null"
check "settings and rules do not interrupt the CPU" is_free "settings" sh -c "echo 'add name=none threshold=1s' >$PROBE/rules; echo clear >$PROBE/rules; echo threshold=2s interval=200ms period=2ms >$PROBE/control"
control period=1ms interval=100ms threshold=off
check "interrupts of the isolated CPU are counted" passively
check "a spike of the isolated CPU is completed on another CPU" spike_there
check "the worker runs on the other CPUs only" worker_elsewhere
cost "switching thread_latency on" control measures=all
check "thread_latency has no thread on the isolated CPU" no_thread_there
cost "switching thread_latency off" control measures=default
check "a CPU that does not exist is refused" refused cpus=77
check "a timer runs there after cpus= includes the CPU" timer_everywhere
check "no timer runs there after cpus= excludes the CPU again" moves_back
cost "unloading" unload rtprobe
check "the periods were measured" pairs
check "no row of /proc/interrupts grows beyond the spread without the module" undisturbed
check "the kernel log has no warnings" no_splat
finish
