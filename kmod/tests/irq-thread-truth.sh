#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# From an interrupt to a task, with a known delay in each step: a real-time thread delays the irq thread, which then
# takes its time and wakes a task. irq_thread_latency, irq_thread_duration and irq_to_task must each be between the
# enclosing time stamps.
. "$(dirname "$0")/lib.sh"

ROUNDS=3
EACH=10
TARGET=1

# Prints both delays of disturbance N in us: from 1500 to 5000, all different, in mixed order.
length() { echo $((1500 + (($1 * 37) % 30) * 3500 / 29)); }

# Prints for each record and measure what was found and whether it is right:
# measure found value least most named
match() { # TRUTH SPIKES
	awk -v cpu=$TARGET '
	FILENAME == ARGV[1] {
		if ($2 != "irqthread") next
		n++; handler[n] = $5; handled[n] = $6; irq[n] = $9; pid[n] = $11; hog_end[n] = $13; began[n] = $14; ended[n] = $15; ran[n] = $16
		before[n] = ran[n] - $8; asked[n] = $4 * 1000
		next
	}
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++ }
	{ v[s, key] = value }
	function judge(measure, least, most, name,   found, j, k, named) {
		for (j = 1; j <= s; j++)
			if (v[j, "measure"] == measure && v[j, "cpu"] == cpu && v[j, "number"] == irq[i] &&
			    v[j, "time"] - handler[i] >= 0 && v[j, "time"] - v[j, "value_ns"] <= ran[i] + 0 &&
			    v[j, "name"] == name) { found++; k = j }
		if (measure == "irq_thread_duration") named = v[k, "comm"] ~ /^irq\//
		else if (measure == "irq_thread_latency") named = v[k, "victim_comm"] ~ /^irq\//
		else named = v[k, "victim_pid"] == pid[i] && v[k, "waker_comm"] ~ /^irq\//
		print measure, found + 0, v[k, "value_ns"] + 0, least, most, named + 0
	}
	END {
		for (i = 1; i <= n; i++) {
				# The wake-up is shortly after the last time stamp of the handler.
			judge("irq_thread_latency", hog_end[i] - handled[i] - 50000, began[i] - handler[i], "rtprobe-edu")
			judge("irq_thread_duration", ended[i] - began[i], ran[i] - hog_end[i], "rtprobe-edu")
			judge("irq_to_task", ended[i] - handler[i], ran[i] - before[i], "rtprobe-victim")
		}
	}' "$1" "$2"
}

captured() {
	for try in $(seq 30); do
		[ "$(grep -c '^measure=irq_to_task$' $PROBE/spikes)" -ge $EACH ] && return
		sleep 0.1
	done
}

run_round() { # ROUND
	disturb clear
	control clear=spikes
	for i in $(seq $EACH); do
		disturb kind=irqthread us="$(length $((($1 - 1) * EACH + i)))" cpu=$TARGET || return 1
	done
	captured
	match $DISTURB $PROBE/spikes >>"$scratch/matched"
}

# Prints: found over least under most named. "over least" uses the given tolerance in percent.
judge() { # MEASURE TOLERANCE
	awk -v measure="$1" -v tolerance="$2" '$1 == measure {
		if ($2 != 1) { print "# " measure " found " $2 " times: " $0 >"/dev/stderr"; next }
		found++; least += $3 >= $4 * (1 - tolerance / 100); most += $3 <= $5 + 0; named += $6
		if ($3 < $4 * (1 - tolerance / 100) || $3 > $5 || !$6) print "# wrong: " $0 >"/dev/stderr" }
		END { print found + 0, least + 0, most + 0, named + 0 }' "$scratch/matched"
}

# If the host pauses an emulated CPU in an interrupt, this is one long interrupt. Durations are net of interrupts, so
# fewer of them reach the time that the thread took by the clock.
check_measure() { # MEASURE TOLERANCE OF_TEN WHY
	read -r found least most named <<VERDICT
$(judge "$1" "$2" 2>"$scratch/complaints")
VERDICT
	head -n 10 "$scratch/complaints"
	figures "$1: injected $all, found $found, at least the lower bound $least, at most the upper bound $most, tasks right $named"
	check "$1: each is found once, or counted as lost" [ $((found + $(status_of lost_spike_no_slot))) -ge $all -a "$found" -ge $((all * 9 / 10)) ]
	check "$1: no value exceeds the upper bound" [ "$most" -eq "$found" ]
	check "$1: $4" [ "$least" -ge $((found * $3 / 10)) ]
	check "$1: with the right tasks" [ "$named" -eq "$found" ]
}

plan 15
load rtprobe clock=$COUNTER measures=irq_thread_latency,irq_thread_duration,irq_to_task threshold=1400us || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ "$(edu_irq)" != 0 ] || bail "there is no edu device"
taskset -pc 0 $$ >/dev/null
disturb kind=hardirq us=1 cpu=$TARGET # moves the line there

all=$((ROUNDS * EACH))
for round in $(seq $ROUNDS); do run_round "$round" || bail "the disturbance failed: $(head -1 $DISTURB)"; done
check_measure irq_thread_latency 0 9 "nine of ten are at least the time for which the CPU was held"
check_measure irq_thread_duration 15 6 "most are at least the thread's time, except for interrupts in it"
check_measure irq_to_task 0 9 "nine of ten are at least the time from the handler to the wake-up"
check "no values of hard handlers are recorded" [ "$(rows 'f["measure"] == "hardirq_duration" { n += f["count"] } END { print n + 0 }')" -eq 0 ]
unload rtprobe_disturb
sleep 0.3
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load again"
disturb kind=irqthread us=2000 cpu=$TARGET || disturb kind=irqthread us=2000 cpu=$TARGET
figures "rows of the thread after its action was freed and requested again: $(rows 'f["measure"] ~ /^irq_thread/ && f["name"] == "rtprobe-edu" { n++ } END { print n + 0 }')"
check "an action that is freed and requested again uses its rows again" [ "$(rows 'f["measure"] == "irq_thread_latency" && f["name"] == "rtprobe-edu" { n++ } END { print n + 0 }')" -le 2 ]
check "the kernel log has no warnings" no_splat
finish
