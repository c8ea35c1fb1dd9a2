#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# wakeup_latency: a real-time thread wakes one of lower priority and then holds the CPU for a known time. Each wake-up
# must appear as a spike with the task that waited, the task that held the CPU, the waker, and a value between the
# enclosing time stamps. The waiting task is a new thread each time, always with the same name: they share a row. Many
# short real-time tasks fill neither the task table nor the rows.
. "$(dirname "$0")/lib.sh"

ROUNDS=4
EACH=10
TARGET=1

# Prints the length of disturbance N in us: from 1500 to 6000, all different, in mixed order.
length() { echo $((1500 + (($1 * 37) % 40) * 4500 / 39)); }

# number least most pid | found value victim_comm comm waker_comm
match() { # TRUTH SPIKES
	awk -v cpu=$TARGET '
	FILENAME == ARGV[1] { if ($2 == "fifo") { t[++n] = $1 " " $7 " " $8 " " $11; pid[n] = $11; end[n] = $6 } next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++ }
	{ v[s, key] = value }
	END {
		for (i = 1; i <= n; i++) {
			found = 0; k = 0
			for (j = 1; j <= s; j++)
				if (v[j, "measure"] == "wakeup_latency" && v[j, "cpu"] == cpu && v[j, "victim_pid"] == pid[i] &&
				    v[j, "time"] + 0 >= end[i] + 0 && v[j, "time"] - v[j, "value_ns"] < end[i] + 0) { found++; k = j }
			print t[i], found, v[k, "value_ns"], v[k, "victim_comm"], v[k, "comm"], v[k, "waker_comm"]
		}
	}' "$1" "$2"
}

captured() {
	for try in $(seq 50); do
		[ "$(grep -c '^victim_comm=rtprobe-victim$' $PROBE/spikes)" -ge $EACH ] && return
		sleep 0.1
	done
}

run_round() { # ROUND
	disturb clear
	control clear=spikes
	for i in $(seq $EACH); do
		disturb kind=fifo us="$(length $((($1 - 1) * EACH + i)))" cpu=$TARGET || return 1
	done
	captured
	match $DISTURB $PROBE/spikes >>"$scratch/matched"
}

judge() {
	awk '{ injected++; if ($5 != 1) { print "# not found once: " $0 >"/dev/stderr"; next }
		found++; ok = $6 >= $2 && $6 <= $3; bounds += ok; victim += $7 == "rtprobe-victim"
		holder += $8 == "rtprobe-hog"; waker += $9 == "rtprobe-hog"; width = $3 - $2; if (width > worst) worst = width
		if ($8 != "rtprobe-hog") print "# " $8 " ran last before the victim, value " $6 >"/dev/stderr"
		if (!ok) print "# outside: " $0 >"/dev/stderr" }
	END { print injected + 0, found + 0, bounds + 0, victim + 0, holder + 0, waker + 0, worst / 1000 }' "$scratch/matched"
}

rows_of_victim() {
	rows 'f["measure"] == "wakeup_latency" && f["name"] == "rtprobe-victim" { n++ } END { print n + 0 }'
}

# Each new real-time task sleeps briefly, so it is woken at least once.
many_short_tasks() { # HOW MANY
	for i in $(seq $(($1 / 20))); do
		for j in $(seq 20); do chrt -f 5 sleep 0.01 & done
		wait
	done
}

settles() { # MOST: succeeds when at most so many tasks are followed
	for try in $(seq 50); do
		[ "$(status_of tasks)" -le "$1" ] && return
		sleep 0.1
	done
	figures "tasks=$(status_of tasks)"
	return 1
}

stands_still() {
	total='f["measure"] == "wakeup_latency" { n += f["count"] } END { print n + 0 }'
	was=$(rows "$total")
	sleep 0.3
	[ "$(rows "$total")" = "$was" ]
}

plan 13
# The counter is the clock of wake-ups, too: the waker and the task that waits may be on different CPUs.
load rtprobe clock=$COUNTER measures=wakeup_latency threshold=1400us max_tasks=64 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
taskset -pc 0 $$ >/dev/null

for round in $(seq $ROUNDS); do run_round "$round" || bail "the disturbance failed: $(head -1 $DISTURB)"; done
read -r injected found bounds victim holder waker worst <<VERDICT
$(judge 2>"$scratch/complaints")
VERDICT
head -n 20 "$scratch/complaints"
all=$((ROUNDS * EACH))
figures "injected $injected, found $found, within bounds $bounds, victim right $victim, holder of the CPU right $holder, waker right $waker; bounds at most $worst us apart; lost_spike_no_slot=$(status_of lost_spike_no_slot)"
check "$all wake-ups were delayed" [ "$injected" -eq $all ]
check "each appears exactly once among the spikes, or is counted as lost" [ $((found + $(status_of lost_spike_no_slot))) -ge $all ]
# A kernel that checks itself takes so long for a capture that others find no slot.
check "nine tenths are captured" [ "$found" -ge $((all * 9 / 10)) -o -e /proc/lockdep ]
check "each with a value between the enclosing time stamps" [ "$bounds" -eq "$found" ]
check "each with the task that waited" [ "$victim" -eq "$found" ]
check "each with the task that woke it" [ "$waker" -eq "$found" ]
check "at least a third with the task that held the CPU as the last to run" [ "$holder" -ge $((all / 3)) ]
check "threads of one name share a row" [ "$(rows_of_victim)" -eq 1 ]
control clear=spikes threshold=off
many_short_tasks 400
figures "after 400 short real-time tasks: tasks=$(status_of tasks) of $(status_of tasks_max), rows=$(status_of rows), lost_no_task=$(status_of lost_no_task)"
check "400 short real-time tasks fit a table of 64" [ "$(status_of lost_no_task)" -eq 0 ]
check "entries of exited tasks are reused" settles 64
control measures=none
check "a measure that is switched off records nothing" stands_still
control measures=wakeup_latency
check "a measure that is switched on again continues" disturb kind=fifo us=500 cpu=$TARGET
check "the kernel log has no warnings" no_splat
finish
