#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand spikes of the four measures that are split into parts, under a mixed load: the parts of each add up to
# its value, and what share of it they leave unaccounted for.
. "$(dirname "$0")/lib.sh"

SPIKES=1000
MEASURES=timer_latency,thread_latency,wakeup_latency,irq_to_task

# Disk, CPU, processes that come and go, a real-time task that sleeps and wakes, for so many seconds at most.
load_for() { # SECONDS
	timeout "$1" sh -c 'while :; do dd if=/dev/zero of='"$scratch"'/disk bs=64k count=100 conv=fsync 2>/dev/null; done' &
	children="$children $!"
	timeout "$1" sh -c 'while :; do sh -c :; done' &
	children="$children $!"
	timeout "$1" chrt -f 40 sh -c 'while :; do sleep 0.01; done' &
	children="$children $!"
}

# The list holds so many that none is lost while it is read.
collect() {
	for try in $(seq 400); do
		disturb "kind=$DISTURBED us=$((1000 + try * 20)) cpu=$((try % 2))"
			case $DISTURBED in hardirq) DISTURBED=irqsoff ;; irqsoff) DISTURBED=fifo ;; fifo) DISTURBED=irqthread ;; *) DISTURBED=hardirq ;; esac
		[ "$(grep -c ^spike= $PROBE/spikes)" -ge $SPIKES ] && break
		sleep 0.2
	done
	cp $PROBE/spikes "$scratch/spikes"
}

# Of each measure: spikes, those with parts, those whose parts add up, those split whole, and the share unaccounted in
# thousandths, p50 and p99, of those split whole. The last line is of all of them.
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
# Not faster than they are split: the recorder's history of a storm is gone before the last of it is looked at.
for measure in $(echo $MEASURES | tr , ' '); do rules "add measure=$measure threshold=200us rate=8"; done
load_for 150
collect
rules clear
verdict >"$scratch/verdict"
while read -r measure spikes split sums entire p50 p99; do
	figures "$measure: $spikes spikes, $split split, $sums add up, $entire from begin to end, unaccounted p50 $p50 p99 $p99 thousandths"
done <"$scratch/verdict"
read -r all spikes split sums entire p50 p99 <<LAST
$(tail -n 1 "$scratch/verdict")
LAST
check "there are $SPIKES spikes" [ "$spikes" -ge $SPIKES ]
check "nearly all are split" [ "$split" -ge $((spikes * 95 / 100)) ]
check "the parts of each add up to its value" [ "$sums" -eq "$split" ]
check "what is unaccounted for is no tenth of the median spike" [ "$p50" -lt 100 ]
check "no complaint of the kernel" no_splat
finish
