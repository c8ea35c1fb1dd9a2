#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How much longer hackbench takes with the module, and with a threshold that nearly every value exceeds. The shortest of
# several runs counts, alternately with each setting, because the host also runs other programs.
. "$(dirname "$0")/lib.sh"

ROUNDS=${1:-5}
LOOPS=${2:-5000}

# Prints the milliseconds of one run.
bench() { hackbench -g 1 -f 4 -l "$LOOPS" -s 200 2>/dev/null | awk '/^Time:/ { printf "%d\n", $2 * 1000 }'; }

# run NAME: adds a run to the file of that name.
run() { bench >>"$scratch/$1"; }
shortest() { sort -n "$scratch/$1" | head -n 1; }

# Captures of each setting: those that were made, and spikes in all.
counted() { figures "$1: $(status_of spikes_total) spikes, not captured: $(status_of lost_spike_no_slot) without a slot, $(status_of lost_spike_self_limited) beyond the limit; worker $(worker_ticks) ticks"; }
worker_ticks() { for t in /proc/[0-9]*/comm; do [ "$(cat "$t" 2>/dev/null)" = rtprobe ] && awk '{ print $14 + $15 }' "${t%comm}stat"; done; }

bench >/dev/null
for i in $(seq "$ROUNDS"); do
	unload rtprobe
	run without
	load rtprobe self_limit=2 || bail "rtprobe.ko does not load"
	run default
	load rtprobe threshold=1us self_limit=2 || bail "rtprobe.ko does not load"
	run low
	[ "$i" = "$ROUNDS" ] && counted "threshold=1us"
done
plan 1
for each in without default low; do figures "$each: $(tr '\n' ' ' <"$scratch/$each")ms"; done
figures "shortest: $(shortest without) ms without the module, $(shortest default) with it, $(shortest low) with threshold=1us"
check "the kernel log has no warnings" no_splat
finish
