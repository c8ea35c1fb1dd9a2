#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# response_time: a control loop with known cycles runs too long, sleeps within a cycle, is preempted, starts late because
# interrupts are disabled, and is throttled. Each cycle is counted, and each that is over the deadline is a spike with its
# cause, whose value is what the loop itself saw. The argument is the number of windows of each kind.
. "$(dirname "$0")/lib.sh"

WINDOWS=${1:-2}
TARGET=1
PERIOD_US=20000
DEADLINE_MS=7
FIFO="taskset -c $TARGET chrt -f"

# loop CYCLES WORK_US [EVERY US HOW]: runs the loop, with its cycles in $scratch/cycles.
loop() { $FIFO 50 perl "$here/cycle.pl" rtp-servo $PERIOD_US "$@" >"$scratch/cycles"; }
begin_loop() {
	control clear=spikes
	loop "$@" &
	looping=$!
	sleep 0.5
}
end_loop() {
	wait $looping
	sleep 0.5
	cp $PROBE/spikes "$scratch/spikes"
}

# Prints "cycle DUE START END WHAT VALUE SHARE KIND NUMBER PID NAME" for each cycle with a spike; the part is the largest.
# Begin or end is that of the cycle: where a host stops the guest's CPU, one of them can be some time apart.
explained() {
	awk '
	function near(a, b) { return a - b < 2000000 && b - a < 2000000 }
	FILENAME == ARGV[1] { due[++n] = $2; start[n] = $3; end[n] = $4; what[n] = $5; next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++; part = 0 }
	key == "part" && !part { part = 1; split(value, p, " "); kind[s] = p[1]; number[s] = p[2]; pid[s] = p[3]; ns[s] = p[5]; name[s] = p[6]; next }
	{ v[s, key] = value }
	END {
		for (i = 1; i <= n; i++)
			for (j = 1; j <= s; j++)
				if (v[j, "measure"] == "response_time" && (near(v[j, "time"] - v[j, "value_ns"], due[i]) || near(v[j, "time"], end[i])))
					printf "cycle %s %s %s %s %.0f %d %s %s %s %s\n", due[i], start[i], end[i], what[i] == "" ? "-" : what[i],
						v[j, "value_ns"], ns[j] * 100 / v[j, "value_ns"], kind[j], number[j], pid[j], name[j]
	}' "$scratch/cycles" "$scratch/spikes" >"$scratch/explained"
}

# Every cycle over the deadline by a margin has a spike, whose value is at most 0.5 ms more than the loop itself saw. A host
# that does not run the guest's CPU makes one of them longer, and a tenth of many.
values_are_true() {
	explained
	awk -v deadline=$((DEADLINE_MS * 1000000)) '
	FILENAME == ARGV[1] { value[$2] = $6; next }
	$4 - $2 > deadline + 500000 { over++
		if (!($2 in value)) { print "# no spike: " $0; missed++; next }
		apart = value[$2] - ($4 - $2)
		if (apart > most) most = apart
		if (apart < 0 || apart > 500000) { print "# " apart " ns apart: " $0; wrong++ }
	}
	END { printf "# %d of %d cycles over the deadline, at most %d ns apart\n", over, FNR, most
		exit missed > 0 || wrong > 1 + over / 10 || over < '"$WINDOWS"' }' "$scratch/explained" "$scratch/cycles"
}

# Nine tenths of the cycles that a pattern names have the cause as their largest part, and there are enough of them. Those
# that began late are left out: they have another cause, too.
caused() { # WHAT KIND NAME
	explained
	awk -v what="$1" -v kind="$2" -v name="$3" -v least="$WINDOWS" '
	$5 ~ what && $3 - $2 < 1000000 { all++; if ($8 == kind && $11 ~ name && $7 >= 50) right++; else print "# " $0 }
	END { print "# " all + 0 " spikes, " right + 0 " by " kind " " name; exit !(right >= least && right * 10 >= all * 9) }' "$scratch/explained"
}
# At least as many as there were windows have the cause: others are the consequence of the cycle before.
found() { # KIND NAME
	explained
	awk -v kind="$1" -v name="$2" -v least="$WINDOWS" '$8 == kind && $11 ~ name { right++; next } { print "# " $0 }
	END { print "# " NR + 0 " spikes, " right + 0 " by " kind " " name; exit right < least }' "$scratch/explained"
}

counted() { # NAME
	rows 'f["measure"] == "response_time" && f["name"] ~ /^'"$1"'/ { n[f["number"]] += f["count"] } END { for (t in n) if (n[t]) print n[t] }' | sort -n | tr '\n' ' '
}

all_counted() { rows 'f["measure"] == "response_time" { n += f["count"] } END { print n + 0 }'; }

every_cycle_counts() {
	begin_loop 100 1000
	end_loop
	now=$(counted rtp-servo)
	figures "100 cycles, counted: $now"
	[ "$now" = "100 " ]
}
# The period is found, and the sums of the parts are those of the values.
cycles_are_summed() {
	rows 'f["measure"] == "response_time" && f["name"] == "rtp-servo" { sum[f["number"]] += f["sum_ns"] } END { for (t in sum) print t, sum[t] }' >"$scratch/rows"
	awk -v period=$((PERIOD_US * 1000)) 'FILENAME == ARGV[1] { sum[$1] = $2; next }
		$1 in sum { seen++; parts = $6 + $8 + $10 + $12 + $14
			print "# period " $4 " within " $5 ", " $3 " cycles, parts " parts " of " sum[$1] " ns"
			if ($4 < period * 0.999 || $4 > period * 1.001 || parts > sum[$1] + 1000 * $3 || parts < sum[$1] - 1000 * $3) wrong++ }
		END { exit !seen || wrong > 0 }' "$scratch/rows" $PROBE/cycles
}
# Between two markers is what takes the time: 1 ms, or 11 ms in each tenth cycle, though the loop starts late or waits.
marked_cycles_count() {
	was=$(all_counted)
	begin_loop 50 1000 10 10000 mark
	end_loop
	now=$(($(all_counted) - was))
	long=$(awk '$1 == "spike=" || /^spike=/ { n++ } END { print n + 0 }' "$scratch/spikes")
	figures "50 marked cycles, 5 of them long; counted: $now, spikes $long"
	[ "$now" -eq 50 ] && [ "$long" -ge 5 ]
}

# What the distance between two starts differs from the period by is in the histogram, on average at most what the loop saw:
# 5 ms twice where its program begins late. The last value is of the wakeup after the loop. A host can stop the loop between the
# start and its own reading of the clock.
jitter_is_counted() { # LEAST
	control measures=response_time,preemption_latency,start_jitter clear=histograms,spikes
	begin_loop 60 1000 10 5000 late
	end_loop
	awk '{ d = $3 - before - '"$((PERIOD_US * 1000))"'; if (NR > 1) print d < 0 ? -d : d; before = $3 }' "$scratch/cycles" |
		sort -n >"$scratch/distances"
	rows 'f["measure"] == "start_jitter" && f["name"] == "rtp-servo" && f["count"] { print f["count"], f["sum_ns"], f["max_ns"] }' >"$scratch/rows"
	control measures=response_time,preemption_latency
	awk -v least="$1" 'FILENAME == ARGV[1] { count += $1; sum += $2; if ($3 > max) max = $3; next }
		{ n++; d[n] = $1; own += $1 }
		END { printf "# %d values, mean %d us, most %d us; the loop saw %d, mean %d us, most %d us\n", count, sum / count / 1000, max / 1000, n, own / n / 1000, d[n] / 1000
			apart = sum / count - own / n
			exit !(count >= least && count <= n + 1 && max > 4000000 && apart < 400000 && sum / count > 700000) }' "$scratch/rows" "$scratch/distances"
}

# Takes the CPU for longer than a period, so that it hits a cycle.
take() { $FIFO 60 perl "$here/preempt.pl" take rtp-hog $((WINDOWS + 2)) 26000 >/dev/null; }
hold() {
	for i in $(seq $((WINDOWS + 2))); do
		taskset -c $TARGET "$camera" -c "echo kind=irqsoff us=26000 cpu=$TARGET >$DISTURB"
		sleep 0.2
	done
}

cyclictest_is_counted() {
	rules "add measure=response_time comm=cyclictest threshold=off"
	cyclictest -m -p 80 -t 2 -a 0,1 -i 2000 -l 1000 -q >"$scratch/cyclictest"
	sleep 0.5
	rows 'f["measure"] == "response_time" { print f["number"], f["count"] }' >"$scratch/rows"
	awk 'FILENAME == ARGV[1] { n[$1] += $2; next }
		/^T:/ { gsub(/[():]/, " "); for (i = 1; i < NF; i++) if ($i == "C") c = $(i + 1)
			print "# thread " $3 ": " c " cycles of cyclictest, " n[$3] " counted"
			good += n[$3] >= c - 1 && n[$3] <= c + 1 }
		END { exit good != 2 }' "$scratch/rows" "$scratch/cyclictest"
}

# No timer is known to wake it, so the call is learnt from eight sleeps in it.
timerfd_is_found() {
	rules "cycle task=rtp-timerfd deadline=1s"
	$FIFO 50 perl "$here/cycle.pl" rtp-timerfd $PERIOD_US 100 1000 0 0 timerfd >/dev/null
	sleep 0.5
	awk -v period=$((PERIOD_US * 1000)) '$16 == "rtp-timerfd" { print "# " $3 " cycles, period " $4 " within " $5
		if ($3 >= 90 && $3 <= 100 && $4 > period * 0.999 && $4 < period * 1.001) good = 1 } END { exit !good }' $PROBE/cycles
}

nothing_counts_when_off() {
	control measures=wakeup_latency && was=$(counted rtp-servo)
	begin_loop 20 1000
	end_loop
	[ "$(counted rtp-servo)" = "$was" ]
}
refused() { ! rules "$1" && status_of last_error | grep -q "$2"; }

# A cycle that its own program begins late is late by a given period, and has the sleep as cause.
given_period() {
	rules "clear; cycle task=rtp-servo period=${PERIOD_US}us deadline=${DEADLINE_MS}ms"
	begin_loop $((WINDOWS * 10 + 30)) 1000 10 9000 late
	end_loop
	cp "$scratch/spikes" "$scratch/given"
	values_are_true
}
caused_late() {
	explained
	awk -v least="$WINDOWS" '$5 == "L" { all++; if ($8 == "blocked" && $11 == "clock_nanosleep") right++; else print "# " $0 }
	END { print "# " all + 0 " spikes, " right + 0 " blocked in clock_nanosleep"; exit !(right >= least && right * 10 >= all * 9) }' "$scratch/explained" &&
		grep -q "^part=blocked .*clock_nanosleep wait=timer" "$scratch/given"
}
# The period is known after 16 distances.
found_jitter() {
	rules "clear; cycle task=rtp-servo deadline=${DEADLINE_MS}ms"
	jitter_is_counted 40
}
period_is_shown() {
	grep -q "measure=response_time comm=rtp-servo threshold=${DEADLINE_MS}ms .*period=${PERIOD_US%000}ms" $PROBE/rules || return 1
	awk -v given=$((PERIOD_US * 1000)) 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["comm"] == "rtp-servo" { print "# " $at["exited"] " given " $at["given_ns"] ", late at most " $at["late_max_ns"]
			if ($at["given_ns"] == given && $at["late_max_ns"] > 9000000 && $at["late_max_ns"] < 30000000) good = 1 }
		END { exit !good }' $PROBE/cycles
}

plan 25
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
load rtprobe measures=response_time,preemption_latency threshold=off || bail "rtprobe.ko does not load"
camera=$(named rtp-holder sh)
rules "cycle task=rtp-servo deadline=${DEADLINE_MS}ms"
taskset -pc 0 $$ >/dev/null

check "a cycle has a rule with its measure and deadline" grep -q "measure=response_time comm=rtp-servo threshold=${DEADLINE_MS}ms" $PROBE/rules
check "every cycle counts once" every_cycle_counts
check "the period is found, and the parts of all cycles are their sum" cycles_are_summed
begin_loop $((WINDOWS * 30 + 40)) 1000 10 10000 both
end_loop
check "the value of a long cycle is what the loop saw" values_are_true
check "a cycle that runs too long has its own run time as cause" caused R own_run .
check "a cycle that sleeps within has the system call as cause" caused W blocked .
begin_loop $((WINDOWS * 3 + 70)) 3000
take
end_loop
check "a cycle that is preempted has the other task as cause" found task '^rtp-hog$'
begin_loop $((WINDOWS * 12 + 90)) 1000
hold
end_loop
check "a cycle whose timer fires late has the task that disabled interrupts as cause" found late_timer '^rtp-holder$'
cp "$scratch/spikes" "$scratch/all"

check "a cycle that begins late by the given period has that in its value" given_period
check "its largest part is the sleep in the timer" caused_late
check "the period is shown by the rule and with the cycles" period_is_shown
check "start jitter of a given period is what the loop saw" jitter_is_counted 59
check "start jitter needs no given period" found_jitter
check "start jitter makes no rule of its own" refused "add measure=start_jitter comm=rtp-servo threshold=1ms" no_spikes
check "a period without a watched task is refused" refused "add measure=wakeup_latency comm=rtp-servo threshold=1ms period=1ms" no_cycle
check "a period that is too short is refused" refused "cycle task=rtp-servo period=1us deadline=1ms" out_of_range
cat "$scratch/given" >>"$scratch/all"
rules "clear; cycle task=rtp-servo deadline=${DEADLINE_MS}ms"

limit=throttled
[ -e /sys/kernel/debug/sched/fair_server ] || mount -t debugfs none /sys/kernel/debug 2>/dev/null
[ -e /sys/kernel/debug/sched/fair_server ] && limit=fair_server
throttled() {
	control clear=spikes
	background taskset -c $TARGET perl "$here/preempt.pl" spin rtp-ordinary 60000
	$FIFO 50 perl "$here/cycle.pl" rtp-servo 2500000 1 2000000 >"$scratch/cycles"
	stop $last
	sleep 0.5
	cp $PROBE/spikes "$scratch/spikes"
	awk -v kind=$limit '$1 == "part=" kind || $1 ~ "^part=" kind "$" { split($0, p, " "); sum += p[5] }
		$1 == "part=task" && / rtp-ordinary/ && $5 > most { most = $5 }
		END { printf "# %.1f ms %s, at most %.1f ms of a task\n", sum / 1e6, kind, most / 1e6; exit sum < 30000000 || most > 200000000 }' "$scratch/spikes"
}
check "a cycle of 2 s is $limit for a part" throttled
cat "$scratch/spikes" >>"$scratch/all"
check "parts add up to the values" awk -F'[= ]' '$1 == "value_ns" { if (value && sum != value) exit 1; value = $2; sum = 0 }
	$1 == "part" { sum += $6 } END { exit value == 0 || sum != value }' "$scratch/all"
check "markers begin and end cycles" marked_cycles_count
check "the cycles and the period of a loop that reads a timerfd are found" timerfd_is_found
check "each thread of cyclictest has a row with its cycles" cyclictest_is_counted
check "a cycle without deadline is refused" refused "cycle task=rtp-servo" missing_word
check "a cycle without task is refused" refused "cycle deadline=1ms" missing_word
check "a measure that is off counts nothing" nothing_counts_when_off
check "the kernel log has no warnings" no_splat
finish
