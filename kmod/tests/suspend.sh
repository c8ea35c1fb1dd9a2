#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine is suspended while everything is measured: no value is as long as it slept.
# guest: tsc=reliable timeout=600
. "$(dirname "$0")/lib.sh"

SLEEP_S=10	# asked for; longer than any value of a busy host
LONGEST=8000000000	# ns

# Rehearsals do all but sleep, to idle and to memory. QEMU wakes a guest by its clock from memory only.
to_memory() { rtcwake -m mem -s $SLEEP_S >/dev/null 2>"$scratch/why"; }
rehearsed() {
	[ -w /sys/power/pm_test ] || { echo "this kernel cannot rehearse a suspend" >"$scratch/why"; return 1; }
	echo $SLEEP_S >/sys/module/suspend/parameters/pm_test_delay
	echo "$1" >/sys/power/pm_test
	# The last level is one of suspend to memory only.
	state=$([ "$1" = core ] && echo mem || echo freeze)
	{ echo "$state" >/sys/power/state; } 2>"$scratch/why"
	slept=$?
	echo none >/sys/power/pm_test
	return $slept
}

suspended() { # HOW...
	load rtprobe clock=tsc threshold=2s interval=50ms measures=all 2>/dev/null ||
		load rtprobe clock=tsc threshold=2s interval=50ms "measures=$all" || return
	was=$(setting measures)
	sleep 1
	if "$@"; then figures "$*: slept"; else
		figures "$*: $(cat "$scratch/why")"
		[ "$(status_of suspends)" -gt 0 ] || { skipped=1; return 0; }
	fi
	sleep 1
	figures "suspends $(status_of suspends), spikes $(status_of spikes_total)"
}

no_long_value() {
	rows 'f["max_ns"] > '$LONGEST' { print "# " f["measure"], f["name"], f["max_ns"] }' >"$scratch/long"
	cat "$scratch/long"
	[ ! -s "$scratch/long" ]
}

counts_go_on() {
	first=$(rows 'f["measure"] == "timer_latency" { n += f["count"] } END { print n + 0 }')
	sleep 0.5
	second=$(rows 'f["measure"] == "timer_latency" { n += f["count"] } END { print n + 0 }')
	figures "timer_latency: $first, then $second values"
	[ "$second" -gt "$first" ]
}

load rtprobe || bail "rtprobe.ko does not load"
all=$(status_of measures_available)
figures "states: $(cat /sys/power/state), to memory: $(cat /sys/power/mem_sleep), rehearsals: $(cat /sys/power/pm_test 2>/dev/null)"
total=0
plan 14
for way in "rehearsed devices" "rehearsed core" to_memory; do
	skipped=''
	check "$way: the machine is suspended, or says why not" suspended $way
	[ -n "$skipped" ] || total=$((total + $(status_of suspends)))
	check "$way: no value is as long as it slept" no_long_value
	check "$way: the measures are on again" [ "$(setting measures)" = "$was" ]
	check "$way: and measure" counts_go_on
done
check "the machine was suspended, where the kernel can rehearse it" [ "$total" -gt 0 -o ! -e /sys/power/pm_test ]
figures "$total suspends"
check "the kernel log has no warnings" no_splat
finish
