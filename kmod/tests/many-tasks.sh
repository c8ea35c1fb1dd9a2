#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# More tasks than the table has entries: they are counted and cause no interrupt per switch. They are followed again when
# entries are free.
. "$(dirname "$0")/lib.sh"

# The tasks that run anyway take some of the entries, so several pairs find none.
ENTRIES=64
PAIRS=36

# Each pair passes a byte back and forth, to switch as often as possible. They begin when all exist: earlier ones would leave
# the rest no CPU to be started.
start_pairs() {
	background perl -e 'pipe(GO, STARTED);
			sub task { fork and return; close STARTED; sysread(GO, $b, 1); while (1) { $_[0]->() } }
			for (1 .. $ARGV[0]) { pipe(my $a, my $b); pipe(my $c, my $d);
				task(sub { syswrite($b, "x"); sysread($c, my $x, 1) });
				task(sub { sysread($a, my $x, 1); syswrite($d, "x") }) }
			close STARTED; sleep' $PAIRS
	pairs=$last
	for try in $(seq 120); do
		sleep 1
		[ "$(pgrep -P "$pairs" | wc -l)" -eq $((2 * PAIRS)) ] && return
	done
	return 1
}

stop_pairs() {
	pkill -P "$pairs"
	stop "$pairs"
}

# Prints the irq_work interrupts, which the module uses to kick its own work.
kicks() {
	awk '$1 == "IWI:" { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) n += $i } END { print n + 0 }' /proc/interrupts
}

switches() { sed -n 's/^ctxt //p' /proc/stat; }
cost() { awk -F= '/^cost_cpu[0-9]*_ns=/ { n += $2 } END { printf "%.0f\n", n }' $PROBE/status; }

measure() {
	start=$(date +%s%N) before_kicks=$(kicks) before_lost=$(status_of lost_no_task) before_switches=$(switches) before_cost=$(cost)
	sleep 5
	ms=$((($(date +%s%N) - start) / 1000000))
	kicked=$(($(kicks) - before_kicks)) refused=$(($(status_of lost_no_task) - before_lost))
	switched=$(($(switches) - before_switches)) cost=$(($(cost) - before_cost))
	figures "$refused of $switched switches to tasks without an entry in $ms ms: $kicked kicks, $((cost / (switched + 1))) ns of the module per switch"
}

refuses_many() { [ "$refused" -ge 1000 ]; }

	# Allow some for other uses of irq_work in the kernel.
kicks_are_few() { [ "$kicked" -le $((ms / 10 + refused / 50 + 50)) ]; }

follows_again() {
	for try in $(seq 50); do
		named_task=$(named late-comer sh)
		"$named_task" -c 'for i in $(seq 200); do :; done; sleep 0.3' &
		wait $!
		grep -q ' late-comer ' $PROBE/tasks && return
		sleep 0.2
	done
	return 1
}

plan 4
load rtprobe measures=stolen recorder=off max_tasks=$ENTRIES || bail "rtprobe.ko does not load"
start_pairs || bail "the pairs do not start"
measure
check "tasks without an entry are counted" refuses_many
check "they cause no interrupt per switch" kicks_are_few
stop_pairs
check "tasks are followed again after others have exited" follows_again
check "the kernel log has no warnings" no_splat
finish
