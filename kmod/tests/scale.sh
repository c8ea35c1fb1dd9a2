#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=8 timeout=1500
# scale.sh [TASKS]: a machine with gaps between its CPUs, 5000 interrupt lines and TASKS short-lived tasks, 100000 if not
# said otherwise, each with a name of its own. Nothing may be lost without being counted as lost.
. "$(dirname "$0")/lib.sh"

TASKS=${1:-100000}
LINES=5000
GONE='2 5 6'
# Of kmod/uapi/rtprobe.h: the attribute of a CPU's cost in get-info, cost-partial, and the command get-cpus.
COST=33
COST_PARTIAL=36
GET_CPUS=19

now() { cut -d' ' -f1 /proc/uptime; }
online() { for cpu in $GONE; do echo "$1" >/sys/devices/system/cpu/cpu$cpu/online || return 1; done; }
genl() { perl "$here/genl.pl" "$@"; }

# within SECONDS COMMAND...: its status, and that it took no longer.
within() {
	limit=$1
	shift
	begun=$(now)
	"$@" >"$scratch/said" 2>&1 || { sed 's/^/# /' "$scratch/said" | head -n 5; return 1; }
	took=$(awk -v now="$(now)" -v then="$begun" 'BEGIN { printf "%.2f", now - then }')
	figures "$took s: $*"
	awk -v took="$took" -v limit="$limit" 'BEGIN { exit !(took <= limit) }'
}

costs_of_online() { [ "$(grep -c '^cost_cpu.*_ns=' $PROBE/status)" = 5 ] && ! grep -q '^cost_cpu[256]_' $PROBE/status; }
answers() { genl "$@" >"$scratch/answer" && grep -q '^error 0' "$scratch/answer" || { head -n 3 "$scratch/answer" | sed 's/^/# /'; return 1; }; }
messages() { grep -c '^message' "$scratch/answer"; }
# How often an attribute is in the one message.
cost_nests() { sed -n 's/^message [0-9]* //p' "$scratch/answer" | tr , '\n' | grep -cx "$1"; }
all_fit() { answers do 1 && [ "$(cost_nests "$COST")" = 5 ] && [ "$(cost_nests $COST_PARTIAL)" = 1 ]; }
names_those_that_fit() { echo 2 >/sys/module/rtprobe/parameters/info_cpus && answers do 1 && [ "$(cost_nests "$COST")" = 2 ]; }
all_by_dump() { answers dump "$GET_CPUS" && [ "$(messages)" = 5 ]; }

timers_on() {
	[ "$(rows 'f["measure"] == "timer_latency" && f["count"] > 0 { print f["cpu"] }' | sort -n | xargs)" = "$1" ]
}

# Lines that have a row, and their interrupts that were counted.
lines_counted() { rows 'f["name"] ~ /^many/ && f["measure"] == "hardirq_duration" { seen[f["name"]]; sum += f["count"] }
	END { for (name in seen) n++; print n + 0, sum + 0 }'; }
has_lines() { [ "$(lines_counted)" = "$LINES $1" ] || { figures "$(lines_counted)"; return 1; }; }
# A line that fires before its CPU has a spare row for it is lost, and counted as such. It has a row the next time.
counted_or_lost() {
	lost=$(($(status_of lost_no_row) - lost_before))
	set -- $(lines_counted)
	figures "of $LINES new lines $1 were counted at once, $lost values had no row"
	[ "$1" = "$2" ] && [ $(($1 + lost)) -ge $LINES ] && [ "$1" -ge $((LINES / 2)) ]
}
# On one CPU, where each line then has its row.
fire() { taskset -c 0 sh -c 'echo 1 >/sys/module/rtprobe_many/parameters/fire'; }
load_lines() { unload rtprobe_many && taskset -c 0 insmod "$(module_path rtprobe_many)" lines="$1"; }
# A busy host may keep the worker from making spare rows more than once.
fire_again() {
	for try in 1 2 3 4 5; do
		fire && [ "$(lines_counted | cut -d' ' -f1)" = $LINES ] && return
	done
	return 1
}
call_interrupts() { awk '$1 == "CAL:" { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) n += $i } END { print n }' /proc/interrupts; }
clears_without_interrupts() {
	before=$(call_interrupts)
	control clear=histograms
	after=$(call_interrupts)
	figures "$((after - before)) function call interrupts on all CPUs while $LINES rows were cleared"
	[ $((after - before)) -lt 100 ]
}

# Processes that rename themselves, sleep once, so that they are woken, and end.
processes() {
	perl -e 'my ($n, $running) = ($ARGV[0], 0);
		for my $i (1 .. $n) {
			if (!fork) { $0 = "p$i"; select undef, undef, undef, 0.001; exit }
			if (++$running >= 20) { wait; $running-- }
		} 1 while wait > 0' "$1"
}
follows_few() {
	rules 'add cgroup=/no/such/group threshold=1s' || return 1
	processes 500
	figures "tasks followed: $(status_of tasks) before $tasks_before"
	[ "$(status_of tasks)" -lt $((tasks_before + 100)) ]
}

lasting_task() { perl -e '$0 = "lasting"; select undef, undef, undef, 0.05 while 1'; }
count_of() { rows 'f["measure"] == "wakeup_latency" && f["name"] == "'"$1"'" { n += f["count"] } END { print n + 0 }'; }
threads() { echo "$1" >/sys/module/rtprobe_many/parameters/tasks; }
# Wake-ups of all that has no short-lived name. Rows of tasks that live are not recycled.
others() { rows 'f["measure"] == "wakeup_latency" && f["name"] !~ /^x[0-9]+$/ { n += f["count"] } END { print n + 0 }'; }
# Each wake-up is a value of a row, of one that was recycled since, or lost for want of a row or an entry.
accounted_for() {
	# In this order, as others go on meanwhile.
	others_now=$(others)
	counted=$(($(status_of events) - events_before - others_now + others_before))
	lost=$(($(status_of lost_no_row) - lost_before)) untracked=$(($(status_of lost_no_task) - untracked_before))
	figures "of $TASKS names $counted were counted, $lost had no row, $untracked were not followed"
	[ $((counted + lost + untracked)) -ge "$TASKS" ]
}
# Without recycling at most as many as there are rows.
recycled() { [ "$counted" -gt $(($(status_of rows_max) * 5)) ]; }
newest_have_rows() {
	sleep 1
	threads 100 && sleep 0.2 || return 1
	set -- $(rows 'f["measure"] == "wakeup_latency" && f["name"] ~ /^x[0-9][0-9]?$/ { seen[f["name"]] } END { for (n in seen) c++; print c + 0 }')
	figures "$1 of 100 new names have a row"
	[ "$1" -ge 95 ]
}
# Each was woken once. A row that kept what it counted for another name has more.
own_values_only() {
	rows 'f["measure"] == "wakeup_latency" && f["name"] ~ /^x[0-9]+$/ { n++; sum += f["count"] }
		END { print "# " n " rows of short-lived names have " sum " values"; exit !(n && sum < n * 1.5) }'
}
lasts() { figures "lasting: $(count_of lasting) after $lasting_before"; [ "$(count_of lasting)" -gt "$lasting_before" ]; }
new_line_has_row() {
	control measures=hardirq_duration
	load_lines 40 && sleep 0.5 && fire && sleep 0.2 || return 1
	set -- $(lines_counted)
	figures "$1 of 40 new lines have a row"
	[ "$1" = 40 ]
}
bounded() {
	figures "rows $(status_of rows) of $(status_of rows_max), sources $(status_of sources), tasks $(status_of tasks), $(status_of memory_bytes) bytes"
	[ "$(status_of sources)" -le "$(status_of rows_max)" ] && [ "$(status_of memory_bytes)" -le "$(status_of memory_max_bytes)" ]
}

plan 26
online 0 || bail "CPUs $GONE cannot be taken offline"
load rtprobe max_irqs=16384 max_rows=40000 || bail "rtprobe.ko does not load"
check "CPUs that are offline leave gaps in the costs" costs_of_online
check "timers run on the others" timers_on '0 1 3 4 7'
check "get-info names every online CPU" all_fit
check "where they do not fit it names those that do" names_those_that_fit
check "get-cpus names all" all_by_dump
check "offline CPUs come" online 1
sleep 0.5
check "and get a timer" timers_on '0 1 2 3 4 5 6 7'
lost_before=$(status_of lost_no_row)
check "$LINES lines come" within 60 load_lines $LINES
sleep 1
check "each new line is counted, or counted as lost" counted_or_lost
check "each has a row when it fires again" fire_again
check "all are read in time" within 20 cat $PROBE/irqs
check "a rule is applied to them in time" within 5 rules 'add name=many1* threshold=1s'
check "they are cleared in time" within 2 control clear=histograms
check "and nobody is interrupted for it" clears_without_interrupts
fire
check "they count again from there" has_lines $LINES
check "they go" within 120 unload rtprobe_many

load rtprobe max_irqs=1024 max_rows=600 measures=wakeup_latency interval=10ms || bail "rtprobe.ko does not load"
load rtprobe_many lines=1 || bail "rtprobe_many.ko does not load"
sleep 0.5
tasks_before=$(status_of tasks)
check "a cgroup that no task is in follows none" follows_few
rules clear
rules 'add comm=x* threshold=1s; add comm=lasting threshold=1s'
background lasting_task
sleep 0.5
lasting_before=$(count_of lasting)
events_before=$(status_of events)
others_before=$(others) lost_before=$(status_of lost_no_row) untracked_before=$(status_of lost_no_task)
check "$TASKS short-lived names pass" within 600 threads "$TASKS"
check "each is counted, or counted as lost" accounted_for
check "rows of names that are gone are used again" recycled
check "the newest names have rows" newest_have_rows
check "with the values of their own name alone" own_values_only
check "the row of a task that lives is left to it" lasts
check "new lines take rows of names that are gone" new_line_has_row
check "memory stays within its bound" bounded
unload rtprobe_many
check "no complaint of the kernel" no_splat
finish
