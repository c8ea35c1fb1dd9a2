#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# irqsoff: each window of at least a period and a threshold is found, with the process that disabled interrupts. Its
# bounds include the true duration and differ by at most a period. The timer_latency spikes of the same windows are
# split into parts that add up and attribute the time to interrupts off in that process. Outside PREEMPT_RT a softirq that
# disables interrupts is not the process that it interrupts. The argument is the number of windows.
. "$(dirname "$0")/lib.sh"

TIMES=${1:-20}
TARGET=1
PERIOD_US=1000
# Longer than the delays that a busy host causes in an emulated guest.
THRESHOLD_US=15000

# The list is cleared before and read after each hold, because delays of a busy host would fill it.
hold() {
	disturb clear
	for i in $(seq $TIMES); do
		control clear=spikes
		"$camera" -c "echo kind=irqsoff us=$((20000 + i % 20 * 1000)) cpu=$TARGET >$DISTURB" || return 1
		sleep 0.1
		cat $PROBE/spikes >>"$scratch/spikes"
	done
	cp $DISTURB "$scratch/truth"
}

# Prints "windows found bounds late narrow cause". For each record it finds the irqsoff spike that ends with it. The
# host can pause an emulated CPU within a window or right after it. Then the proven time exceeds the hold, so the upper
# limit is the time from the hold's start to the spike. `late` are windows whose timer was due before the hold began but
# was not raised. This is an error of the emulator and makes the lower bound wrong.
judge() {
	awk -v cpu=$TARGET -v period=$((PERIOD_US * 1000)) '
	FILENAME == ARGV[1] { if ($2 == "irqsoff") { n++; start[n] = $5; end[n] = $6; pid[n] = $11; comm[n] = $12 } next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++ }
	{ v[s, key] = value }
	END {
		for (i = 1; i <= n; i++) {
			hit = 0
			for (j = 1; j <= s; j++) {
				if (v[j, "measure"] != "irqsoff" || v[j, "cpu"] != cpu) continue
				if (v[j, "time"] + 0 < end[i] + 0 || v[j, "time"] - v[j, "upper_ns"] > end[i]) continue
				hit = j
				break
			}
			if (!hit) { print "# not found: " end[i] - start[i] " ns" >"/dev/stderr"; continue }
			found++
			least = end[i] - start[i]; most = v[hit, "time"] - start[i] + 20000
			if (v[hit, "lower_ns"] <= most && v[hit, "upper_ns"] >= least) bounds++
			else if (v[hit, "upper_ns"] >= least && v[hit, "time"] - v[hit, "lower_ns"] < start[i] - 20000) late++
			else print "# bounds: " v[hit, "lower_ns"] " to " v[hit, "upper_ns"] ", truth " least " to " most >"/dev/stderr"
			if (v[hit, "upper_ns"] - v[hit, "lower_ns"] <= period * 1.05) narrow++
			else print "# " v[hit, "upper_ns"] - v[hit, "lower_ns"] " ns apart" >"/dev/stderr"
			if (v[hit, "pid"] == pid[i] && v[hit, "comm"] == comm[i]) cause++
			else print "# cause " v[hit, "comm"] "/" v[hit, "pid"] >"/dev/stderr"
		}
		print n + 0, found + 0, bounds + 0, late + 0, narrow + 0, cause + 0
	}' "$scratch/truth" "$scratch/spikes"
}

# Prints "split sums right p50 p99": timer_latency spikes with parts; those whose parts add up; those of the holds whose
# largest part is interrupts off in the process; the unaccounted share in thousandths.
parts() {
	awk '
	FILENAME == ARGV[1] { if ($2 == "irqsoff") held[$11] = 1; next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	function close_spike() {
		if (measure == "timer_latency" && n) { split_++; if (sum == whole) sums++
			share[split_] = int(1000 * rest / whole); if (held[pid]) { of_holds++; if (first == "irqs_off") right++ } }
		n = sum = rest = pid = 0; first = measure = ""
	}
	key == "spike" { close_spike() }
	key == "measure" { measure = value }
	key == "pid" && !pid { pid = value }
	key == "value_ns" { whole = value + 0 }
	key == "part" { n++; split(value, p, " "); sum += p[5]; if (p[1] == "unaccounted") rest += p[5]; if (n == 1) first = p[1] }
	END { close_spike()
		for (i = 2; i <= split_; i++) { x = share[i]; for (j = i - 1; j > 0 && share[j] > x; j--) share[j + 1] = share[j]; share[j + 1] = x }
		print split_ + 0, sums + 0, of_holds + 0, right + 0, share[int(split_ / 2) + 1] + 0, share[int(split_ * 0.99) + 1] + 0
	}' "$scratch/truth" "$scratch/spikes"
}

# A handler runs on the target CPU, then the process is switched to and disables interrupts, all within one period of the
# timer. The handler's time is not in the process's, so it must not make the upper bound smaller.
after_handler() {
	for i in $(seq $TIMES); do
		control clear=spikes
		disturb clear
		taskset -c 0 "$camera" -c "echo kind=hardirq us=15000 cpu=$TARGET >$DISTURB
			echo kind=irqsoff us=45000 cpu=$TARGET >$DISTURB" || return 1
		sleep 0.1
		awk '$2 == "hardirq" || $2 == "irqsoff" { print $2, $5, $6 }' $DISTURB
		grep -E '^(spike|time|measure|cpu|lower_ns|upper_ns)=' $PROBE/spikes
	done >"$scratch/after"
}

# Prints "forced right": irqsoff spikes of which the handler was within the last period before the timer was due, and
# those whose upper bound is not below the true duration.
bounds_after_handler() {
	awk -v cpu=$TARGET -v period=50000000 '
	function close_spike() {
		if (measure == "irqsoff" && on == cpu && time >= end && time - upper <= end &&
		    time - lower - handled - period < handler) {
			forced++
			if (upper >= end - start) right++
			else print "# upper bound " upper ", truth " end - start >"/dev/stderr"
		}
		measure = ""
	}
	$1 == "hardirq" { close_spike(); handler = $2 + 0; handled = $3 - $2; next }
	$1 == "irqsoff" { start = $2 + 0; end = $3 + 0; next }
	{ key = $0; sub(/=.*/, "", key); v = $0; sub(/^[^=]*=/, "", v) }
	key == "spike" { close_spike() }
	key == "measure" { measure = v }
	key == "time" { time = v + 0 }
	key == "cpu" { on = v }
	key == "lower_ns" { lower = v + 0 }
	key == "upper_ns" { upper = v + 0 }
	END { close_spike(); print forced + 0, right + 0 }' "$scratch/after"
}

# A softirq on top of the process disables interrupts. Prints "holds found": the windows and those with a value of the
# process.
softirq_holds() {
	for i in $(seq $TIMES); do
		control clear=spikes
		disturb clear
		"$camera" -c "echo kind=softirqirqsoff us=30000 cpu=$TARGET >$DISTURB" || return 1
		sleep 0.1
		cat $DISTURB $PROBE/spikes
	done | awk -v cpu=$TARGET '
		function close_spike() {
			if (measure == "irqsoff" && on == cpu && of == pid && time > start && time - lower < end) found[holds] = 1
			measure = of = ""
		}
		$2 == "softirqirqsoff" { close_spike(); holds++; start = $5 + 0; end = $6 + 0; pid = $11; next }
		{ key = $0; sub(/=.*/, "", key); v = $0; sub(/^[^=]*=/, "", v) }
		key == "spike" { close_spike() }
		key == "measure" { measure = v }
		key == "time" { time = v + 0 }
		key == "cpu" { on = v }
		key == "pid" { of = v }
		key == "lower_ns" { lower = v + 0 }
		END { close_spike(); for (i in found) n++; print holds + 0, n + 0 }'
}

plan 12
load rtprobe measures=irqsoff,timer_latency period=${PERIOD_US}us threshold=${THRESHOLD_US}us ||
	bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
camera=$(named camera sh)
check "interrupts are disabled $TIMES times, for at least a period and a threshold" hold
read -r windows found bounds late narrow cause <<VERDICT
$(judge 2>"$scratch/complaints")
VERDICT
head -n 20 "$scratch/complaints"
read -r split sums of_holds right p50 p99 <<VERDICT
$(parts)
VERDICT
figures "$(status_of irqsoff): injected $windows, found $found, bounds right $bounds (and $late with a timer that the emulator raised late), at most a period apart $narrow, cause right $cause"
figures "$split timer_latency spikes are split, $sums add up, $right of $of_holds of the holds name interrupts off first, unaccounted p50 $p50 p99 $p99 thousandths"
check "every window is found" [ "$windows" -eq $TIMES -a "$found" -eq $TIMES ]
check "the bounds of each include the true duration" [ $((bounds + late)) -eq "$found" -a "$bounds" -ge $((found / 2)) ]
check "the bounds differ by at most the period" [ "$narrow" -eq "$found" ]
check "each with the process that disabled interrupts" [ "$cause" -eq "$found" ]
check "timer_latency spikes are split, and the parts add up" [ "$split" -gt 0 -a "$sums" -eq "$split" ]
check "interrupts off in the process is the largest part of the spikes it caused" [ "$of_holds" -gt 0 -a "$right" -ge $((of_holds * 9 / 10)) ]
least=$(rows 'f["measure"] == "irqsoff" && f["count"] > 0 && (least == "" || f["min_ns"] < least) { least = f["min_ns"] } END { print least + 0 }')
check "no sample counts as a window because of the timer's own entry" [ "$least" -ge 3000 -o "$(status_of irqsoff)" = exact ]
read -r holds found <<VERDICT
$(softirq_holds)
VERDICT
figures "$holds softirqs disabled interrupts, $found values of the process"
if [ "$(status_of preempt_rt)" = 1 ]; then
	check "interrupts off in a softirq belong to the thread that runs it" [ "$found" -ge $((TIMES * 9 / 10)) ]
else
	check "interrupts off in a softirq are not put on the process that it interrupts" [ "$holds" -eq $TIMES -a "$found" -eq 0 ]
fi
control period=50ms threshold=1ms capture=none
check "a handler runs before the process $TIMES times" after_handler
read -r forced right <<AFTER
$(bounds_after_handler 2>"$scratch/complaints")
AFTER
head -n 20 "$scratch/complaints"
figures "a handler in the same period as the process: $forced times, upper bound not below the true duration: $right"
check "a handler from before the process does not make the upper bound smaller" [ "$forced" -gt 0 -a "$right" -eq "$forced" ]
check "the kernel log has no warnings" no_splat
finish
