#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# timer_latency: how often it is taken, and that a CPU held with interrupts off, or by a hard handler,
# shows up as a late timer with the one who did it.
. "$(dirname "$0")/lib.sh"

TIMES=20
HELD_US=6000
TARGET=1

fired() { # CPU
	rows 'f["measure"] == "timer_latency" && f["cpu"] == '"$1"' { n = f["count"] } END { print n + 0 }'
}
uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

# Expiries and missed periods of all CPUs against the time that went by.
keeps_pace() { # PERIOD PERIOD_US
	control period="$1" || return 1
	sleep 0.2
	start=$(uptime_ms)
	was=0 missed=$(status_of lost_timer_missed) n=0
	for cpu in $(online_cpus); do was=$((was + $(fired "$cpu"))); done
	sleep 3
	end=$(uptime_ms)
	now=0 missed=$(($(status_of lost_timer_missed) - missed))
	for cpu in $(online_cpus); do now=$((now + $(fired "$cpu"))) n=$((n + 1)); done
	expected=$(((end - start) * 1000 * n / $2))
	figures "period $1: $((now - was)) expiries and $missed missed periods on $n CPUs, $expected expected"
	awk -v got=$((now - was + missed)) -v want=$expected -v cpus=$n 'BEGIN { off = got - want; if (off < 0) off = -off
		exit !(off <= want * 0.02 + 2 * cpus) }'
}

# Spikes of the target CPU's timer that fall to records of a kind; prints how many records have one that
# agrees, and says of the others what is wrong. A timer that expires during the hold is as late as what
# is left of the hold, and it expires within a period (1 ms) of its start.
explained() { # KIND
	awk -v kind="$1" -v cpu=$TARGET '
	FILENAME == ARGV[1] { if ($2 == kind) { n++; start[n] = $5; end[n] = $6; irq[n] = $8; pid[n] = $10; comm[n] = $11 } next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++ }
	{ v[s, key] = value }
	END {
		for (i = 1; i <= n; i++) {
			right = 0; why = "no spike"
			for (j = 1; j <= s; j++) {
				if (v[j, "measure"] != "timer_latency" || v[j, "cpu"] != cpu) continue
				expiry = v[j, "time"] - v[j, "value_ns"]
				if (expiry > end[i] || v[j, "time"] < end[i] || expiry < start[i] - 100000) continue
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
			else print "# record " i " (" end[i] - start[i] " ns): " why >"/dev/stderr"
		}
		print agreed + 0
	}' $DISTURB $PROBE/spikes
}

hold() { # KIND SHELL
	disturb clear
	control clear=spikes
	for i in $(seq $TIMES); do
		"$2" -c "printf 'kind=$1 us=$HELD_US cpu=$TARGET\n' >$DISTURB" || return 1
	done
	sleep 0.2
}

all_explained() { # KIND
	agreed=$(explained "$1" 2>"$scratch/complaints")
	head -n 10 "$scratch/complaints"
	figures "$TIMES times $1 for $HELD_US us: $agreed explained"
	[ "$agreed" -eq $TIMES ]
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
	check "expiries and missed periods add up to the time gone by at ${period% *}" keeps_pace $period
done

control period=1ms measures=timer_latency,hardirq_duration threshold=4ms || bail "control refuses the settings"
taskset -pc 0 $$ >/dev/null
camera=$(named camera-grab sh)
check "a process holds interrupts off $TIMES times" hold irqsoff "$camera"
check "each time a timer is late, with that process on the CPU" all_explained irqsoff
background taskset -c $TARGET "$(named victim sh)" -c 'while :; do :; done'
check "a hard handler runs long $TIMES times" hold hardirq sh
check "each time a timer is late, with the handler as its cause and the task it interrupted" all_explained hardirq
stop "$last"
control measures=hardirq_duration
check "a measure that is switched off stands still" stands_still
control measures=timer_latency
check "and goes on when it is switched on again" keeps_pace 1ms 1000
check "no complaint of the kernel" no_splat
finish
