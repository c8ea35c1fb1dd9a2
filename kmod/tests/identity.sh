#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Spikes describe tasks correctly: a name alone does not make a task an irq thread, and a lock wait whose end was missed
# ends in user mode.
. "$(dirname "$0")/lib.sh"

TARGET=1

# A real-time user task with the name of an irq thread delays another task on CPU 1.
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
check "a user task with the name of an irq thread appears in the parts" [ "$((task + irq_thread))" -gt 0 ]
check "its parts are those of a task" [ "$irq_thread" -eq 0 ]

user=$(named lostend sh)
control clear=spikes
background taskset -c $TARGET "$user" -c "echo kind=lostend us=1 >$DISTURB; while :; do :; done"
sleep 1
for i in 1 2 3; do
	disturb kind=hardirq us=3000 cpu=$TARGET
	sleep 0.3
done
# In the kernel, on its way out of the write, it may still wait.
awk '/^spike=/ { comm = user = 0 } /^mode=user$/ { user = 1 } /^comm=lostend$/ { comm = 1 } /^lock_evidence=/ && comm && user' $PROBE/spikes >"$scratch/evidence"
figures "contention_hooked $(status_of contention_hooked); evidence $(sort "$scratch/evidence" | uniq -c | tr '\n' ' ')"
check "the task whose end of waiting was missed is in a spike in user mode" [ -s "$scratch/evidence" ]
check "it does not wait for a lock in user mode" [ "$(grep -c contention "$scratch/evidence")" -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
