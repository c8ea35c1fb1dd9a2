#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# truth/cycles.sh KIND TIMES: a control loop on CPU 1 has TIMES cycles that wait.pl makes too long in a known way. Prints the
# cycles and the spikes. The period is given only if KIND is late. Leaves the modules loaded for the next kind.
. "$(dirname "$0")/../lib.sh"

kind=$1 times=$2
period=40000 every=3 given=''
disk=$(ls /dev/vd[a-z] 2>/dev/null | head -n 1)

loaded rtprobe || load rtprobe measures=response_time,preemption_latency threshold=off max_spikes=1024 ||
	bail "rtprobe.ko does not load"
loaded rtprobe_disturb || load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
case $kind in
late) given="period=${period}us" ;;
throttle)
	# A full second of the CPU is within each cycle, as throttling counts.
	period=2800000 every=1
	[ -e /sys/kernel/debug/sched/fair_server ] || mount -t debugfs none /sys/kernel/debug 2>/dev/null
	background taskset -c 1 perl "$here/../preempt.pl" spin rtp-ordinary 600000
	;;
esac
rules "clear; cycle task=rtp-servo $given deadline=2ms" || bail "the rule is refused: $(status_of last_error)"
control clear=spikes
taskset -pc 0 $$ >/dev/null
taskset -c 1 chrt -f 50 perl "$here/../wait.pl" rtp-servo $period $((times * every)) $every "$kind" "$disk" || exit
# The last spikes are completed.
sleep 1
cat $PROBE/spikes
no_splat
