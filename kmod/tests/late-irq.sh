#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Interrupts that appear after the module was loaded, disappear and return; shared lines.
. "$(dirname "$0")/lib.sh"

raise() { # TIMES CPU
	for i in $(seq "$1"); do disturb kind=hardirq us=20 cpu="$2" || return 1; done
}

asked() { cat /sys/module/rtprobe_shared/parameters/calls; }

# Prints the sum of a column over the rows of an action.
column_of() { # COLUMN NAME
	rows 'f["measure"] == "hardirq_duration" && f["name"] == "'"$2"'" { n += f["'"$1"'"] } END { print n + 0 }'
}

equal() { # LEFT RIGHT
	[ "$1" = "$2" ] || { figures "$1 is not $2"; return 1; }
}

# Succeeds if each line of the table has as many fields as its header.
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
check "its count is unchanged after it is freed" equal "$(ran "$irq" rtprobe-edu)" "$before"
sum=$before
for again in $(seq 10); do
	load rtprobe_disturb
	raise 3 $((again % 2))
	sum=$((sum + $(interrupts "$(edu_irq)")))
	unload rtprobe_disturb
done
check "counting continues after it is freed and requested again ten times" equal "$(ran "$irq" rtprobe-edu)" "$sum"

load rtprobe_disturb msi=0
line=$(edu_irq)
raise 5 0
load rtprobe_shared irq="$line" name=first
raise 7 1
check "calls that return IRQ_NONE are counted separately" equal "$(column_of none first)" "$(asked)"
check "calls that return IRQ_NONE have no duration" equal "$(column_of count first)" 0
check "the other action on the line counts all interrupts" equal "$(ran "$line" rtprobe-edu)" "$(interrupts "$line")"
first=$(asked)
unload rtprobe_shared
load rtprobe_shared irq="$line" name=second answer=handled
raise 9 0
check "an action that replaces a freed one has its own count" equal "$(column_of count second)" "$(asked)"
check "the count of the freed one is unchanged" equal "$(column_of none first)" "$first"
check "the other action still counts all interrupts" equal "$(ran "$line" rtprobe-edu)" "$(interrupts "$line")"
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
check "a name with a space does not break the table" table_is_whole
check "a name with a space is shown escaped" [ "$(rows 'f["name"] ~ /^two.+words$/ { n++ } END { print n + 0 }')" -ge 1 ]
unload rtprobe_shared
nothing_lost() { equal "$(status_of lost_no_row)" 0 && equal "$(status_of lost_negative)" 0; }
check "no value was lost or unpaired" nothing_lost
check "the kernel log has no warnings" no_splat
finish
