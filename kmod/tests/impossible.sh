#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Values that cannot be right: from time that is subtracted twice, or from a start whose end was missed.
. "$(dirname "$0")/lib.sh"

# Longer than any real value here, shorter than the pauses between switching a measure off and on.
MOST_NS=2000000000

nmis() {
	for i in $(seq 10); do disturb kind=ownnmi us=2000 cpu=0 || return 1; done
}

# Prints the rows of MEASURE with a value above MOST_NS.
too_long() {
	rows 'f["measure"] ~ /'"$1"'/ && f["max_ns"] + 0 > '$MOST_NS' { print "# " f["measure"], f["name"], f["cpu"], f["max_ns"] >"/dev/stderr"; n++ }
		END { print n + 0 }'
}

# Delays the task below on CPU 1 for SECONDS.
hog() { timeout "$1" taskset -c 1 chrt -f 80 sh -c 'while :; do :; done'; }

# Sets the measures. A switch is refused while a CPU is held, so this tries several times.
switch_measures() {
	for i in $(seq 10); do control "measures=$1" && return 0; done
	return 1
}

# A real-time task is woken while a hog delays it. Before the task runs, wakeup_latency is switched off; the hooks stay
# registered for the flight recorder. After it is switched on again, the task is preempted and runs again. This is not
# the end of a wait. With PREEMPT_RT the hog keeps RCU's thread from running, so the switch succeeds only after the hog
# ended.
wait_unseen() {
	mkfifo "$scratch/fifo"
	control measures=wakeup_latency,timer_latency
	background taskset -c 1 chrt -f 10 sh -c 'read line <"$0"; while :; do i=0; while [ $i -lt 8000 ]; do i=$((i + 1)); done; sleep 0.02; done' "$scratch/fifo"
	woken=$last
	sleep 0.5
	hog 0.8 &
	sleep 0.3
	echo go >"$scratch/fifo"
	sleep 0.1
	switch_measures timer_latency || return 1
	sleep 4
	switch_measures wakeup_latency,timer_latency || return 1
	hog 0.3
	sleep 0.3
	stop "$woken"
	return 0
}

plan 6
load rtprobe measures=$VECTORS,timer_latency period=1ms || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu1/online ] || bail "CPU 1 cannot be taken offline"
taskset -pc 0 $$ >/dev/null

check "NMIs interrupt the probe's own timer" nmis
long=$(too_long $VECTORS)
figures "LOC on CPU 0: longest $(rows 'f["measure"] == "'$VECTORS'" && f["name"] == "'$TIMER'" && f["cpu"] == 0 { print f["max_ns"] }') ns; lost_negative $(status_of lost_negative)"
check "no vector takes longer than possible" [ "$long" -eq 0 ]
check "no duration is negative" [ "$(status_of lost_negative)" -eq 0 ]

# The softirq is raised and does not run before the CPU goes offline. The next entry on the CPU has another raise.
control measures=softirq_latency,softirq_duration,irqsoff,wakeup_latency,irq_to_task clear=histograms
for i in 1 2; do
	taskset -c 1 sh -c 'i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); /bin/true; done' &
	load=$!
	sleep 0.3
	echo 0 >/sys/devices/system/cpu/cpu1/online
	sleep 2.5
	echo 1 >/sys/devices/system/cpu/cpu1/online
	sleep 0.3
	kill $load 2>/dev/null
done
check "the measures are switched while a task waits or right after" wait_unseen

check "no wait began before its measure was switched on or its CPU went online" [ "$(too_long 'softirq_latency|wakeup_latency|irq_to_task|irqsoff')" -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
