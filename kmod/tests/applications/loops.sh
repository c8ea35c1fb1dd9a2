#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# response_time of two control loops that know nothing of rtprobe: the servo thread of LinuxCNC's motion controller
# (simulated machine) and the audio thread of jackd (dummy driver) with a client. Their periods are found, each cycle
# counts, and an overrun that another task causes has that task as its cause. `npm run test:applications` puts the
# programs into the guest.
. "$(dirname "$0")/../lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)

TARGET=1
SERVO_NS=${1:-10000000}
DEADLINE_MS=8
FRAMES=1024
RATE=48000
JACK_NS=$((FRAMES * 1000000000 / RATE))

export EMC2_RTLIB_DIR=/usr/lib/linuxcnc/modules
export JACK_NO_AUDIO_RESERVATION=1
# rtapi_app, started by root, wants the user whom it serves.
export RTAPI_UID=65534 RTAPI_FIFO_PATH=/tmp/rtapi_fifo

# counted NAME: cycles of the task of the name that has most; jackd has a second thread, which serves clients.
counted() { awk -v name="$1" 'NR > 1 && $16 ~ name && $3 > n { n = $3 } END { print n + 0 }' $PROBE/cycles; }
# servo_cycles: LinuxCNC's own count: an integrator adds the period of the thread in each cycle.
servo_cycles() { halcmd getp integ.0.out | awk -v period="$SERVO_NS" '{ printf "%.0f\n", $1 * 1e9 / period }'; }

# period_is NAME NS PER_MILLE: a task of the name has this period, within so many thousandths.
period_is() {
	awk -v name="$1" -v ns="$2" -v within="$3" 'NR > 1 && $16 ~ name && $4 {
			print "# " $16 " " $1 ": period " $4 " ns within " $5 ", " $3 " cycles, latest " $7 " ns"
			if ($4 > ns * (1 - within / 1000) && $4 < ns * (1 + within / 1000)) right++ }
		END { exit !right }' $PROBE/cycles
}

start_linuxcnc() {
	halcmd loadrt trivkins && halcmd loadrt tpmod && halcmd loadrt homemod &&
		halcmd loadrt motmod servo_period_nsec="$SERVO_NS" num_joints=3 &&
		halcmd loadrt integ && halcmd setp integ.0.in 1 &&
		halcmd addf motion-command-handler servo-thread && halcmd addf motion-controller servo-thread &&
		halcmd addf integ.0 servo-thread && halcmd start
}
# What is counted is no more than what LinuxCNC counts around it, and at most 1 % less: after a cycle that took longer than
# the period, LinuxCNC does not sleep, and the next cycle is part of the same one here.
servo_cycles_count() {
	outer=$(servo_cycles) first=$(counted rtapi_app:T) inner=$(servo_cycles)
	sleep 20
	inner=$(($(servo_cycles) - inner)) all=$(($(counted rtapi_app:T) - first)) outer=$(($(servo_cycles) - outer))
	figures "cycles in about 20 s: $inner to $outer of LinuxCNC, $all counted"
	[ $inner -ge 1000 ] && [ $all -le $outer ] && [ $((all * 100)) -ge $((inner * 99)) ]
}
# overruns NAME: at least one spike of the task has the other task as its largest part.
overruns() { # VICTIM CAUSE
	awk -v victim="$1" -v cause="$2" '
		{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
		key == "spike" { part = 0; mine = 0 }
		key == "comm" { mine = value ~ victim }
		key == "value_ns" { ns = value }
		key == "part" && !part { part = 1; split(value, p, " "); largest = p[6]; of = ns
			print "# " ns " ns, largest part " value }
		key == "part" && part == 1 && largest ~ cause { part = 2; found++ }
		END { print "# " found + 0 " by " cause; exit !found }' "$scratch/spikes"
}
preempt_target() {
	control clear=spikes
	taskset -c $TARGET chrt -f 99 perl "$here/preempt.pl" take rtp-hog 6 $((DEADLINE_MS * 2500)) >"$scratch/took"
	sleep 0.5
	cp $PROBE/spikes "$scratch/spikes"
}

wait_for() { # SECONDS COMMAND...
	left=$(($1 * 2))
	shift
	while [ $left -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		left=$((left - 1))
		sleep 0.5
	done
	return 1
}

plan 10
command -v rtapi_app jackd halcmd >/dev/null || bail "the programs are not here: npm run test:applications"
load rtprobe measures=response_time,preemption_latency threshold=off || bail "rtprobe.ko does not load"
rules "cycle task=rtapi_app:T* deadline=${DEADLINE_MS}ms"
rules "cycle task=jackd* deadline=${DEADLINE_MS}ms"
rules "cycle task=jack_simple* deadline=${DEADLINE_MS}ms"
taskset -pc 0 $$ >/dev/null

check "LinuxCNC's motion controller starts" start_linuxcnc
sleep 10
check "the period of its servo thread is found" period_is rtapi_app:T "$SERVO_NS" 1
check "each of its cycles counts once" servo_cycles_count
for thread in /proc/"$(pidof -s rtapi_app || echo none)"/task/[0-9]*; do taskset -pc $TARGET "${thread##*/}" >/dev/null; done
preempt_target
check "an overrun of the servo thread has the task that preempted it as cause" overruns rtapi_app:T '^rtp-hog$'
halcmd unload all >/dev/null 2>&1

background taskset -c $TARGET jackd -R -P 70 -d dummy -r $RATE -p $FRAMES >"$scratch/jackd" 2>&1
check "jackd starts in real time" wait_for 20 jack_lsp
background jack_simple_client rtprobe >"$scratch/client" 2>&1
sleep 10
check "the period of jackd is found" period_is '^jackd' $JACK_NS 1
# jackd wakes it when its own cycle has come so far.
check "the period of its client is found" period_is '^jack_simple' $JACK_NS 10
first=$(counted '^jackd') from=$(cut -d ' ' -f 1 /proc/uptime)
sleep 20
last=$(counted '^jackd') to=$(cut -d ' ' -f 1 /proc/uptime)
check "each cycle of jackd counts once" awk -v from="$from" -v to="$to" -v n=$((last - first)) -v period=$JACK_NS 'BEGIN {
	due = (to - from) * 1e9 / period
	print "# " n " cycles of jackd in " to - from " s, " due " due"
	exit n < due - 2 || n > due + 2 }'
preempt_target
check "an overrun of jackd has the task that preempted it as cause" overruns '^jackd' '^rtp-hog$'
check "the kernel log has no warnings" no_splat
sed 's/^/# jackd: /' "$scratch/jackd" | tail -n 5
finish
