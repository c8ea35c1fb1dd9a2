#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# CPUs go offline and online while all measures are on.
. "$(dirname "$0")/lib.sh"

TARGET=1

online() { echo "$1" >/sys/devices/system/cpu/cpu$TARGET/online; }
fired() { rows 'f["measure"] == "timer_latency" && f["cpu"] == '"$TARGET"' { n = f["count"] } END { print n + 0 }'; }
held() { rows 'f["cpu"] == '"$TARGET"' { print f["measure"], f["number"], f["name"], f["count"] }' | sort; }

grows() {
	was=$(fired)
	sleep 0.5
	[ "$(fired)" -gt "$was" ] || { figures "timer_latency of CPU $TARGET stands at $was"; return 1; }
}

keeps() {
	held >"$scratch/off1"
	sleep 0.5
	held >"$scratch/off2"
	cmp -s "$scratch/off1" "$scratch/off2" && grep -q timer_latency "$scratch/off1"
}

never_less() {
	held >"$scratch/later"
	awk 'NR == FNR { was[$1 " " $2 " " $3] = $4; next } { now[$1 " " $2 " " $3] = $4 }
		END { for (key in was) if (now[key] < was[key]) { print "# " key " " was[key] " then " now[key]; bad = 1 } exit bad }' \
		"$scratch/off1" "$scratch/later"
}

toggle() { # TIMES
	for i in $(seq "$1"); do
		online 0 && online 1 || return 1
		disturb kind=hardirq us=20 cpu=$TARGET || return 1
	done
}

exact() {
	[ "$(ran "$irq" rtprobe-edu)" = "$(interrupts "$irq")" ] ||
		{ figures "module $(ran "$irq" rtprobe-edu), kernel $(interrupts "$irq")"; return 1; }
}

unload_offline() { online 0 && unload rtprobe && online 1; }
load_offline() { online 0 && load rtprobe && online 1 && grows; }

plan 11
[ -e /sys/devices/system/cpu/cpu$TARGET/online ] || bail "CPU $TARGET cannot be taken offline"
load rtprobe || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
irq=$(edu_irq)
disturb kind=hardirq us=20 cpu=$TARGET
check "the timer of CPU $TARGET is measured" grows
online 0
check "the counts of CPU $TARGET stay unchanged while it is offline" keeps
online 1
check "its timer is measured again after it is online" grows
check "no count decreased" never_less
background sh -c 'while :; do :; done'
check "goes offline and online ten times under load" toggle 10
stop "$last"
check "the timer of CPU $TARGET is measured after that" grows
check "the count of an irq line is still exact" exact
check "unloads while a CPU is offline" unload_offline
check "loads while a CPU is offline and measures it after it is online" load_offline
control measures=none
was=$(fired)
online 0 && online 1
sleep 0.3
check "a measure that is off stays off on a CPU that goes online" [ "$(fired)" = "$was" ]
check "the kernel log has no warnings" no_splat
finish
