#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# timer_latency: how often it is measured; a CPU held with interrupts off or by a hard handler makes a late timer, and
# the spike names the cause.
. "$(dirname "$0")/lib.sh"

TIMES=20
HELD_US=6000
TARGET=1
LATE_NS=300000 # longer after the end of a hold, a timer interrupt was raised late

fired() { # CPU
	rows 'f["measure"] == "timer_latency" && f["cpu"] == '"$1"' { n = f["count"] } END { print n + 0 }'
}
uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

expiries() {
	rows 'f["measure"] == "timer_latency" { n += f["count"] } END { print n + 0 }'
}

# Compares expiries and missed periods of all CPUs with the elapsed time. Reading takes time, too, so the sum must be
# between what fits into the inner and the outer time span. 20 ms are added for the resolution of uptime and for a late
# timer that has not been counted yet.
keeps_pace() { # PERIOD PERIOD_US
	control period="$1" || return 1
	sleep 0.2
	t0=$(uptime_ms) was=$(($(expiries) + $(status_of lost_timer_missed))) t1=$(uptime_ms)
	sleep 3
	t2=$(uptime_ms) fired=$(expiries) now=$((fired + $(status_of lost_timer_missed))) t3=$(uptime_ms)
	cpus=$(online_cpus | wc -l)
	least=$(((t2 - t1 - 20) * 1000 * cpus / $2)) most=$(((t3 - t0 + 20) * 1000 * cpus / $2 + cpus))
	figures "period $1: $((now - was)) expiries and missed periods, $least to $most expected"
	[ $((now - was)) -ge $least ] && [ $((now - was)) -le $most ]
}

# For the records of a kind: prints how many have a matching spike of the target CPU's timer and how many cannot be
# judged; describes the others. The timer that waited for the end of the hold expired at most a period (1 ms) after the
# start of the hold. An emulator on a busy host raises the timer interrupt late; what this interrupts is not what held
# the CPU.
explained() { # KIND
	awk -v kind="$1" -v cpu=$TARGET -v LATE=$LATE_NS '
	FILENAME == ARGV[1] { if ($2 == kind) { n++; start[n] = $5; end[n] = $6; irq[n] = $9; pid[n] = $11; comm[n] = $12 } next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++ }
	{ v[s, key] = value }
	END {
		for (i = 1; i <= n; i++) {
			right = late = 0; why = "no spike"
			for (j = 1; j <= s; j++) {
				if (v[j, "measure"] != "timer_latency" || v[j, "cpu"] != cpu) continue
				expiry = v[j, "time"] - v[j, "value_ns"]
				if (expiry > end[i] + 0 || v[j, "time"] + 0 < end[i] + 0) continue
				if (v[j, "time"] - end[i] > LATE) late = 1
				why = ""
				if (expiry - start[i] > 1050000) why = "expired " expiry - start[i] " ns into the hold"
				if (v[j, "pid"] != pid[i] || v[j, "comm"] != comm[i]) why = why " task " v[j, "comm"] "/" v[j, "pid"]
				if (kind == "hardirq") {
					if (v[j, "cause_number"] != irq[i] || v[j, "cause_name"] != "rtprobe-edu") why = why " cause " v[j, "cause_name"]
					error = v[j, "cause_ns"] - (end[i] - start[i]); if (error < 0) error = -error
					if (error > 5000 && error > 0.05 * (end[i] - start[i])) why = why " cause of " v[j, "cause_ns"] " ns"
				} else if (v[j, "cause_name"] == "rtprobe-edu") why = why " a cause that did not run"
				if (why == "") right++
			}
			if (right) agreed++
			else if (late) unjudged++
			else print "# record " i " (" end[i] - start[i] " ns): " why >"/dev/stderr"
		}
		print agreed + 0, unjudged + 0
	}' $DISTURB $PROBE/spikes
}

hold() { # KIND SHELL
	disturb clear
	control clear=spikes
	no_slot=$(status_of lost_spike_no_slot)
	for i in $(seq $TIMES); do
		"$2" -c "printf 'kind=$1 us=$HELD_US cpu=$TARGET\n' >$DISTURB" || return 1
		sleep 0.02 # the worker empties the slots: a CPU has 16
	done
	sleep 0.2
}

all_explained() { # KIND
	explained "$1" >"$scratch/agreed" 2>"$scratch/complaints"
	read -r agreed unjudged <"$scratch/agreed"
	head -n 10 "$scratch/complaints"
	lost=$(($(status_of lost_spike_no_slot) - no_slot))
	figures "$TIMES times $1 for $HELD_US us: $agreed explained, $unjudged with a timer interrupt that the emulator raised late, $lost spikes without a slot"
	[ $((agreed + unjudged)) -le $TIMES ] && [ $((agreed + unjudged + lost)) -ge $TIMES ] && [ "$agreed" -ge $((TIMES / 2)) ]
}

stands_still() {
	was=$(fired $TARGET)
	sleep 0.3
	[ "$(fired $TARGET)" = "$was" ]
}

plan 10
load rtprobe measures=timer_latency || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
for period in '1ms 1000' '100us 100' '10ms 10000'; do
	check "expiries and missed periods add up to the elapsed time at ${period% *}" keeps_pace $period
done

control period=1ms measures=timer_latency,hardirq_duration threshold=4ms || bail "control refuses the settings"
taskset -pc 0 $$ >/dev/null
camera=$(named camera-grab sh)
check "a process disables interrupts $TIMES times" hold irqsoff "$camera"
check "each time a timer is late and the spike names that process" all_explained irqsoff
background taskset -c $TARGET "$(named victim sh)" -c 'while :; do :; done'
check "a hard handler runs long $TIMES times" hold hardirq sh
check "each time a timer is late and the spike names the handler as cause and the interrupted task" all_explained hardirq
stop "$last"
control measures=hardirq_duration
check "a measure that is switched off records nothing" stands_still
control measures=timer_latency
check "a measure that is switched on again continues" keeps_pace 1ms 1000
check "the kernel log has no warnings" no_splat
finish
