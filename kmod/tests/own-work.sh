#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rtprobe's own work in spikes: captures, the worker, the threads of thread_latency and registered processes are parts of
# kind probe, and nothing else is named for them. The totals of tasks mark them, too.
. "$(dirname "$0")/lib.sh"

# From kmod/uapi/rtprobe.h: the command register-process and its attribute pid; the command get-tasks and its attribute task,
# and two attributes of a task.
REGISTER_PROCESS=20 PID=1
GET_TASKS=18 TASK=2 COMM=5 OWN=11

register() { perl "$here/genl.pl" set $REGISTER_PROCESS $PID "$1" | grep -q "^error $2\$"; }

register_and_end() {
	sleep 60 &
	process=$!
	register $process 0
	registered=$?
	stop $process
	return $registered
}

# Succeeds if a task of that name is in the totals as a part of rtprobe. counted: if it is in them at all.
marked() { IN=$TASK TEXT=$COMM perl "$here/genl.pl" dump $GET_TASKS | grep -q -E "^message [0-9]+ ([0-9]+,)*$OWN(,[0-9]+)* $1\$"; }
counted() { IN=$TASK TEXT=$COMM perl "$here/genl.pl" dump $GET_TASKS | grep -q " $1\$"; }
is_not_marked() { counted "$1" && ! marked "$1"; }

# Prints how many parts are of a kind and have a name that matches.
parts() { awk -v kind="$1" -v name="${2:-.*}" '/^part=/ { sub(/^part=/, ""); if ($1 == kind && $6 ~ "^(" name ")$") n++ } END { print n + 0 }' "$scratch/spikes"; }
largest_is() { awk -v kind="$1" '/^spike=/ { first = 1 } /^part=/ && first { sub(/^part=/, ""); n += $1 == kind; first = 0 } END { print n + 0 }' "$scratch/spikes"; }
keep() { cp $PROBE/spikes "$scratch/spikes"; }

# collect N COMMAND...: copies the spikes each second until the command prints at least N, at most half a minute.
collect() {
	least=$1
	shift
	for try in $(seq 30); do
		sleep 1
		keep
		[ "$("$@")" -ge "$least" ] && return
	done
}

# delays NAME: a process of that name holds the CPU at a higher priority than the task that waits, again and again. It
# has no children: they would have its name until they execute another program.
delays() {
	holder=$(named "$1" perl)
	background taskset -c 1 chrt -f 60 "$holder" -e 'for (;;) { $i = 0; $i++ while $i < 100000; select undef, undef, undef, 0.05 }'
	pid=$last
}

# Without child processes: at this priority they would take all of a slow CPU.
waits() { background taskset -c 1 chrt -f 40 perl -e 'select undef, undef, undef, 0.005 while 1'; }

plan 14
load rtprobe measures=$HANDLERS,wakeup_latency,timer_latency,irq_to_task max_spikes=2000 || bail "rtprobe.ko does not load"
[ -e /sys/devices/system/cpu/cpu1 ] || bail "two CPUs are needed"
waits

# Each interrupt of the timer that wakes the task is captured before the switch to the task.
rules "add measure=$HANDLERS threshold=1ns cpus=1 capture=registers rate=100"
rules "add measure=wakeup_latency threshold=1ns capture=none rate=20"
before=$(status_of self_ns)
collect 20 parts probe
rules clear
figures "$(grep -c ^spike= "$scratch/spikes") spikes; parts of rtprobe: $(parts probe), of IWI: $(parts vector IWI), of tasks: $(parts task); captures and worker: $((($(status_of self_ns) - before) / 1000000)) ms"
check "without a limit no spike is beyond it" [ "$(status_of lost_spike_self_limited)" -eq 0 ]
check "captures are parts of kind probe" [ "$(parts probe)" -gt 10 ]
check "no part names a thread of rtprobe as a task" [ "$(parts 'task|irqs_off' 'rtprobe.*')" -eq 0 ]

# The worker completes captures at ordinary priority, but before a task of idle priority. In a scheduler's order it delays
# nothing that is real-time, so its time is looked up in the rows of tasks.
worker=$(sed -n 's/^\([0-9]*\) (rtprobe) .*/\1/p' /proc/[0-9]*/stat | head -n 1)
figures "worker: nice $(awk '{ print $19 }' "/proc/$worker/stat")"
check "the worker has ordinary priority" [ "$(awk '{ print $19 }' "/proc/$worker/stat")" = 0 ]

# A process that delays the task is named, until it is registered.
delays reader
control clear=spikes
rules "add measure=wakeup_latency threshold=500us capture=none rate=30"
collect 3 parts task reader
figures "before: parts of reader $(parts task reader), of rtprobe $(parts probe)"
check "a process that holds the CPU is named" [ "$(parts task reader)" -gt 0 ]
check "the totals of tasks do not mark it" is_not_marked reader
check "a process is registered by its pid" register "$pid" 0
check "a process that does not exist is refused" register 4194000 -3
check "pid 0 is refused" register 0 -3
# More than can be registered, but all of them have ended, so the reader stays registered.
for i in $(seq 17); do register_and_end || figures "the process $i was not registered"; done
sleep 0.1
control clear=spikes
collect 3 largest_is probe
figures "after: parts of reader $(parts task reader), of rtprobe $(parts probe), the largest $(largest_is probe)"
check "a registered process is the probe" [ "$(parts task reader)" -eq 0 ]
check "its time is a part of kind probe" [ "$(largest_is probe)" -gt 0 ]
check "the totals of tasks mark it" marked reader
stop "$pid"

# thread_latency's threads delay the task: they are the probe.
rules clear
control clear=spikes measures=wakeup_latency,thread_latency period=200us
rules "add measure=wakeup_latency threshold=1ns capture=none rate=100"
collect 3 parts probe
figures "threads of thread_latency: parts of rtprobe $(parts probe)"
check "no part names the threads of thread_latency" [ "$(parts 'task|irqs_off' 'rtprobe.*')" -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
