#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a kernel that watches itself has found since the last time: complaints in its log, objects nobody points to.
# Run after another script; debugfs is mounted.
. "$(dirname "$0")/../lib.sh"

LEAKS=/sys/kernel/debug/kmemleak

# An object counts as leaked when two scans found no pointer to it and it is some seconds old.
no_leak() {
	sleep 6
	echo scan >$LEAKS
	sleep 1
	echo scan >$LEAKS
	cat $LEAKS >"$scratch/leaks"
	echo clear >$LEAKS
	[ ! -s "$scratch/leaks" ] || { sed 's/^/# /' "$scratch/leaks" | head -n 60; return 1; }
}

no_complaint() {
	no_splat && return
	dmesg | sed 's/^/# /' | tail -n 80
	return 1
}

[ -e $LEAKS ] || bail "this kernel has no kmemleak, or debugfs is not mounted"
plan 3
check "lockdep still watches" sh -c '[ "$(sed -n "s/^ *debug_locks: *//p" /proc/lockdep_stats)" = 1 ]'
check "the kernel's log holds no complaint" no_complaint
check "no object has been leaked" no_leak
dmesg --clear
finish
