#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Loads the module while one allocation fails, at many different places. The module loads or fails, and leaves nothing
# behind. On kernels without fault injection the module is loaded normally.
. "$(dirname "$0")/lib.sh"

FAULTS=/sys/kernel/debug

# Also fail allocations that may sleep. Do not log the failures, which would look like warnings.
prepare() {
	for kind in failslab fail_page_alloc; do
		[ -d "$FAULTS/$kind" ] || continue
		echo N >"$FAULTS/$kind/ignore-gfp-wait" && echo 0 >"$FAULTS/$kind/verbose" || return 1
	done
}

# Uses the path of insmod: if it was searched, a failing allocation in the search would be ignored.
insmod=$(command -v insmod)

# Only the NTH allocation of insmod fails.
load_failing() { # NTH
	sh -c 'echo "$1" >/proc/self/fail-nth; shift; exec "$@"' sh "$1" "$insmod" "$(module_path rtprobe)" threshold=1ms 2>/dev/null
}

# Tries places at increasing distances: while insmod starts, while the kernel loads the module, while the module starts,
# and after its last allocation.
try_all() {
	before=0 refused=0 went_on=0 in_a_row=0 nth=1
	while [ $refused -eq 0 ] || [ $in_a_row -lt 6 ]; do
		[ $nth -lt 50000 ] || break
		load_failing "$nth"
		case $? in
		0)
			went_on=$((went_on + 1)) in_a_row=$((in_a_row + 1))
			rmmod rtprobe || return 1
			;;
			# The message of insmod.
		1) refused=$((refused + 1)) in_a_row=0 ;;
		*) before=$((before + 1)) in_a_row=0 ;;
		esac
		! loaded rtprobe || return 1
		[ ! -e $PROBE ] || return 1
		nth=$((nth + 3 + nth / 10))
	done
	figures "allocations failed at $((before + refused + went_on)) places up to the ${nth}th allocation: $before times insmod did not start, $refused loads failed, $went_on loads succeeded"
	[ "$refused" -gt 0 ]
}

unload rtprobe
if [ -e /proc/self/fail-nth ]; then
	plan 4
	prepare || bail "which allocations fail cannot be set under $FAULTS"
	check "loads or fails cleanly, whichever allocation fails" try_all
else
	plan 3
	figures "this kernel has no fault injection"
fi
check "loads when no allocation fails" load rtprobe
check "unloads" unload rtprobe
check "the kernel log has no warnings" no_splat
finish
