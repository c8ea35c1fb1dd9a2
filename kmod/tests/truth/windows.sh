#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# truth/windows.sh KIND TIMES SEED RULES [MEASURE]: windows.pl disturbs CPU 1 TIMES times, at random moments and for 4 to
# 8 ms if the kind has a length, and once before. SEED determines both. Spikes are made by RULES, separated by ";". Prints which callbacks
# and senders this kernel reports, the windows, and the spikes. MEASURE is on for this kind only; exits with 3 if the kernel
# does not have it. Leaves the modules loaded for the next kind.
. "$(dirname "$0")/../lib.sh"

kind=$1 times=$2 seed=$3 measure=${5:-}
MEASURES=timer_latency,vector_duration,softirq_duration,softirq_latency,wakeup_latency,napi_duration

loaded rtprobe || load rtprobe measures=$MEASURES period=1ms max_spikes=1024 || bail "rtprobe.ko does not load"
loaded rtprobe_disturb || load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -z "$measure" ] || status_of measures_available | tr , '\n' | grep -qx "$measure" || exit 3
control "measures=$MEASURES${measure:+,$measure}" clear=spikes || bail "the measures are refused: $(status_of last_error)"
rules "clear; $4" || bail "a rule is refused: $(status_of last_error)"
taskset -pc 0 $$ >/dev/null
# An emulator translates what runs for the first time: that takes time before and after the disturbance.
perl "$here/../windows.pl" "$kind" 1 4000 >/dev/null || bail "$kind is refused"
sleep 1
control clear=spikes
grep -E '^(callbacks|senders)_available=' $PROBE/status
awk -v times="$times" -v seed="$seed" 'BEGIN {
	srand(seed)
	for (i = 0; i < times; i++) printf "%.3f %d\n", 0.05 + rand() * 0.2, 4000 + rand() * 4000
}' | while read -r pause us; do
	sleep "$pause"
	window=$(perl "$here/../windows.pl" "$kind" 1 "$us") || exit
	echo "window $window"
done || exit
# The last spikes are completed.
sleep 1
cat $PROBE/spikes
no_splat
