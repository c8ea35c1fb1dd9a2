#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Loading the module while the kernel refuses it memory, once at each of many places: it loads or it does not, and
# either way nothing stays behind. Only where the kernel can inject faults; elsewhere the module is loaded plainly.
. "$(dirname "$0")/lib.sh"

MOST=360

# The NTH allocation of insmod, and only that, fails.
load_failing() { # NTH
	sh -c 'echo "$1" >/proc/self/fail-nth; shift; exec insmod "$@"' sh "$1" "$(module_path rtprobe)" threshold=1ms 2>/dev/null
}

try_all() {
	refused=0 went_on=0
	for nth in $(seq 1 5 $MOST); do
		if load_failing "$nth"; then
			went_on=$((went_on + 1))
			rmmod rtprobe || return 1
		else
			refused=$((refused + 1))
			! loaded rtprobe || return 1
		fi
		[ ! -e $PROBE ] || return 1
	done
	figures "memory refused at $((refused + went_on)) places: $refused loads failed, $went_on went on"
	[ "$refused" -gt 0 ]
}

unload rtprobe
if [ -e /proc/self/fail-nth ]; then
	plan 4
	check "loads or does not, whichever allocation fails" try_all
else
	plan 3
	figures "this kernel injects no faults"
fi
check "loads when memory is there" load rtprobe
check "unloads" unload rtprobe
check "no complaint of the kernel" no_splat
finish
