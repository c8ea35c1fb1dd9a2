#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# More tasks than the table has entries: they cost no interrupt a switch, are counted, and are followed again when there
# is room.
. "$(dirname "$0")/lib.sh"

# Room for what runs anyway; of the pairs most find none.
ENTRIES=64
PAIRS=60

# Each pair hands a byte to and fro: as many switches as can be.
start_pairs() {
	background perl -e 'for (1 .. $ARGV[0]) { pipe(A, B); pipe(C, D);
			fork or do { while (1) { syswrite(B, "x"); sysread(C, $b, 1) } };
			fork or do { while (1) { sysread(A, $b, 1); syswrite(D, "x") } } } sleep' $PAIRS
	pairs=$last
}

stop_pairs() {
	pkill -P "$pairs"
	stop "$pairs"
}

# Interrupts for irq_work, with which the module kicks its own work.
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
	figures "$refused of $switched switches to tasks without an entry in $ms ms: $kicked kicks, $((cost / (switched + 1))) ns of the module a switch"
}

refuses_many() { [ "$refused" -ge 1000 ]; }

# Some for whatever else the kernel has for irq_work.
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
start_pairs
sleep 1
measure
check "tasks without an entry are counted" refuses_many
check "they cost no interrupt a switch" kicks_are_few
stop_pairs
check "tasks are followed again when others are gone" follows_again
check "no complaint of the kernel" no_splat
finish
