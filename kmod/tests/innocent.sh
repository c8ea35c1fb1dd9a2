#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# User space cannot disable interrupts: a task that only spins there is never named as having them off, although its
# CPU stands still again and again, in system management interrupts and because the host runs something else. The
# argument is how many seconds each of the two is watched.
. "$(dirname "$0")/lib.sh"

SECONDS_EACH=${1:-8}

# spins HOW CPU: spins there until it is stopped. The firmware of the lab's guests handles SMIs of CPU 0 only.
spins() {
	if [ "$1" = smi ]; then
		background taskset -c "$2" "$spinner" -c "echo kind=smi us=5000 >$DISTURB"
	else
		background taskset -c "$2" "$spinner" -c 'while :; do :; done'
	fi
}

# What another CPU asks of the spinner's: reschedule and function call interrupts, of higher priority than the timer's,
# by tasks that are woken there.
interrupted() {
	while :; do
		taskset -c 0 true
		taskset -c 1 true
		sleep 0.05
	done
}

# The list holds the newest: it is read and emptied each second.
watch() {
	spins "$1" "$2"
	pid=$last
	# It gets there by way of the kernel.
	sleep 1
	control clear=spikes
	last_s=$(($(cut -d. -f1 /proc/uptime) + SECONDS_EACH))
	while [ "$(cut -d. -f1 /proc/uptime)" -lt $last_s ]; do
		sleep 1
		grep -E '^(spike|measure|comm|value_ns|part|frame)=' $PROBE/spikes >>"$scratch/spikes"
		control clear=spikes
	done
	stop "$pid"
}

# late accused parts rest doubted stalls: spikes of the timer found in the spinner, irqsoff spikes of it, parts that name
# it; their parts of kind unaccounted of 100 us or more, those of which the record says that they can be a stall, and parts
# of kind stall.
judge() {
	awk '
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	function close_spike() { if (measure == "timer_latency" && comm == "spinner") late++
		if (measure == "irqsoff" && comm == "spinner") accused++; measure = comm = "" }
	key == "spike" { close_spike() }
	key == "measure" { measure = value }
	key == "comm" { comm = value }
	key == "part" { split(value, p, " "); if (p[1] == "irqs_off" && value ~ /spinner/) parts++
		if (measure != "timer_latency" || comm != "spinner") next
		if (p[1] == "stall") stalls++
		if (p[1] == "unaccounted" && p[5] >= 100000) { rest++; if (value ~ /could_be=stall,/) doubted++ } }
	END { close_spike(); print late + 0, accused + 0, parts + 0, rest + 0, doubted + 0, stalls + 0 }' "$scratch/spikes"
}

# Prints the irqsoff spikes of the spinner: value and innermost frames.
accusations() {
	awk '
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	function close_spike() { if (measure == "irqsoff" && comm == "spinner") print whole " ns in" frames; measure = comm = frames = ""; n = 0 }
	key == "spike" { close_spike() }
	key == "measure" { measure = value }
	key == "comm" { comm = value }
	key == "value_ns" { whole = value }
	key == "frame" && n++ < 6 { sub(/\+.*/, "", value); frames = frames " " value }
	END { close_spike() }' "$scratch/spikes"
}

plan 6
load rtprobe measures=irqsoff,timer_latency threshold=300us capture=stack max_spikes=200 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu1 ] || bail "two CPUs are needed"
spinner=$(named spinner sh)
: >"$scratch/spikes"
background interrupted
watch loop 1
watch smi 0
read -r late accused parts rest doubted stalls <<VERDICT
$(judge)
VERDICT
figures "$late late timers found the spinner; irqsoff spikes of it: $accused, parts that say it had interrupts off: $parts"
check "timers are late in a task that spins in user space" [ "$late" -gt 0 ]
accusations | sort | uniq -c | sed 's/^/# irqsoff spike: /'
check "no irqsoff spike is of it" [ "$accused" -eq 0 ]
check "no part says that it had interrupts off" [ "$parts" -eq 0 ]
figures "$rest unaccounted parts, $doubted with what they can be; $stalls parts of kind stall where irqsoff is $(status_of irqsoff)"
check "the record says what unaccounted time can be" [ "$rest" -eq "$doubted" ]
# Only exact events prove that interrupts were enabled.
[ "$(status_of irqsoff)" = exact ] && proven=-gt || proven=-eq
check "a stall is a part of its own where it is proven, and only there" [ "$stalls" $proven 0 ]
check "the kernel log has no warnings" no_splat
finish
