#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Loading the module while the kernel refuses it memory, once at each of many places: it loads or it does not, and
# either way nothing stays behind. Only where the kernel can inject faults; elsewhere the module is loaded plainly.
. "$(dirname "$0")/lib.sh"

FAULTS=/sys/kernel/debug

# Not only what may not sleep, and quietly: the report of a failure that was asked for looks like a complaint.
prepare() {
	for kind in failslab fail_page_alloc; do
		[ -d "$FAULTS/$kind" ] || continue
		echo N >"$FAULTS/$kind/ignore-gfp-wait" && echo 0 >"$FAULTS/$kind/verbose" || return 1
	done
}

# By its path: where one is searched, a place that fails is passed over.
insmod=$(command -v insmod)

# The NTH allocation of insmod, and only that, fails.
load_failing() { # NTH
	sh -c 'echo "$1" >/proc/self/fail-nth; shift; exec "$@"' sh "$1" "$insmod" "$(module_path rtprobe)" threshold=1ms 2>/dev/null
}

# At places that lie further and further apart: while insmod starts, while the kernel takes the module, while the module
# starts, until it has long had all it asks for.
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
		# insmod's own word for it.
		1) refused=$((refused + 1)) in_a_row=0 ;;
		*) before=$((before + 1)) in_a_row=0 ;;
		esac
		! loaded rtprobe || return 1
		[ ! -e $PROBE ] || return 1
		nth=$((nth + 3 + nth / 10))
	done
	figures "memory refused at $((before + refused + went_on)) places up to the ${nth}th allocation: $before times insmod did not start, $refused loads failed, $went_on went on"
	[ "$refused" -gt 0 ]
}

unload rtprobe
if [ -e /proc/self/fail-nth ]; then
	plan 4
	prepare || bail "which allocations fail cannot be set under $FAULTS"
	check "loads or does not, whichever allocation fails" try_all
else
	plan 3
	figures "this kernel injects no faults"
fi
check "loads when memory is there" load rtprobe
check "unloads" unload rtprobe
check "no complaint of the kernel" no_splat
finish
