#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lines that are disabled in unusual ways: freed meanwhile, by their own handler, more of them than can be followed.
. "$(dirname "$0")/lib.sh"

US=3000

values() { rows 'f["measure"] == "irqline_off" && f["name"] ~ /'"$1"'/ { n += f["count"] } END { print n + 0 }'; }
longest() { rows 'f["measure"] == "irqline_off" && f["name"] ~ /'"$1"'/ { print f["max_ns"] }'; }

plan 5
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
check "the kernel log has no warnings" no_splat
finish
