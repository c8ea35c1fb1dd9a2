#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel refines the rate of the time stamp counter, or marks it unstable, while it is the clock.
# guest: tsc=reliable
. "$(dirname "$0")/lib.sh"

# The newest value of the edu device, in ns, after one disturbance of 8 ms.
value_of_8ms() {
	control clear=histograms
	disturb kind=hardirq us=8000 cpu=1
	sleep 0.3
	rows 'f["measure"] == "hardirq_duration" && f["name"] == "rtprobe-edu" && f["max_ns"] > max { max = f["max_ns"] } END { print max + 0 }'
}

between() { figures "$1 is to be between $2 and $3"; [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }
now_ns() { awk '{ printf "%.0f", $1 * 1e9 }' /proc/uptime; }

# becomes KEY VALUE: within 5 s.
becomes() {
	for try in $(seq 50); do
		[ "$(status_of "$1")" = "$2" ] && return
		sleep 0.1
	done
	figures "$1=$(status_of "$1")"
	return 1
}

# No value can be longer than the script.
no_value_beyond() {
	rows 'f["max_ns"] > '"$1"' { print "# " f["measure"], f["name"], f["max_ns"] }' >"$scratch/beyond"
	cat "$scratch/beyond"
	[ ! -s "$scratch/beyond" ]
}

doctor_says() {
	sh "$here/../tools/rtprobectl" doctor | grep "$1" | sed 's/^/# /' | grep .
}

# The newest value of a task that waits 8 ms for its CPU, in ns. Times of two CPUs are compared.
wakeup_of_8ms() {
	control clear=histograms
	disturb kind=fifo us=8000 cpu=1
	sleep 0.3
	rows 'f["measure"] == "wakeup_latency" && f["name"] == "rtprobe-victim" { max = f["max_ns"] } END { print max + 0 }'
}

clocksource() { echo "$1" >/sys/devices/system/clocksource/clocksource0/current_clocksource; }

plan 21
taskset -pc 0 $$ >/dev/null
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
clocksource hpet
load rtprobe clock=tsc measures=wakeup_latency || bail "rtprobe.ko does not load"
check "times of two CPUs are not compared in ticks of a counter that the kernel does not use" [ "$(status_of clock_shared)" = mono ]
check "and are true" between "$(wakeup_of_8ms)" 7900000 200000000
clocksource tsc
load rtprobe clock=tsc threshold=1ms measures=hardirq_duration,softirq_latency,softirq_duration,timer_latency,irqsoff,wakeup_latency,thread_latency ||
	bail "rtprobe.ko does not load"
disturb kind=hardirq us=20 cpu=1
check "the clock is the counter" becomes clock tsc
check "times of two CPUs are compared in its ticks, as the kernel does" [ "$(status_of clock_shared)" = tsc ]
check "and are true" between "$(wakeup_of_8ms)" 7900000 200000000
check "which has not changed" [ "$(status_of clock_change) $(status_of clock_since)" = "none 0" ]
truth=$(value_of_8ms)
figures "8 ms are measured as $truth ns"

load rtprobe_clock twice=1 || bail "rtprobe_clock.ko does not load"
check "a refined rate is taken over" becomes clock_change refined
# The host may take the guest's CPU, which only lengthens.
check "and values are of that rate" between "$(value_of_8ms)" 3900000 7000000
check "doctor says so" doctor_says N_CLOCK_REFINED
unload rtprobe_clock
sleep 0.5

control clear=histograms,spikes
background sh -c "while :; do echo kind=hardirq us=3000 cpu=1 >$DISTURB; done"
busy=$last
sleep 1
negative=$(status_of lost_negative)
before=$(now_ns)
load rtprobe_clock unstable=1
check "when the kernel marks the counter unstable the clock becomes mono" becomes clock mono
after=$(now_ns)
check "and that of two CPUs, too" [ "$(status_of clock_shared)" = mono ]
check "and status says why" [ "$(status_of clock_change)" = unstable ]
check "and since when" between "$(status_of clock_since)" $((before - 20000000)) $((after + 20000000))
sleep 2
stop "$busy"
check "no value comes from two clocks" no_value_beyond 20000000000
figures "negative: $negative, then $(status_of lost_negative)"
check "and none is negative" [ "$(status_of lost_negative)" = "$negative" ]
# On a slow kernel the list is full of what came before.
control clear=spikes
check "values are true after it" between "$(value_of_8ms)" 7900000 200000000
check "those of two CPUs, too" between "$(wakeup_of_8ms)" 7900000 200000000
check "spikes go on" [ "$(awk -F= -v since="$(status_of clock_since)" '$1 == "time" && $2 > since { n++ } END { print n + 0 }' $PROBE/spikes)" -gt 0 ]
check "doctor says so, too" doctor_says N_CLOCK_CHANGED
unload rtprobe_clock
load rtprobe && clock=$(status_of clock)
check "the next load chooses mono" [ "$clock" = mono ]
check "the kernel log has no warnings" no_splat
finish
