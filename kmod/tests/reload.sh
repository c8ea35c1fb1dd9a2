#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A hundred times loaded and unloaded under load: no complaint of the kernel and no memory lost.
#
# A leak is judged per reload, on a kernel at rest with caches dropped: no slab cache may have gained as
# many objects as there were reloads counted, and what percpu and vmalloc areas take may not have grown.
# The first ten reloads, which fill the kernel's own caches, are not counted.
. "$(dirname "$0")/lib.sh"

WARMUP=10
COUNTED=90

start_load() {
	for cpu in $(online_cpus); do
		background taskset -c "$cpu" sh -c 'while :; do :; done'
	done
	background sh -c "while :; do dd if=/dev/zero of=$scratch/disk bs=64k count=64 conv=fsync; done" 2>/dev/null
	if command -v hackbench >/dev/null; then
		background sh -c 'while :; do hackbench -g 2 -l 200; done' >/dev/null 2>&1
	fi
	load_children=$children
}

stop_load() {
	for child in $load_children; do stop "$child"; done
	children=''
	killall -q hackbench 2>/dev/null
	sleep 1
}

reload() { # TIMES
	for time in $(seq "$1"); do
		load rtprobe "threshold=100us" || return 1
		# Now and then let it record for a while, so that rows and spikes are filled and freed.
		[ $((time % 10)) -ne 0 ] || { sleep 0.2; cat $PROBE/irqs $PROBE/spikes >/dev/null; }
		unload rtprobe || return 1
	done
}

# Objects of each slab cache, and the areas of meminfo in KiB.
measure_memory() { # FILE
	sync
	for again in 1 2 3; do
		echo 3 >/proc/sys/vm/drop_caches
		sleep 0.3
	done
	for cache in /sys/kernel/slab/*/shrink; do echo 1 >"$cache"; done 2>/dev/null
	sleep 0.5
	awk 'NR > 2 { print $1, $2 }' /proc/slabinfo >"$1"
	awk '/^(Percpu|VmallocUsed):/ { print $1, $2 }' /proc/meminfo >"$1.areas"
}

# Caches that gained one object or more for each reload counted.
leaking() {
	awk -v most=$COUNTED 'NR == FNR { was[$1] = $2; next } $2 - was[$1] >= most { print $1, was[$1], $2 }' \
		"$scratch/before" "$scratch/after" >"$scratch/leaks"
	sed 's/^/# grew: /' "$scratch/leaks"
	[ -s "$scratch/leaks" ]
}

not_leaking() { ! leaking; }

areas_kept() {
	paste "$scratch/before.areas" "$scratch/after.areas" | awk '{ print "# " $1 " " $2 " KiB before, " $4 " KiB after";
		if ($4 - $2 >= 64) bad = 1 } END { exit bad }'
}

gone() { [ ! -e $PROBE ] && ! loaded rtprobe && ! grep -q rtprobe /proc/slabinfo; }

plan 6
unload rtprobe
start_load
check "loads and unloads $WARMUP times under load" reload $WARMUP
stop_load
measure_memory "$scratch/before"
start_load
started=$(date +%s)
check "loads and unloads $COUNTED more times under load" reload $COUNTED
figures "$COUNTED reloads in $(($(date +%s) - started)) s"
stop_load
check "nothing of the module stays behind" gone
measure_memory "$scratch/after"
check "no slab cache gained an object for each reload" not_leaking
check "percpu and vmalloc areas did not grow" areas_kept
check "no complaint of the kernel" no_splat
finish
