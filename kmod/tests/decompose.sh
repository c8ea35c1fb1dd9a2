#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand spikes of the four measures that are split into parts, under a mixed load. The parts of each spike add up
# to its value, and only a small share is unaccounted for.
. "$(dirname "$0")/lib.sh"

SPIKES=1000
MEASURES=timer_latency,thread_latency,wakeup_latency,irq_to_task

# Starts load for at most SECONDS: disk, CPU, short processes, a real-time task that sleeps and wakes.
load_for() { # SECONDS
	timeout "$1" sh -c 'while :; do dd if=/dev/zero of='"$scratch"'/disk bs=64k count=100 conv=fsync 2>/dev/null; done' &
	children="$children $!"
	timeout "$1" sh -c 'while :; do sh -c :; done' &
	children="$children $!"
	timeout "$1" chrt -f 40 sh -c 'while :; do sleep 0.01; done' &
	children="$children $!"
}

# The list is large enough that no spike is lost while it is read.
collect() {
	for try in $(seq 400); do
		disturb "kind=$DISTURBED us=$((1000 + try * 20)) cpu=$((try % 2))"
		case $DISTURBED in hardirq) DISTURBED=irqsoff ;; irqsoff) DISTURBED=fifo ;; fifo) DISTURBED=irqthread ;; *) DISTURBED=hardirq ;; esac
		[ "$(grep -c ^spike= $PROBE/spikes)" -ge $SPIKES ] && break
		sleep 0.2
	done
	cp $PROBE/spikes "$scratch/spikes"
}

# For each measure: number of spikes, with parts, with parts that add up, with complete parts; p50 and p99 of the
# unaccounted share of the complete ones, in thousandths. The last line is the total.
verdict() {
	awk '
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	function rank(of, n, share,   i, seen) { for (i = 0; i <= 1000; i++) { seen += histogram[of, i]; if (seen >= n * share && seen) return i } return 0 }
	function count(of, share) { spikes[of]++; if (n) split_[of]++; if (n && sum == whole) sums[of]++
		if (n && !incomplete) { entire[of]++; histogram[of, share]++ } }
	function close_spike(   share) {
		if (measure) { share = whole ? int(1000 * rest / whole + 0.5) : 0; count(measure, share); count("all", share) }
		n = sum = rest = 0; incomplete = 0; measure = ""
	}
	key == "spike" { close_spike() }
	key == "measure" { measure = value }
	key == "value_ns" { whole = value + 0 }
	key == "parts_incomplete" { incomplete = value + 0 }
	key == "part" { n++; split(value, p, " "); sum += p[5]; if (p[1] == "unaccounted") rest += p[5] }
	END { close_spike(); order = "timer_latency thread_latency wakeup_latency irq_to_task all"; m = split(order, o, " ")
		for (i = 1; i <= m; i++) print o[i], spikes[o[i]] + 0, split_[o[i]] + 0, sums[o[i]] + 0, entire[o[i]] + 0, rank(o[i], entire[o[i]], 0.5), rank(o[i], entire[o[i]], 0.99) }' "$scratch/spikes"
}

plan 5
load rtprobe measures=$MEASURES period=500us max_spikes=4096 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu1 ] || bail "two CPUs are needed"
DISTURBED=hardirq
control clear=spikes
# At a limited rate: in a burst the recorder overwrites its history before the last spike is completed.
for measure in $(echo $MEASURES | tr , ' '); do rules "add measure=$measure threshold=200us rate=8"; done
load_for 150
collect
rules clear
verdict >"$scratch/verdict"
while read -r measure spikes split sums entire p50 p99; do
	figures "$measure: $spikes spikes, $split split, $sums add up, $entire complete, unaccounted p50 $p50 p99 $p99 thousandths"
done <"$scratch/verdict"
read -r all spikes split sums entire p50 p99 <<LAST
$(tail -n 1 "$scratch/verdict")
LAST
check "there are $SPIKES spikes" [ "$spikes" -ge $SPIKES ]
check "nearly all are split into parts" [ "$split" -ge $((spikes * 95 / 100)) ]
check "the parts of each add up to its value" [ "$sums" -eq "$split" ]
check "the median of the unaccounted share is below a tenth" [ "$p50" -lt 100 ]
check "the kernel log has no warnings" no_splat
finish
