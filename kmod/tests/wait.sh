#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a task waited in within its cycle: a control loop runs too long, waits for a futex with and without inheritance, and
# for a disk in a page fault and in a read; it is preempted, and starts late. Each such cycle is a spike that names the
# cause, with at most as much time as the loop itself saw, and whose parts add up to the value. The argument is the number
# of windows of each kind.
. "$(dirname "$0")/lib.sh"

WINDOWS=${1:-2}
TARGET=1
PERIOD_US=40000
EVERY=3
DEADLINE_US=2000
FIFO="taskset -c $TARGET chrt -f"
DISK=$(ls /dev/vd[a-z] 2>/dev/null | head -n 1)

# loop KIND [COMMAND...]: runs the loop, and a command meanwhile; its cycles are in $scratch/cycles, the spikes in
# $scratch/spikes.
loop() {
	kind=$1
	shift
	control clear=spikes
	cycles=$(((WINDOWS + 1) * EVERY))
	[ $# -eq 0 ] || cycles=$(((WINDOWS + 2) * 10))
	$FIFO 50 perl "$here/wait.pl" rtp-servo $PERIOD_US $cycles $EVERY "$kind" "$DISK" >"$scratch/cycles" &
	looping=$!
	# The cycles of a task are measured once it has its name.
	sleep 0.4
	[ $# -eq 0 ] || "$@"
	wait $looping
	# Findings are of live tasks only where they need the task.
	sleep 0.5
	cp $PROBE/spikes "$scratch/spikes"
	cat "$scratch/spikes" >>"$scratch/all"
}

# Prints "spike BEGIN END VALUE" and "part KIND NS WORDS..." for each spike.
flat() {
	awk '
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { time = ns = measure = "" }
	key == "time" { time = value }
	key == "value_ns" { ns = value }
	key == "measure" { measure = value; if (measure == "response_time") printf "spike %.0f %.0f %.0f\n", time - ns, time, ns }
	key == "part" && measure == "response_time" { n = split(value, p, " "); printf "part %s %s", p[1], p[5]; for (i = 6; i <= n; i++) printf " %s", p[i]; print "" }
	' "$scratch/spikes" >"$scratch/flat"
}

# Of the cycles that did WHAT, nine tenths have a spike with the part, and there are enough of them. The part is at most
# as long as it took until the task that released it had done so; of a disk, at most what the loop saw. A part that is too short is
# not a failure, but how much it lacks is printed: a host can stop the loop before it sleeps.
caused() { # WHAT PATTERN
	flat
	awk -v what="$1" -v pattern="$2" -v least="$WINDOWS" '
	function near(a, b) { return a - b < 500000 && b - a < 500000 }
	FILENAME == ARGV[1] && $1 == "woke" { woke[++wakes] = $2; over[wakes] = $3 }
	FILENAME == ARGV[1] { if ($5 == what) { due[++n] = $2; end[n] = $4; from[n] = $6; took[n] = $7 - $6 } next }
	$1 == "spike" { of = 0; for (i = 1; i <= n; i++) if (near($2, due[i]) || near($3, end[i])) of = i; if (of) found[of] = 1; next }
	of && $0 ~ pattern { ns[of] += $3 }
	of { lines[of] = lines[of] "\n#    " $0 }
	END {
		for (i = 1; i <= n; i++) {
			wait = 0
			for (j = 1; j <= wakes; j++) if (woke[j] > from[i] && woke[j] < from[i] + took[i]) wait = over[j] - from[i]
			if (!wakes || wait > took[i]) wait = took[i]
			apart = wait - ns[i]
			if (ns[i] > 0 && apart > -300000) { right++; sum += apart; if (apart > most) most = apart }
			else printf "# took %d us, waited %d us, part %d us:%s\n", took[i] / 1000, wait / 1000, ns[i] / 1000, lines[i]
			have += found[i]
		}
		printf "# %s: %d windows, %d spikes, %d right; the loop saw %d us more on average, at most %d us\n", what, n, have, right, right ? sum / right / 1000 : 0, most / 1000
		exit !(right >= least && right * 10 >= n * 9)
	}' "$scratch/cycles" "$scratch/flat"
}
# As many spikes as there were windows have the part as their largest.
found() { # PATTERN
	flat
	awk -v pattern="$1" -v least="$WINDOWS" '$1 == "spike" { first = 1; n++; next }
	first { first = 0; if ($0 ~ pattern) right++; else print "# " $0 }
	END { print "# " n + 0 " spikes, " right + 0 " with " pattern; exit right < least }' "$scratch/flat"
}
sums() { awk -F'[= ]' '$1 == "value_ns" { if (value && sum != value) exit 1; value = $2; sum = 0; n++ }
	$1 == "part" { sum += $6 } END { print "# " n " spikes"; exit value == 0 || sum != value }' "$scratch/all"; }

# finding COLUMN AWK: a condition on a column of cycles holds for a task of the loop.
finding() {
	awk -v column="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["comm"] == "rtp-servo" { v = $at[column]; print "# " column " " v; if ('"$2"') good = 1 } END { exit !good }' $PROBE/cycles
}

take() { $FIFO 60 perl "$here/preempt.pl" take rtp-hog $((WINDOWS + 2)) 45000 >/dev/null; }
hold() {
	for i in $(seq $((WINDOWS + 2))); do
		taskset -c $TARGET "$camera" -c "echo kind=irqsoff us=45000 cpu=$TARGET >$DISTURB"
		sleep 0.1
	done
}
locked() {
	perl -e '$0 = "rtp-locked"; syscall(151, 3) == 0 or die; for (1 .. 60) { my $t = pack "q2", 0, 5_000_000; syscall(230, 1, 0, $t, 0) }
		system "grep rtp-locked '$PROBE'/cycles >'"$scratch"'/locked"'
	[ -s "$scratch/locked" ] && sed 's/^/# /' "$scratch/locked" || sed 's/^/# none of: /' $PROBE/cycles
	awk '{ for (i = 1; i <= NF; i++) if ($i == "rtp-locked") exit !($(i + 6) > 0 && $(i + 7) == 1) }' "$scratch/locked" && [ -s "$scratch/locked" ]
}

[ -n "$DISK" ] || skip "the machine has no virtio disk"
plan 15
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
load rtprobe measures=response_time,preemption_latency threshold=off || bail "rtprobe.ko does not load"
camera=$(named rtp-camera sh)
rules "cycle task=rtp-servo deadline=${DEADLINE_US}us"
rules "cycle task=rtp-locked deadline=1s"
taskset -pc 0 $$ >/dev/null
: >"$scratch/all"

loop run
check "a cycle that runs too long has its own run time as cause" found '^part own_run'
loop futex
check "a wait for a futex names the task that released it" caused futex 'wait=futex waker_cpu=0 waker_pid=[0-9]+ waker_comm=rtp-holder released=1'
check "what ran meanwhile on the CPU of the waiting task is named" caused futex 'wait=futex .*meanwhile_ns=[0-9]+ meanwhile_pid=[0-9]+'
check "it is no priority inversion" sh -c "! grep -q inverted=1 $scratch/spikes"
loop pi
check "a wait for a futex with inheritance is one" caused pi 'wait=futex_pi waker_cpu=0 waker_pid=[0-9]+ waker_comm=rtp-holder released=1'
loop invert
check "a priority inversion names waiter, releaser and the task that ran" caused invert 'waker_comm=rtp-holder released=1 displaced_ns=[0-9]+ displaced_by_ns=[0-9]+ displaced_by_pid=[0-9]+ displaced_by_comm=rtp-middle inverted=1'
check "inversions are counted as findings" finding inversions 'v >= '"$WINDOWS"
loop fault
# On PREEMPT_RT the IRQ thread wakes the task.
WOKEN='waker_cpu=[0-9]+ (waker_in_interrupt=1|waker_pid=[0-9]+ waker_comm=irq/)'
check "a page fault that reads from the disk is one" caused fault "wait=page_fault_io $WOKEN"
check "page faults are counted as findings" finding major_faults 'v >= '"$WINDOWS"
loop disk
check "a read from the disk is block I/O, which its interrupt ends" caused disk " read wait=block_io $WOKEN"
loop none take
check "a cycle that is preempted has the other task as cause" found '^part task [0-9]+ rtp-hog'
loop none hold
check "a cycle whose timer fires late has the task that disabled interrupts as cause" found '^part late_timer [0-9]+ rtp-camera'
check "parts add up to the values" sums
check "memory that is locked is a finding, too" locked
check "the kernel log has no warnings" no_splat
finish
