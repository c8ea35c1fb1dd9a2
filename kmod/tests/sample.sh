#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# sample.sh [TIMES]: something that interrupts do not stop holds a CPU for 6 to 9 ms, TIMES times each (default 10): a
# function in a work item, a timer, a tasklet, a task with preemption disabled, and a program in user mode. A real-time
# thread waits meanwhile. The module's timer interrupts what holds the CPU each millisecond: the part has as many
# samples, and they name the function.
. "$(dirname "$0")/lib.sh"

EACH=${1:-10}
TARGET=1
KINDS='work timer tasklet preemptoff'

settle() {
	for try in $(seq 20); do
		sleep 0.2
		grep -q ' samples=' $PROBE/spikes && break
	done
	sleep 0.3
}

# Lets one kind run ten times, and stores the spikes.
run() { # KIND
	: >"$scratch/$1"
	for i in $(seq $EACH); do
		control clear=spikes
		disturb "kind=inside$1 us=$((6000 + (i * 7 % 10) * 300)) cpu=$TARGET" || return 1
		settle
		printf 'window=%d\n' "$i" >>"$scratch/$1"
		cat $PROBE/spikes >>"$scratch/$1"
	done
}

# A program spins with a higher priority than the thread that is woken meanwhile.
spin() { taskset -c $TARGET chrt -f 70 perl -e 'select undef, undef, undef, 0.05; my $i = 0; $i++ while $i < 300000'; }
run_user() {
	: >"$scratch/user"
	for i in $(seq $EACH); do
		control clear=spikes
		spin
		settle
		printf 'window=%d\n' "$i" >>"$scratch/user"
		cat $PROBE/spikes >>"$scratch/user"
	done
}

# Prints how many windows have a largest part in which all samples found preemption disabled.
disabled() { # FILE
	awk '/^window=/ { n = substr($0, 8) + 0 }
	/^spike=/ { first = 1 }
	/^part=/ { if (first && match($0, / samples=[0-9]+\/[0-9]+ /)) {
			split(substr($0, RSTART + 9, RLENGTH - 10), s, "/"); all[n] = index($0, " preempt_off=" s[2] " ") || $0 ~ (" preempt_off=" s[2] "$") }
		first = 0 }
	END { for (i = 1; i <= n; i++) c += all[i]; print c + 0 }' "$1"
}
# Kernels without preemption do not count.
counts_preemption() { uname -v | grep -q PREEMPT; }

# sampled named enough: windows with a spike whose largest part has samples; in which three of four are at PLACE; in which
# they are at most one for each millisecond that begins or ends in the part, or all that a part keeps, and at least a
# third of that: an emulated timer misses periods.
judge() { # FILE PLACE
	awk -v place="$2" '
	/^window=/ { n = w = substr($0, 8) + 0 }
	/^spike=/ { first = 1 }
	/^part=/ { if (first && match($0, / samples=[0-9]+\/[0-9]+ in=[^ ]*/)) {
			split(substr($0, RSTART + 9, RLENGTH - 9), s, /[\/ ]/)
			sampled[w] = 1; ms = $5 / 1000000
			if (index($0, " in=" place) && s[1] >= s[2] * 3 / 4) named[w] = 1
			if (ms > 32) ms = 32
			if (s[2] >= ms / 3 && s[2] <= ms + 2) enough[w] = 1
			else print "# " $0 >"/dev/stderr" }
		first = 0 }
	END { for (i = 1; i <= n; i++) { a += sampled[i]; b += named[i]; c += enough[i] } print a + 0, b + 0, c + 0 }' "$1"
}

none_without_recorder() {
	control recorder=off
	control clear=spikes
	disturb "kind=insidepreemptoff us=6000 cpu=$TARGET"
	sleep 1
	[ "$(grep -c '^spike=' $PROBE/spikes)" -gt 0 ] && ! grep -q ' samples=' $PROBE/spikes
}

plan $((3 * 5 + 4))
load rtprobe measures=timer_latency,wakeup_latency,softirq_duration period=1ms max_spikes=1024 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
taskset -pc 0 $$ >/dev/null
rules "add measure=wakeup_latency comm=rtprobe-victim threshold=4ms capture=none" &&
	rules "add measure=softirq_duration cpus=$TARGET name=TIMER threshold=4ms capture=none" &&
	rules "add measure=softirq_duration cpus=$TARGET name=TASKLET threshold=4ms capture=none" || bail "a rule is refused: $(status_of last_error)"
for kind in $KINDS user; do
	place=inside_spin
	# A softirq's duration is split only where a function that ran inside it is known.
	wanted=$EACH
	[ "$kind" = tasklet ] && ! status_of callbacks_available | grep -q tasklet && wanted=0
	if [ "$kind" = user ]; then
		rules "add measure=wakeup_latency comm=sleeper threshold=4ms capture=none"
		background taskset -c $TARGET chrt -f 20 perl -e '$0 = "sleeper"; select undef, undef, undef, 0.002 while 1'
		sleep 0.5
		run_user
		place=user
	else
		run "$kind" || bail "kind=inside$kind is refused"
	fi
	read -r sampled named enough <<-VERDICT
	$(judge "$scratch/$kind" $place 2>"$scratch/complaints")
	VERDICT
	head -n 3 "$scratch/complaints"
	figures "$kind: $EACH windows, $sampled with samples of the largest part, $named at $place, $enough with as many as periods"
	check "$kind: the largest part of $wanted windows has samples" [ "$sampled" -eq $wanted ]
	check "$kind: they name where it was" [ "$named" -ge $((wanted * 9 / 10)) ]
	check "$kind: they are as many as periods" [ "$enough" -ge $((wanted * 8 / 10)) ]
done
found=$(disabled "$scratch/preemptoff")
figures "preemption was disabled in all samples of $found of $EACH windows"
counts_preemption && wanted=$EACH || wanted=0
check "all samples of $wanted windows found preemption disabled" [ "$found" -eq $wanted ]
check "none of a program in user mode did" [ "$(disabled "$scratch/user")" -eq 0 ]
check "without the recorder there are none" none_without_recorder
check "the kernel log has no warnings" no_splat
finish
