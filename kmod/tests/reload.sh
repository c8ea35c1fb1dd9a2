#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# reload.sh [HALF]: loads and unloads the module a hundred times under load, without kernel warnings or memory leaks.
#
# Leaks are judged per reload, on an idle kernel with dropped caches: first ten reloads to fill the kernel's caches, then
# twice HALF, by default 45. A slab cache that gained an object for each reload in both halves leaks. A cache that grew
# once, from other activity of the kernel, does not. Over both halves, percpu and vmalloc areas may not have grown by a
# page per four reloads.
. "$(dirname "$0")/lib.sh"

WARMUP=10
# Exits whose entries came before the hooks, which are not lost.
unpaired=0
HALF=${1:-45}

# Keeps a CPU and the disk busy at low priority, to disturb the reloads but not to starve them.
start_load() {
	background nice -n 19 sh -c 'while :; do :; done'
	background nice -n 19 sh -c "while :; do dd if=/dev/zero of=$scratch/disk bs=64k count=64 conv=fsync; done" 2>/dev/null
	background nice -n 19 sh -c "while :; do dd if=$scratch/disk of=/dev/null bs=4k iflag=direct; done" 2>/dev/null
	load_children=$children
}

stop_load() {
	for child in $load_children; do stop "$child"; done
	children=''
	sleep 1
}

reload() { # TIMES
	for time in $(seq "$1"); do
		load rtprobe "threshold=100us" || return 1
		# Record for a while from time to time, so that rows and spikes are filled and freed. Exits within 100 ms of
		# a load are not counted, because their entries may have come before it.
		[ $((time % 10)) -ne 0 ] || { sleep 0.3; cat $PROBE/irqs $PROBE/spikes >/dev/null; }
		unpaired=$((unpaired + $(status_of lost_unpaired)))
		unload rtprobe || return 1
	done
}

# Writes the objects of each slab cache, and the areas of meminfo in KiB.
measure_memory() { # FILE
	sync
	for again in 1 2 3; do
		echo 3 >/proc/sys/vm/drop_caches
		sleep 0.3
	done
	# A slab that a CPU allocates from counts as full, which can be up to 128 objects per CPU too many. The minimum of
	# several readings, each right after the CPUs returned their slabs, is the best estimate.
	: >"$1.looks"
	for look in 1 2 3 4 5; do
		for cache in /sys/kernel/slab/*/shrink; do echo 1 >"$cache"; done 2>/dev/null
		awk 'NR > 2 { print $1, $2 }' /proc/slabinfo >>"$1.looks"
	done
	awk '!($1 in n) || $2 < n[$1] { n[$1] = $2 } END { for (c in n) print c, n[c] }' "$1.looks" >"$1"
	awk '/^(Percpu|VmallocUsed):/ { print $1, $2 }' /proc/meminfo >"$1.areas"
}

# Succeeds if no cache gained HALF objects or more in both halves.
not_leaking() {
	awk -v most=$HALF 'FNR == 1 { part++ } { n[$1, part] = $2; name[$1] }
		END { for (c in name) if (n[c, 2] - n[c, 1] >= most && n[c, 3] - n[c, 2] >= most) {
			print "# " c " grew from " n[c, 1] " to " n[c, 2] " to " n[c, 3] " objects"; bad = 1 } exit bad }' \
		"$scratch/slabs1" "$scratch/slabs2" "$scratch/slabs3"
}

areas_kept() {
	paste "$scratch/slabs1.areas" "$scratch/slabs3.areas" | awk -v most=$((2 * HALF)) '{
		print "# " $1 " " $2 " KiB before, " $4 " KiB after"; if ($4 - $2 >= most) bad = 1 } END { exit bad }'
}

half() { # NUMBER
	start_load
	started=$(date +%s)
	check "loads and unloads $HALF times under load, part $1" reload $HALF
	figures "$HALF reloads in $(($(date +%s) - started)) s"
	stop_load
	measure_memory "$scratch/slabs$(($1 + 1))"
}

gone() { [ ! -e $PROBE ] && ! loaded rtprobe && ! grep -q rtprobe /proc/slabinfo; }

# On a kernel with debug options, kmemleak finds leaks more reliably than numbers.
if watches_itself; then plan 4; else plan 8; fi
unload rtprobe
start_load
check "loads and unloads $WARMUP times under load" reload $WARMUP
stop_load
if ! watches_itself; then
	measure_memory "$scratch/slabs1"
	half 1
	half 2
	check "no slab cache gained an object for each reload" not_leaking
	check "percpu and vmalloc areas do not grow" areas_kept
fi
figures "exits counted as unpaired after loading: $unpaired"
check "loading loses no exit" [ "$unpaired" -eq 0 ]
check "nothing of the module stays loaded" gone
check "the kernel log has no warnings" no_splat
finish
