#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Thresholds by measure: the user's real-time tasks make spikes and kernel threads do not, each measure obeys its own
# threshold, rules come before all of them. A kernel thread of higher priority holds a CPU, so that a real-time task of
# the user and the kernel thread rtprobe-victim both wait for it.
. "$(dirname "$0")/lib.sh"

TARGET=1

# spikes AWK: counts spikes, with v["key"] for each line of a spike.
spikes() {
	awk 'function flush() { if ("spike" in v && ('"$1"')) n++; split("", v) }
		/^$/ { flush(); next }
		{ at = index($0, "="); key = substr($0, 1, at - 1); if (!(key in v)) v[key] = substr($0, at + 1) }
		END { flush(); print n + 0 }' $PROBE/spikes
}

# A kernel thread has no executable; neither has a process that is exiting, which is left out.
USER='v["measure"] == "wakeup_latency" && "victim_exe" in v'
KTHREAD='v["measure"] == "wakeup_latency" && !("victim_exe" in v) && v["victim_exited"] == 0'
of_victims() { spikes 'v["victim_comm"] == "rtprobe-victim" && '"$1"; }

# Waits until spikes that were captured are on the list: their number stays the same for half a second.
settle() {
	for try in $(seq 12); do
		before=$(status_of spikes_held)
		sleep 0.5
		[ "$(status_of spikes_held)" != "$before" ] || return 0
	done
}

# hold KIND TIMES: disturbs with 5 ms each. Spikes of before are complete, and cleared, when it begins.
hold() {
	settle
	control clear=spikes
	for i in $(seq "$2"); do disturb "kind=$1" us=5000 "cpu=$TARGET" || return 1; done
	settle
}

# makes THRESHOLDS USERS KTHREADS: with these thresholds, wake-ups of user tasks and of kernel threads make spikes (1) or
# do not (0).
makes() {
	control "$1" || { figures "$(status_of last_error)"; return 1; }
	hold fifo 8 || return 1
	users=$(spikes "$USER") kthreads=$(spikes "$KTHREAD")
	figures "$1: $users spikes of user tasks, $kthreads of kernel threads"
	[ "$((users > 0))" = "$2" ] && [ "$((kthreads > 0))" = "$3" ]
}

handled() { # THRESHOLDS SPIKES
	control "$1" && hold hardirq 8 || return 1
	n=$(spikes 'v["measure"] == "hardirq_duration" && v["name"] == "rtprobe-edu"')
	figures "$1: $n of 8 interrupts; $(grep ^lost_spike $PROBE/status | tr "\n" " ")"
	[ "$n" -eq "$2" ]
}

# A user's task and a kernel thread of one name have one row, and each its own threshold.
one_row_two_kinds() {
	control threshold=off thresholds=wakeup_latency:2ms || return 1
	hold fifo 8
	names=$(rows 'f["measure"] == "wakeup_latency" && f["name"] == "rtprobe-victim" && f["cpu"] == '$TARGET' { n++ } END { print n + 0 }')
	figures "$(of_victims "$USER") of the user's rtprobe-victim, $(of_victims "$KTHREAD") of the kernel's, $names row"
	[ "$names" -eq 1 ] && [ "$(of_victims "$USER")" -gt 0 ] && [ "$(of_victims "$KTHREAD")" -eq 0 ]
}

# wakes_often NAME: a real-time task that is woken every 2 ms.
wakes_often() {
	program=$(named "$1" perl)
	background taskset -c "$TARGET" chrt -f 5 "$program" -e 'select(undef, undef, undef, 0.002) while 1'
}

plan 14
load rtprobe measures=wakeup_latency thresholds=wakeup_latency:2ms || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
check "the module loads with a threshold of one measure" [ "$(setting threshold)" = 2ms ]
check "the others are off" [ "$(setting thresholds | tr , '\n' | grep -cv ':off$')" -eq 1 ]
taskset -pc 0 $$ >/dev/null
wakes_often camera-loop

check "with a threshold for user tasks only, they make spikes and kernel threads do not" \
	makes "threshold=off thresholds=wakeup_latency:2ms" 1 0
check "the order of the words does not matter" makes "thresholds=wakeup_latency:2ms threshold=off" 1 0
check "with a threshold for kernel threads only, they make spikes and user tasks do not" \
	makes "threshold=off thresholds=wakeup_latency/kthreads:2ms" 0 1
check "the old word sets both" makes threshold=2ms 1 1
check "a threshold of another measure makes neither" makes "threshold=off thresholds=timer_latency:2ms,hardirq_duration:2ms" 0 0
check "a value at or under the threshold is no spike" makes "threshold=off thresholds=wakeup_latency:2ms,wakeup_latency/kthreads:59s" 1 0

rules "add measure=wakeup_latency comm=rtprobe-victim threshold=2ms; add measure=wakeup_latency comm=camera-loop threshold=off"
check "rules come before the thresholds" makes "threshold=off thresholds=wakeup_latency:2ms" 0 1
rules clear

stop "$last"
wakes_often rtprobe-victim
check "a user task and a kernel thread of one name are judged by what they are" one_row_two_kinds
stop "$last"

control measures=hardirq_duration,wakeup_latency
disturb kind=hardirq us=20 cpu=$TARGET
check "the threshold of hard interrupts makes spikes of them" handled "threshold=off thresholds=hardirq_duration:2ms" 8
check "while it is off they make none" handled "threshold=1ms thresholds=hardirq_duration:off" 0
check "while it is over the value they make none" handled "threshold=1ms thresholds=hardirq_duration:50ms" 0
check "the kernel log has no warnings" no_splat
finish
