#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Interrupts that appear after the module was loaded, go and come back, and shared lines.
. "$(dirname "$0")/lib.sh"

raise() { # TIMES CPU
	for i in $(seq "$1"); do disturb kind=hardirq us=20 cpu="$2" || return 1; done
}

asked() { cat /sys/module/rtprobe_shared/parameters/calls; }

# Sum of a column over the rows of an action.
column_of() { # COLUMN NAME
	rows 'f["measure"] == "hardirq_duration" && f["name"] == "'"$2"'" { n += f["'"$1"'"] } END { print n + 0 }'
}

equal() { # LEFT RIGHT
	[ "$1" = "$2" ] || { figures "$1 is not $2"; return 1; }
}

# Every line of the table has as many fields as its header.
table_is_whole() {
	awk 'NR == 1 { sub(/^# */, ""); n = NF; next } NF != n { print "# " $0; bad = 1 } END { exit bad || NR < 3 }' $PROBE/irqs
}

plan 16
unload rtprobe_shared
unload rtprobe_disturb
load rtprobe measures=hardirq_duration || bail "rtprobe.ko does not load"

load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
irq=$(edu_irq)
raise 1 0
check "an irq that appears later is counted from its first interrupt" equal "$(ran "$irq" rtprobe-edu)" "$(interrupts "$irq")"
raise 20 1
raise 20 0
for cpu in 0 1; do
	check "it is counted exactly on CPU $cpu" equal "$(ran "$irq" rtprobe-edu $cpu)" "$(interrupts "$irq" $cpu)"
done
before=$(interrupts "$irq")
unload rtprobe_disturb
check "its count stays when it is freed" equal "$(ran "$irq" rtprobe-edu)" "$before"
sum=$before
for again in $(seq 10); do
	load rtprobe_disturb
	raise 3 $((again % 2))
	sum=$((sum + $(interrupts "$(edu_irq)")))
	unload rtprobe_disturb
done
check "freed and requested again ten times, it is counted on" equal "$(ran "$irq" rtprobe-edu)" "$sum"

load rtprobe_disturb msi=0
line=$(edu_irq)
raise 5 0
load rtprobe_shared irq="$line" name=first
raise 7 1
check "an action that does not feel concerned is counted apart" equal "$(column_of none first)" "$(asked)"
check "and has no duration" equal "$(column_of count first)" 0
check "its neighbour on the line has every interrupt" equal "$(ran "$line" rtprobe-edu)" "$(interrupts "$line")"
first=$(asked)
unload rtprobe_shared
load rtprobe_shared irq="$line" name=second answer=handled
raise 9 0
check "an action in the place of a freed one has a count of its own" equal "$(column_of count second)" "$(asked)"
check "and the freed one keeps its count" equal "$(column_of none first)" "$first"
check "the neighbour still has every interrupt" equal "$(ran "$line" rtprobe-edu)" "$(interrupts "$line")"
unload rtprobe_shared

for again in $(seq 20); do
	load rtprobe_shared irq="$line" name="turn$((again % 2))"
	raise 1 $((again % 2))
	sum=$(($(asked) + ${shared:-0}))
	shared=$sum
	unload rtprobe_shared
done
check "twenty short-lived actions are all counted" equal "$(($(column_of none turn0) + $(column_of none turn1)))" "$shared"

load rtprobe_shared irq="$line" name='"two words"'
raise 1 0
check "a name with a space in it does not break the table" table_is_whole
check "and is shown escaped" [ "$(rows 'f["name"] ~ /^two.+words$/ { n++ } END { print n + 0 }')" -ge 1 ]
unload rtprobe_shared
nothing_lost() { equal "$(status_of lost_no_row)" 0 && equal "$(status_of lost_negative)" 0; }
check "no value was dropped or flagged" nothing_lost
check "no complaint of the kernel" no_splat
finish
