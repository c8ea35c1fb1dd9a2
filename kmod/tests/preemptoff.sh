#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# preemptoff.sh [TIMES]: preemptoff and softirqsoff find sections of 8 to 17 ms in which a task disables preemption, holds
# a spinlock, or disables softirqs, TIMES each (default 20). The bounds include the true duration. Many short sections
# one after another are never one long section, and an idle CPU has none.
. "$(dirname "$0")/lib.sh"

TIMES=${1:-20}
TARGET=1
PERIOD_US=1000
# Far under each section: the host delays samples.
THRESHOLD_US=4000

has() { case ",$(status_of measures_available)," in *",$1,"*) ;; *) false ;; esac }
count_of() { rows 'f["measure"] == "'"$1"'" && f["cpu"] == '$TARGET' { n = f["count"] } END { print n + 0 }'; }

# Makes TIMES disturbances of a kind, one spike list each.
run() { # KIND
	: >"$scratch/$1"
	for i in $(seq $TIMES); do
		control clear=spikes
		disturb clear
		"$camera" -c "echo kind=$1 us=$((8000 + i * 7 % 10 * 1000)) cpu=$TARGET >$DISTURB" || return 1
		sleep 0.1
		cat $DISTURB $PROBE/spikes >>"$scratch/$1"
	done
}

# Prints "windows found bounds narrow cause function others over late" of a kind and a measure. `others`: spikes of the
# measure that are no window's. `over`: those in a window whose lower bound is longer than the true time. `late`: windows
# that were not found, and in which the timer due at the begin was so late that less than the threshold remained. The host
# held the CPU, and then interrupts may have been off.
judge() { # KIND MEASURE
	awk -v kind="$1" -v wanted="$2" -v cpu=$TARGET -v period=$((PERIOD_US * 1000)) -v threshold=$((THRESHOLD_US * 1000)) '
	function close_spike() {
		if (measure == "timer_latency" && on == cpu && time > end - threshold && time - value < start + period) waited[n] = 1
		if (measure == wanted && on == cpu) {
			if (lower > longest + 20000) {
				over++
				print "# over: " lower " ns, the longest section took " longest >"/dev/stderr"
			}
			if (time < start || time - upper > end) { others++; print "# not a window: " comm "/" pid " " lower >"/dev/stderr" }
			else if (!hit[n]) {
				hit[n] = 1; found++
				if (lower <= longest + 20000 && upper >= end - start) bounds++
				else print "# bounds: " lower " to " upper ", truth " end - start " to " longest >"/dev/stderr"
				if (upper - lower <= period * 1.5) narrow++
				else print "# " upper - lower " ns apart" >"/dev/stderr"
				if (pid == of) cause++; else print "# cause " comm "/" pid >"/dev/stderr"
				if (part ~ "^task .* in=(section_spin|section_hold|inside_spin|stall_softly|take_time|ktime_get|read_tsc)") inside++
				else print "# part " part >"/dev/stderr"
			}
		}
		measure = pid = comm = part = ""
	}
	$2 == kind { close_spike(); n++; start = $5 + 0; end = $6 + 0; longest = $8 + 0; of = $11; next }
	{ key = $0; sub(/=.*/, "", key); v = $0; sub(/^[^=]*=/, "", v) }
	key == "spike" { close_spike() }
	key == "measure" { measure = v }
	key == "time" { time = v + 0 }
	key == "cpu" { on = v }
	key == "pid" && pid == "" { pid = v }
	key == "comm" && comm == "" { comm = v }
	key == "value_ns" { value = v + 0 }
	key == "lower_ns" { lower = v + 0 }
	key == "upper_ns" { upper = v + 0 }
	key == "part" && part == "" { part = v }
	END {
		close_spike()
		for (i in waited) if (!hit[i]) late++
		print n + 0, found + 0, bounds + 0, narrow + 0, cause + 0, inside + 0, others + 0, over + 0, late + 0
	}' "$scratch/$1"
}

# Windows of one section each are found, by the task.
sections() { # KIND MEASURE
	run "$1" || bail "kind=$1 is refused"
	read -r windows found bounds narrow cause inside others over late <<-VERDICT
	$(judge "$1" "$2" 2>"$scratch/complaints")
	VERDICT
	head -n 10 "$scratch/complaints"
	figures "$2 of $1: $windows windows, $found found, $late without a sample in time, bounds right $bounds, at most a period apart $narrow, cause right $cause, function right $inside, other values $others"
	check "$2 finds each section of $1 that the timer could sample in time" \
		[ "$windows" -eq $TIMES -a $((found + late)) -eq $TIMES -a "$late" -le $((TIMES / 5)) ]
	check "$2 of $1: the bounds include the true duration" [ "$bounds" -eq "$found" -a "$over" -eq 0 ]
	# On PREEMPT_RT, only samples of the task and softirqs prove that it had softirqs enabled.
	[ "$2 $(status_of preempt_rt)" = 'softirqsoff 1' ] && narrow=$found
	check "$2 of $1: they differ by at most a period, unless the host delayed the timer" [ "$narrow" -ge $((found * 7 / 10)) ]
	check "$2 of $1: the task and its function are named" [ "$cause" -eq "$found" -a "$inside" -ge $((found * 9 / 10)) ]
	check "$2 of $1: no other task is" [ "$others" -eq 0 ]
}

# A series of short sections has no value that is longer than the longest of them.
series() { # KIND MEASURE
	was=$(count_of "$2")
	control "threshold=10us thresholds=timer_latency:${THRESHOLD_US}us"
	run "$1" || bail "kind=$1 is refused"
	control "threshold=${THRESHOLD_US}us"
	read -r windows found bounds narrow cause inside others over late <<-VERDICT
	$(judge "$1" "$2" 2>"$scratch/complaints")
	VERDICT
	head -n 10 "$scratch/complaints"
	figures "$2 of $1: $windows series, $(($(count_of "$2") - was)) values, $over longer than the longest section"
	check "$2 has values of short sections, and none is of two" [ "$found" -gt 0 -a "$over" -eq 0 ]
}

idle_has_none() {
	was=$(count_of preemptoff)
	[ "$(cat /sys/devices/system/cpu/cpu$TARGET/online 2>/dev/null || echo 1)" = 1 ] && sleep 2
	grew=$(($(count_of preemptoff) - was))
	figures "$grew values of preemptoff in 2 s of an idle CPU"
	[ $grew -le 20 ]
}

load rtprobe measures=none period=${PERIOD_US}us threshold=${THRESHOLD_US}us || bail "rtprobe.ko does not load"
on=''
for measure in preemptoff softirqsoff; do has $measure && on="$on${on:+,}$measure"; done
[ -n "$on" ] || skip "this kernel has neither measure"
# Late samples are spikes, too: they explain a section that was not found.
control "measures=$on,timer_latency" || bail "measures=$on is refused: $(status_of last_error)"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
camera=$(named camera sh)
taskset -pc 0 $$ >/dev/null
kinds='preemptoff preemptoffirqsoff'
[ "$(status_of preempt_rt)" = 1 ] || kinds="$kinds spinlock"
has preemptoff || kinds=''
set -- $kinds
checks=1
has preemptoff && checks=$((checks + 5 * $# + 2))
has softirqsoff && checks=$((checks + 6))
plan $checks
for kind in $kinds; do sections $kind preemptoff; done
if [ -n "$kinds" ]; then
	series manypreemptoff preemptoff
	check "an idle CPU is not a section with preemption disabled" idle_has_none
fi
if has softirqsoff; then
	sections softirqsoff softirqsoff
	series manysoftirqsoff softirqsoff
fi
check "the kernel log has no warnings" no_splat
finish
