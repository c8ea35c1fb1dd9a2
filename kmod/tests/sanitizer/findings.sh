#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints what a kernel with debug options has found since the last call: warnings in its log, leaked objects. Run after
# another script; debugfs is mounted.
. "$(dirname "$0")/../lib.sh"

LEAKS=/sys/kernel/debug/kmemleak

# An object counts as leaked if two scans found no pointer to it and it is some seconds old.
no_leak() {
	sleep 6
	echo scan >$LEAKS
	sleep 1
	echo scan >$LEAKS
	cat $LEAKS >"$scratch/leaks"
	echo clear >$LEAKS
	[ ! -s "$scratch/leaks" ] || { sed 's/^/# /' "$scratch/leaks" | head -n 60; return 1; }
}

no_warning() {
	no_splat && return
	dmesg | sed 's/^/# /' | tail -n 80
	return 1
}

[ -e $LEAKS ] || bail "this kernel has no kmemleak, or debugfs is not mounted"
plan 3
check "lockdep is still enabled" sh -c '[ "$(sed -n "s/^ *debug_locks: *//p" /proc/lockdep_stats)" = 1 ]'
check "the kernel log has no warnings" no_warning
check "no object leaked" no_leak
dmesg --clear
finish
