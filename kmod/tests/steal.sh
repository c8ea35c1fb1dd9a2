#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Steal time of a hypervisor. An emulated guest has no hypervisor, so rtprobe_disturb adds to the kernel's counter what
# it would: in the middle of time with interrupts disabled, as much as half of it or far more. The parts of
# the late timers have it, never more than the spike is long. irqsoff's lower bound is without it. Its upper bound is not,
# because the kernel may have added up time from before.
. "$(dirname "$0")/lib.sh"

TIMES=10
TARGET=1
PERIOD_NS=1000000

hold() { # KIND
	for i in $(seq $TIMES); do
		control clear=spikes
		disturb clear
		"$camera" -c "echo kind=$1 us=20000 cpu=$TARGET >$DISTURB" || return 1
		sleep 0.1
		awk '$2 == "'"$1"'" { print "hold", $5, $6 }' $DISTURB
		grep -E '^(spike|time|measure|cpu|value_ns|lower_ns|upper_ns|part)=' $PROBE/spikes
	done >"$scratch/$1"
}

# judge KIND LEAST MOST: "timers right sums bounds wrong": late timers of the holds; those whose part steal is LEAST to
# MOST ns and no longer than the spike; those whose parts add up. irqsoff spikes whose bounds include the whole hold and
# what is left of it without the steal time, and others.
judge() {
	awk -v cpu=$TARGET -v least="$2" -v most="$3" '
	function close_spike() {
		if (on != cpu || time < end || time - value > end) { measure = ""; return }
		if (measure == "timer_latency" && value > 15000000) {
			timers++
			if (steal >= least && steal <= most && steal <= value) right++
			else print "# steal " steal " of " value " ns" >"/dev/stderr"
			if (sum == value) sums++
		}
		if (measure == "irqsoff") {
			# The host can pause the CPU right after the hold.
			if (upper >= end - start && lower <= time - start - least) bounds++
			else { wrong++; print "# bounds " lower " to " upper ", held " end - start " ns" >"/dev/stderr" }
		}
		measure = ""
	}
	$1 == "hold" { close_spike(); start = $2 + 0; end = $3 + 0; next }
	{ key = $0; sub(/=.*/, "", key); v = $0; sub(/^[^=]*=/, "", v) }
	key == "spike" { close_spike(); steal = sum = 0 }
	key == "measure" { measure = v }
	key == "time" { time = v + 0 }
	key == "cpu" { on = v }
	key == "value_ns" { value = v + 0 }
	key == "lower_ns" { lower = v + 0 }
	key == "upper_ns" { upper = v + 0 }
	key == "part" { split(v, p, " "); sum += p[5]; if (p[1] == "steal") steal += p[5] }
	END { close_spike(); print timers + 0, right + 0, sums + 0, bounds + 0, wrong + 0 }' "$scratch/$1"
}

plan 8
load rtprobe measures=irqsoff,timer_latency period=1ms threshold=3ms capture=none || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
camera=$(named camera sh)
check "half of the time is stolen $TIMES times" hold steal
# Steal time that can be from before the timer was due does not count: at most two periods of it.
read -r timers right sums bounds wrong <<VERDICT
$(judge steal $((10000000 - 2 * PERIOD_NS)) 10000000 2>"$scratch/complaints")
VERDICT
head -n 20 "$scratch/complaints"
figures "$timers late timers, $right with as much steal, $sums add up; irqsoff: bounds right $bounds, wrong $wrong"
check "late timers have a part steal as long as what was added" [ "$timers" -ge $((TIMES / 2)) -a "$right" -eq "$timers" ]
check "and the parts add up to the value" [ "$sums" -eq "$timers" ]
check "irqsoff's bounds include the time with and without it" [ "$bounds" -ge $((TIMES / 2)) -a "$wrong" -eq 0 ]
check "more than all is stolen $TIMES times" hold stealmore
read -r timers right sums bounds wrong <<VERDICT
$(judge stealmore 0 60000000 2>"$scratch/complaints")
VERDICT
head -n 20 "$scratch/complaints"
figures "$timers late timers, $right with a part steal no longer than the spike, $sums add up; irqsoff spikes: $((bounds + wrong))"
check "a part steal is never longer than the spike" [ "$timers" -ge $((TIMES / 2)) -a "$right" -eq "$timers" -a "$sums" -eq "$timers" ]
check "irqsoff says nothing where all may have been stolen" [ $((bounds + wrong)) -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
