#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# stolen: hard handlers of known lengths interrupt two tasks that alternate on a CPU. The table's interrupt time of each
# task must agree with the handlers' time stamps.
. "$(dirname "$0")/lib.sh"

TIMES=40
TARGET=1

length() { echo $((500 + (($1 * 37) % 40) * 2500 / 39)); }

# Prints what the edu line took from tasks of a pid: number, ns by the handlers' time stamps, ns by the enclosing ones.
truth() { # PID
	awk -v pid="$1" '$2 == "hardirq" && $11 == pid { n++; least += $7; most += $8 } END { print n + 0, least + 0, most + 0 }' $DISTURB
}

# Prints what the table reports: number, ns, maximum between two switches.
reported() { # PID
	awk -v pid="$1" '$1 == pid { n = split($12, items, ",")
		for (i = 1; i <= n; i++) { split(items[i], f, ":"); if (f[1] == "hardirq_duration" && f[6] == "rtprobe-edu") print f[3], f[4], f[5] } }' $PROBE/tasks
}

agrees() { # PID NAME
	read -r times least most <<TRUTH
$(truth "$1")
TRUTH
	read -r count sum max <<TOLD
$(reported "$1")
TOLD
	figures "$2: $times interruptions of $least to $most ns, reported ${count:-0} of ${sum:-0} ns, at most ${max:-0} ns between two switches"
	[ "$times" -gt 5 ] && [ "$times" = "${count:-0}" ] && [ "$sum" -ge "$least" ] && [ "$sum" -le $((most + 20000 * times)) ]
}

# The interrupt time is the sum over the sources, and elapsed time is runtime plus interrupt time.
adds_up() { # PID
	awk -v pid="$1" '$1 == pid { n = split($12, items, ","); for (i = 1; i <= n; i++) { split(items[i], f, ":"); sum += f[4] }
		print "# " $11 ": ran " $9 " ns, stolen " $10 " ns, by source " sum " ns"; exit !(sum == $10) }' $PROBE/tasks
}

column() { # PID NUMBER
	awk -v pid="$1" -v n="$2" '$1 == pid { print $n }' $PROBE/tasks
}

plan 9
load rtprobe measures=$HANDLERS,softirq_duration,stolen max_tasks=256 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ "$(edu_irq)" != 0 ] || bail "there is no edu device"
taskset -pc 0 $$ >/dev/null
disturb kind=hardirq us=1 cpu=$TARGET # moves the line there
sleep 0.2
background taskset -c $TARGET "$(named victim-one sh)" -c 'while :; do :; done'
one=$last
background taskset -c $TARGET "$(named victim-two sh)" -c 'while :; do :; done'
two=$last
sleep 0.5
disturb clear
done=0
for i in $(seq $TIMES); do disturb kind=hardirq us="$(length "$i")" cpu=$TARGET && done=$((done + 1)); done
sleep 0.5 # both are switched from
check "$TIMES handlers ran" [ "$done" -eq $TIMES ]
check "the interrupt time of the first task is reported" agrees "$one" victim-one
check "the interrupt time of the second task is reported" agrees "$two" victim-two
check "the sources add up" adds_up "$one"
ran=$(column "$one" 9)
sleep 1
now=$(column "$one" 9)
figures "victim-one ran $((now - ran)) ns of a second that it shares"
check "its runtime grows, at most as fast as the clock" [ "$now" -gt "$ran" -a $((now - ran)) -lt 2000000000 ]
stop "$one"
stop "$two"
sleep 0.2
check "the tasks are reported as exited" [ "$(column "$one" 7)" = 1 ]
figures "lost_stolen_full=$(status_of lost_stolen_full) lost_no_task=$(status_of lost_no_task) tasks=$(status_of tasks)"
check "nothing was lost" [ "$(status_of lost_stolen_full)" -eq 0 ]
i=0
while [ $i -lt 500 ]; do /bin/true; i=$((i + 1)); done
sleep 0.5
figures "after 500 processes: tasks=$(status_of tasks) of $(status_of tasks_max), lost_no_task=$(status_of lost_no_task)"
check "500 short processes find room in a table of 256" [ "$(status_of lost_no_task)" -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
