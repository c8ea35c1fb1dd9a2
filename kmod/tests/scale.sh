#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=8 timeout=1500
# scale.sh [TASKS]: a machine with gaps between its CPUs, 5000 interrupt lines and TASKS short-lived tasks (default
# 100000), each with a different name. All values are recorded or counted as lost.
. "$(dirname "$0")/lib.sh"

TASKS=${1:-100000}
LINES=5000
GONE='2 5 6'
# From kmod/uapi/rtprobe.h: the attribute of a CPU's cost in get-info, cost-partial, and the command get-cpus.
COST=33
COST_PARTIAL=36
GET_CPUS=19

now() { cut -d' ' -f1 /proc/uptime; }
online() { for cpu in $GONE; do echo "$1" >/sys/devices/system/cpu/cpu$cpu/online || return 1; done; }
genl() { perl "$here/genl.pl" "$@"; }

# within SECONDS COMMAND...: succeeds if the command succeeds within SECONDS, on a kernel that watches itself six times that.
within() {
	watches_itself && limit=$(($1 * 6)) || limit=$1
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
# Prints how often an attribute is in the only message.
cost_nests() { sed -n 's/^message [0-9]* //p' "$scratch/answer" | tr , '\n' | grep -cx "$1"; }
all_fit() { answers do 1 && [ "$(cost_nests "$COST")" = 5 ] && [ "$(cost_nests $COST_PARTIAL)" = 1 ]; }
names_those_that_fit() { echo 2 >/sys/module/rtprobe/parameters/info_cpus && answers do 1 && [ "$(cost_nests "$COST")" = 2 ]; }
all_by_dump() { answers dump "$GET_CPUS" && [ "$(messages)" = 5 ]; }

timers_on() {
	[ "$(rows 'f["measure"] == "timer_latency" && f["count"] > 0 { print f["cpu"] }' | sort -n | xargs)" = "$1" ]
}

# Prints the lines that have a row, and their counted interrupts.
lines_counted() { rows 'f["name"] ~ /^many/ && f["measure"] == "hardirq_duration" { seen[f["name"]]; sum += f["count"] }
	END { for (name in seen) n++; print n + 0, sum + 0 }'; }
has_lines() { [ "$(lines_counted)" = "$LINES $1" ] || { figures "$(lines_counted)"; return 1; }; }
# If a line fires before its CPU has a spare row, the value is counted as lost. The next time the line has a row.
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
	# One for each row would be thousands. A kernel that watches itself is slow, and others cause some meanwhile.
	watches_itself && most=$((LINES / 2)) || most=100
	[ $((after - before)) -lt $most ]
}

# Starts processes that rename themselves, sleep once, so that they are woken, and exit.
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
# Prints the wake-ups of all tasks without a short-lived name. Rows of live tasks are not recycled.
others() { rows 'f["measure"] == "wakeup_latency" && f["name"] !~ /^x[0-9]+$/ { n += f["count"] } END { print n + 0 }'; }
# Each wake-up is a value of a row, of a recycled row, or counted as lost because no row or entry was free.
accounted_for() {
	# The order matters, because other tasks run meanwhile.
	others_now=$(others)
	counted=$(($(status_of events) - events_before - others_now + others_before))
	lost=$(($(status_of lost_no_row) - lost_before)) untracked=$(($(status_of lost_no_task) - untracked_before))
	figures "of $TASKS names $counted were counted, $lost had no row, $untracked were not followed"
	[ $((counted + lost + untracked)) -ge "$TASKS" ]
}
# Without recycling there could be at most as many names as rows.
recycled() { [ "$counted" -gt $(($(status_of rows_max) * (TASKS < 10000 ? 2 : 5))) ]; }
# A CPU has spare rows for 32 new names. On a busy host more can come before the worker makes others.
newest_have_rows() {
	sleep 1
	lost_before=$(status_of lost_no_row) untracked_before=$(status_of lost_no_task)
	threads 100 && sleep 0.2 || return 1
	set -- $(rows 'f["measure"] == "wakeup_latency" && f["name"] ~ /^x[0-9][0-9]?$/ { seen[f["name"]] } END { for (n in seen) c++; print c + 0 }')
	lost=$(($(status_of lost_no_row) - lost_before + $(status_of lost_no_task) - untracked_before))
	figures "$1 of 100 new names have a row, $lost values were lost"
	[ $(($1 + lost)) -ge 100 ] && [ "$1" -ge 50 ]
}
# Each task was woken once. A row with values of another name has more.
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
check "the costs have gaps for offline CPUs" costs_of_online
check "timers run on the online CPUs" timers_on '0 1 3 4 7'
check "get-info names every online CPU" all_fit
check "get-info names as many CPUs as fit" names_those_that_fit
check "get-cpus names all online CPUs" all_by_dump
check "the offline CPUs go online" online 1
sleep 0.5
check "timers run on all CPUs" timers_on '0 1 2 3 4 5 6 7'
lost_before=$(status_of lost_no_row)
check "$LINES lines are created" within 60 load_lines $LINES
sleep 1
check "each new line is counted, or counted as lost" counted_or_lost
check "each line has a row when it fires again" fire_again
check "all rows are read in time" within 20 cat $PROBE/irqs
check "a rule is applied to them in time" within 5 rules 'add name=many1* threshold=1s'
check "the histograms are cleared in time" within 2 control clear=histograms
check "clearing interrupts no CPU" clears_without_interrupts
fire
check "the lines count from 0 again" has_lines $LINES
check "the lines are removed" within 120 unload rtprobe_many

load rtprobe max_irqs=1024 max_rows=600 measures=wakeup_latency interval=10ms || bail "rtprobe.ko does not load"
load rtprobe_many lines=1 || bail "rtprobe_many.ko does not load"
sleep 0.5
tasks_before=$(status_of tasks)
check "a rule of an empty cgroup follows no task" follows_few
rules clear
rules 'add comm=x* threshold=1s; add comm=lasting threshold=1s'
background lasting_task
sleep 0.5
lasting_before=$(count_of lasting)
events_before=$(status_of events)
others_before=$(others) lost_before=$(status_of lost_no_row) untracked_before=$(status_of lost_no_task)
check "$TASKS tasks with short-lived names run" within 600 threads "$TASKS"
check "each wake-up is counted, or counted as lost" accounted_for
check "rows of exited tasks are reused" recycled
check "the newest names have rows" newest_have_rows
check "these rows have only values of their own name" own_values_only
check "the row of a live task is not recycled" lasts
check "new lines reuse rows of exited tasks" new_line_has_row
check "memory stays within its bound" bounded
unload rtprobe_many
check "the kernel log has no warnings" no_splat
finish
