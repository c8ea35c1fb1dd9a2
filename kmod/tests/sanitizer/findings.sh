#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints what a kernel with debug options has found since the last call: warnings in its log, leaked objects, data races of
# these modules. Run after another script; debugfs is mounted.
. "$(dirname "$0")/../lib.sh"

LEAKS=/sys/kernel/debug/kmemleak
RACES=/sys/kernel/debug/kcsan

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

# Prints the log from a few lines before the first warning.
no_warning() {
	no_splat && return
	kernel_log >"$scratch/log"
	first=$(grep -nE "$COMPLAINTS" "$scratch/log" | head -n 1 | cut -d: -f1)
	tail -n "+$((first > 4 ? first - 4 : 1))" "$scratch/log" | head -n 150 | sed 's/^/# /'
	return 1
}

# Prints the data races of the kernel alone with their number; they do not fail the test.
list_kernels_races() {
	races_of_kernel | sed -n 's/.*KCSAN: //p' | sort | uniq -c | sort -rn | sed 's/^ */# the kernel alone, /; s/ data-race/ times data-race/'
}

if [ -e $LEAKS ]; then
	plan 3
	check "lockdep is still enabled" sh -c '[ "$(sed -n "s/^ *debug_locks: *//p" /proc/lockdep_stats)" = 1 ]'
	check "the kernel log has no warnings" no_warning
	check "no object leaked" no_leak
elif races_are_watched; then
	plan 2
	figures "KCSAN: $(sed -n 's/^\(setup_watchpoints\|data_races\): */\1 /p' $RACES | tr '\n' ' ')"
	list_kernels_races
	check "KCSAN is still enabled" grep -q '^enabled: 1' $RACES
	check "the kernel log has no warnings and no data race of these modules" no_warning
else
	bail "this kernel has neither kmemleak nor KCSAN, or debugfs is not mounted"
fi
dmesg --clear
finish
