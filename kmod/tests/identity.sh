#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is told of a task is of that task: a name makes no irq thread, and a lock wait whose end was not seen ends in
# user space.
. "$(dirname "$0")/lib.sh"

TARGET=1

# A real-time task of user space that is called like an irq thread keeps CPU 1 from another.
parts() { awk '/^measure=/ { measure = $0 } /^part=/ && measure == "measure=wakeup_latency" { split(substr($0, 6), p, " "); if ($0 ~ /irq\/24-x/) n[p[1]]++ }
	END { print n["task"] + 0, n["irq_thread"] + 0 }' $PROBE/spikes; }

plan 5
load rtprobe measures=wakeup_latency,hardirq_duration threshold=1ms capture=locks,stack || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
taskset -pc 0 $$ >/dev/null
background taskset -c $TARGET chrt -f 50 sh -c 'echo irq/24-x >/proc/$$/comm; while :; do i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); done; sleep 0.02; done'
called=$last
background taskset -c $TARGET chrt -f 10 sh -c 'while :; do sleep 0.003; done'
waiting=$last
sleep 4
read -r task irq_thread <<VERDICT
$(parts)
VERDICT
stop "$called"
stop "$waiting"
figures "parts of irq/24-x: $task as a task, $irq_thread as an irq thread"
check "a user's task that is called like an irq thread is seen" [ "$((task + irq_thread))" -gt 0 ]
check "and is a task" [ "$irq_thread" -eq 0 ]

user=$(named lostend sh)
control clear=spikes
background taskset -c $TARGET "$user" -c "echo kind=lostend us=1 >$DISTURB; while :; do :; done"
sleep 1
disturb kind=hardirq us=3000 cpu=$TARGET
sleep 0.5
awk '/^spike=/ { comm = "" } /^comm=lostend$/ { comm = 1 } /^lock_evidence=/ && comm' $PROBE/spikes >"$scratch/evidence"
figures "contention_hooked $(status_of contention_hooked); evidence $(sort "$scratch/evidence" | uniq -c | tr '\n' ' ')"
check "the task that lost an end is in a spike" [ "$(grep -c '^comm=lostend$' $PROBE/spikes)" -gt 0 ]
check "and waits for no lock in user space" [ "$(grep -c contention "$scratch/evidence")" -eq 0 ]
check "no complaint of the kernel" no_splat
finish
