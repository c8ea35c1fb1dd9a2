#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lines that are disabled in unusual ways: freed meanwhile, by their own handler, more of them than can be followed.
. "$(dirname "$0")/lib.sh"

US=3000

values() { rows 'f["measure"] == "irqline_off" && f["name"] ~ /'"$1"'/ { n += f["count"] } END { print n + 0 }'; }
longest() { rows 'f["measure"] == "irqline_off" && f["name"] ~ /'"$1"'/ { print f["max_ns"] }'; }

# Prints the sum of the values of irqline_off, and how many calls could not be paired.
timed() { echo "$(rows 'f["measure"] == "irqline_off" { n += f["count"] } END { print n + 0 }') $(status_of lost_unpaired)"; }

LINES_MOST=64 LINES=70
# The first time, a CPU has rows for a few of the lines only.
too_many() {
	load rtprobe_many lines=$LINES && control measures=irqline_off || return 1
	for i in $(seq 5); do echo 1 >/sys/module/rtprobe_many/parameters/toggle; done
	read -r values unpaired <<BEFORE
$(timed)
BEFORE
	taskset -c 0 sh -c 'echo 1 >/sys/module/rtprobe_many/parameters/toggle'
	read -r values_after unpaired_after <<AFTER
$(timed)
AFTER
	unload rtprobe_many
	figures "$LINES lines disabled at once: $((values_after - values)) timed, $((unpaired_after - unpaired)) not"
	[ $((values_after - values)) -eq $LINES_MOST ] && [ $((unpaired_after - unpaired)) -eq $((LINES - LINES_MOST)) ]
}

# The device's pin instead of its message, shared with a second action. Both run before the line is first disabled.
shares_a_line() {
	unload rtprobe_disturb && unload rtprobe && load rtprobe measures=irqline_off,hardirq_duration &&
		load rtprobe_disturb msi=0 && load rtprobe_shared "irq=$(edu_irq)" name=neighbour || return 1
	disturb kind=hardirq us=10 cpu=0 && disturb kind=line us=10 cpu=0 || return 1
	names=$(rows 'f["measure"] == "irqline_off" && f["number"] == '"$(edu_irq)"' { print f["name"] }')
	figures "actions of the shared line: $names"
	unload rtprobe_shared
	case ",$names," in *,rtprobe-edu,*neighbour,* | *,neighbour,*rtprobe-edu,*) return ;; esac
	return 1
}

plan 7
load rtprobe measures=irqline_off,hardirq_duration threshold=1ms || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
taskset -pc 0 $$ >/dev/null
disturb kind=nested us=1 cpu=0
for i in 1 2 3; do disturb kind=linefreed us=$US cpu=0; done
figures "a line freed while it was disabled: $(rows 'f["measure"] == "irqline_off" { print f["number"], f["name"], f["count"], f["max_ns"] }' | tr '\n' ';')"
check "a line that was freed while it was disabled is followed again" [ "$(rows 'f["measure"] == "irqline_off" { n += f["count"] } END { print n + 0 }')" -ge 3 ]
check "the time before it was requested again is not included" [ "$(rows 'f["measure"] == "irqline_off" && f["max_ns"] > most { most = f["max_ns"] } END { printf "%d", most / 1000 }')" -lt 100000 ]
control clear=spikes
disturb kind=linebyhandler us=$US cpu=0
sleep 0.3
cp $PROBE/spikes "$scratch/spikes"
figures "$(grep -c '^measure=irqline_off' "$scratch/spikes") spikes, $(grep -c '^waker_comm' "$scratch/spikes") with a waker"
check "a line that its handler disabled has a spike" [ "$(grep -c '^measure=irqline_off' "$scratch/spikes")" -ge 1 ]
check "the spike does not name the interrupted task as the one that disabled it" [ "$(grep -c '^waker_comm' "$scratch/spikes")" -eq 0 ]
check "of more disabled lines than can be followed, the others are counted" too_many
check "a shared line has the names of its actions" shares_a_line
check "the kernel log has no warnings" no_splat
finish
