#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=8 timeout=1500
# scale.sh [TASKS]: a machine with gaps between its CPUs, 5000 interrupt lines and TASKS short-lived tasks, 100000 if not
# said otherwise, each with a name of its own.
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

lines_counted() { rows 'f["name"] ~ /^many/ && f["measure"] == "hardirq_duration" { seen[f["name"]]; sum += f["count"] }
	END { for (name in seen) n++; print n + 0, sum + 0 }'; }
has_lines() { [ "$(lines_counted)" = "$LINES $1" ] || { figures "$(lines_counted)"; return 1; }; }
call_interrupts() { awk '$1 == "CAL:" { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) n += $i } END { print n }' /proc/interrupts; }
clears_without_interrupts() {
	before=$(call_interrupts)
	control clear=histograms
	after=$(call_interrupts)
	figures "$((after - before)) function call interrupts on all CPUs while $LINES rows were cleared"
	[ $((after - before)) -lt 100 ]
}

# Names that are used once: children sleep once, so that they are woken, and end.
short_lived() {
	perl -e 'my ($n, $running) = ($ARGV[0], 0);
		for my $i (1 .. $n) {
			if (!fork) { $0 = "x$i"; select undef, undef, undef, 0.001; exit }
			if (++$running >= 20) { wait; $running-- }
		} 1 while wait > 0' "$1"
}
newest_has_row() {
	perl -e '$0 = "xnewest"; select undef, undef, undef, 0.01 for 1 .. 50' &
	sleep 0.3
	rows 'f["measure"] == "wakeup_latency" && f["name"] == "xnewest" { found = 1 } END { exit !found }'
}
bounded() {
	figures "rows $(status_of rows) of $(status_of rows_max), sources $(status_of sources), lost_no_row $(status_of lost_no_row), tasks $(status_of tasks)"
	[ "$(status_of sources)" -le "$(status_of rows_max)" ] && [ "$(status_of memory_bytes)" -le "$(status_of memory_max_bytes)" ]
}
follows_few() {
	rules 'add cgroup=/no/such/group threshold=1s' || return 1
	short_lived 500
	figures "tasks followed: $(status_of tasks) before $tasks_before"
	[ "$(status_of tasks)" -lt $((tasks_before + 100)) ]
}

plan 18
online 0 || bail "CPUs $GONE cannot be taken offline"
load rtprobe max_irqs=16384 max_rows=40000 || bail "rtprobe.ko does not load"
check "CPUs that are offline leave gaps in the costs" costs_of_online
check "get-info names every online CPU" all_fit
check "where they do not fit it names those that do" names_those_that_fit
check "get-cpus names all" all_by_dump
check "offline CPUs come" online 1
check "$LINES lines come" within 60 load rtprobe_many lines=$LINES
sleep 1
check "each line is counted" has_lines $LINES
check "all are read in time" within 20 cat $PROBE/irqs
check "a rule is applied to them in time" within 5 rules 'add name=many1* threshold=1s'
check "they are cleared in time" within 2 control clear=histograms
check "and nobody is interrupted for it" clears_without_interrupts
echo 1 >/sys/module/rtprobe_many/parameters/fire
check "they count again from there" has_lines $LINES
check "they go" within 120 unload rtprobe_many
load rtprobe max_rows=600 measures=wakeup_latency || bail "rtprobe.ko does not load"
sleep 0.5
tasks_before=$(status_of tasks)
check "a cgroup that no task is in follows none" follows_few
rules clear
rules 'add comm=x* threshold=1s'
check "$TASKS short-lived names pass" within 1200 short_lived "$TASKS"
check "the newest name has a row" newest_has_row
check "memory stays within its bound" bounded
check "no complaint of the kernel" no_splat
finish
