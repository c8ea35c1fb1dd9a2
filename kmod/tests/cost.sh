#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module's cost grows with each family of hooks that is switched on and used, and never falls. The limit on captures
# and the worker holds under a threshold that nearly every value exceeds.
. "$(dirname "$0")/lib.sh"

cost() { awk -F= '/^cost_cpu[0-9]*_ns=/ { n += $2 } END { printf "%.0f\n", n }' $PROBE/status; }
calls() { awk -F= '/^cost_cpu[0-9]*_events=/ { n += $2 } END { printf "%.0f\n", n }' $PROBE/status; }
load_some() { timeout 3 sh -c 'while :; do hackbench -g 1 -f 4 -l 100 -s 200; done' >/dev/null 2>&1; true; }
lines() { for i in $(seq 200); do disturb "kind=line us=1 cpu=0"; done; }

# grows NAME LEAST COMMAND...: calls and cost grow while the command runs.
grows() {
	name=$1 least=$2
	shift 2
	before=$(cost) before_calls=$(calls)
	"$@"
	grown=$(($(cost) - before)) grown_calls=$(($(calls) - before_calls))
	figures "$name: $grown_calls calls, $((grown / 1000)) us"
	[ $grown_calls -ge "$least" ] && [ $grown -gt 0 ]
}

# with MEASURES COMMAND...: as grows, with only these measures.
with() {
	control measures="$1" || return 1
	shift
	grows "$@"
}

FAMILIES='hardirq_duration vector_duration softirq_duration wakeup_latency stolen irq_to_task'

plan 14
load rtprobe measures=none recorder=off self_limit=2 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
for measure in $FAMILIES; do check "$measure has a cost" with "$measure" "$measure" 1 load_some; done
check "irqsoff has a cost, without a measure of interrupts" with irqsoff irqsoff 256 sleep 2
check "thread_latency has a cost" with thread_latency thread_latency 0 sleep 1
check "kprobes have a cost" with irqline_off irqline_off 256 lines
control measures=none
rules "add name=none threshold=1s capture=locks"
if [ "$(status_of contention_hooked)" = 1 ]; then
	check "hooks of contended locks have a cost" grows contention 1 load_some
else
	check "hooks of contended locks do not exist here" true
fi
rules clear

# Neither a clear of a machine at work nor another average of the timed calls lowers it.
control measures=default recorder=on
fell=0 last=0
background sh -c 'while :; do hackbench -g 1 -f 4 -l 100 -s 200; done' >/dev/null 2>&1
hackbenches=$last
last=0
for i in $(seq 30); do
	now=$(cost) now_calls=$(calls)
	[ "$now" -ge "$last" ] && [ "$now_calls" -ge "${last_calls:-0}" ] || fell=$((fell + 1))
	last=$now last_calls=$now_calls
	control clear=histograms,spikes
done
figures "cost after 30 clears: $((last / 1000000)) ms, fell $fell times"
check "a clear does not lower it" [ $fell -eq 0 ]

control threshold=1us
sleep 2
before=$(status_of self_ns) limited=$(status_of lost_spike_self_limited) spikes=$(status_of spikes_total) start=$(date +%s%N)
held=$(status_of lost_spike_no_slot)
sleep 10
self=$(($(status_of self_ns) - before)) ns=$(($(date +%s%N) - start))
share=$((self * 1000 / (ns / 10)))
figures "threshold=1us: $(($(status_of spikes_total) - spikes)) spikes, $(($(status_of lost_spike_self_limited) - limited)) beyond the limit, $(($(status_of lost_spike_no_slot) - held)) without a slot; captures and worker $((self / 1000000)) ms in $((ns / 1000000)) ms: $share hundredths of a percent"
check "the limit of 2 % holds, and spikes beyond it are counted" [ "$share" -le 300 -a "$(status_of lost_spike_self_limited)" -gt "$limited" ]
check "some spikes are captured" [ $self -gt 0 ]
stop "$hackbenches"
check "the kernel log has no warnings" no_splat
finish
