#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An interrupt on one CPU leads to a task on another one. The parts of irq_to_task are what ran where the work was: the
# handler and the irq thread on their CPUs, not what ran meanwhile on the CPU of the task.
. "$(dirname "$0")/lib.sh"

EACH=10
US=5000

# Waits for the spikes of the newest disturbances, and prints for each one, in ns: the value, the parts of the device's
# hard handler, of its irq thread, of the hog, and of the bystander.
seen() {
	for try in $(seq 30); do
		[ "$(grep -c '^victim_comm=rtprobe-victim$' $PROBE/spikes)" -ge $EACH ] && break
		sleep 0.1
	done
	awk -v irq="$(edu_irq)" '
	function flush() { if (ours) print value, hard + 0, thread + 0, hog + 0, bystander + 0 }
	/^spike=/ { flush(); ours = hard = thread = hog = bystander = 0 }
	/^value_ns=/ { sub(/.*=/, ""); value = $0 }
	/^victim_comm=rtprobe-victim$/ { ours = 1 }
	/^part=/ { sub(/^part=/, "")
		if ($1 == "hardirq" && $2 == irq && $6 == "rtprobe-edu") hard += $5
		if ($1 == "irq_thread" && $2 == irq) thread += $5
		if ($6 == "rtprobe-hog") hog += $5
		if ($6 == "bystander") bystander += $5 }
	END { flush() }' $PROBE/spikes
}

# Makes EACH disturbances and counts the spikes for which an awk condition is true. `us` is the length in ns; of what a
# host takes from the CPUs, each part may have some.
holds() { # WORDS CONDITION
	control clear=spikes
	for i in $(seq $EACH); do disturb "$1" || return 1; done
	seen >"$scratch/seen"
	read -r all right <<VERDICT
$(awk -v us=$((US * 1000)) '{ value = $1; hard = $2; thread = $3; hog = $4; bystander = $5; right += '"$2"' } END { print NR, right + 0 }' "$scratch/seen")
VERDICT
	figures "$1: $all spikes, $right right; ns of value, handler, thread, hog, bystander:"
	head -n 3 "$scratch/seen" | sed 's/^/#   /'
	[ "$all" -ge $((EACH * 8 / 10)) ] && [ "$right" -ge $((all * 8 / 10)) ]
}

to_cpu() { # CPU: moves the irq thread of the device
	for comm in /proc/[0-9]*/comm; do
		case $(cat "$comm" 2>/dev/null) in
		"irq/$(edu_irq)-"*) comm=${comm%/comm} && taskset -pc "$1" "${comm#/proc/}" >/dev/null && return ;;
		esac
	done
	return 1
}

plan 5
load rtprobe measures=irq_to_task threshold=3ms || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ "$(edu_irq)" != 0 ] || bail "there is no edu device"
[ -e /sys/devices/system/cpu/cpu1 ] || bail "two CPUs are needed"
# Not where the hog runs, or it would wait for the hog before it raises the interrupt.
taskset -pc 1 $$ >/dev/null
# Its affinity is set to the line's once, before it first handles an interrupt.
disturb kind=irqthread us=1 cpu=0
background taskset -c 1 "$(named bystander dd)" if=/dev/zero of=/dev/null bs=64k
check "a handler on another CPU is the part until it wakes the task" holds "kind=hardirq us=$US cpu=0 to=1" \
	'hard >= us * 0.9 && bystander < us / 2'
check "so are the irq thread and what delays it there" holds "kind=irqthread us=$US cpu=0 to=1" \
	'thread >= us * 0.8 && hog >= us * 0.8 && bystander < us / 2'
stop "$last"
check "the irq thread moves to a third place" to_cpu 1
check "an irq thread on another CPU than the interrupt and the task is the part" holds "kind=irqthread us=$US cpu=0 to=0" \
	'thread >= us * 0.8 && hog < us / 2'
check "the kernel log has no warnings" no_splat
finish
