#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# CPUs that go offline and come back while everything is measured.
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
check "what CPU $TARGET counted stays, and stands still, while it is offline" keeps
online 1
check "its timer is measured again once it is back" grows
check "no count went back" never_less
background sh -c 'while :; do :; done'
check "goes offline and comes back ten times under load" toggle 10
stop "$last"
check "the timer of CPU $TARGET is measured after that" grows
check "an irq line is still counted to the last interrupt" exact
check "unloads while a CPU is offline" unload_offline
check "loads while a CPU is offline and measures it when it comes" load_offline
control measures=none
was=$(fired)
online 0 && online 1
sleep 0.3
check "a measure that is off stays off on a CPU that comes" [ "$(fired)" = "$was" ]
check "no complaint of the kernel" no_splat
finish
