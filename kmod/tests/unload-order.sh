#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# unload-order.sh [TIMES]: unloading while a housekeeping work is under way that began before the worker is stopped. The
# work reads the table of tasks, so the table is freed after the worker. On the sanitizer kernel KASAN watches.
. "$(dirname "$0")/lib.sh"

TIMES=${1:-5}

window() { cat "/sys/module/rtprobe_window/parameters/$1"; }

# Tasks and rows of their names, exited ones among them, so that the work has what to look at.
fill() {
	control measures=all threshold=100us || return 1
	for i in $(seq 20); do "$(named "t$i" true)"; done
	sleep 0.3
}

unload_all() {
	holds=0 stops=0 frees=0
	for time in $(seq "$TIMES"); do
		load rtprobe && fill && insmod "$(module_path rtprobe_window)" && rmmod rtprobe || return 1
		holds=$((holds + $(window holds))) stops=$((stops + $(window stops_meanwhile)))
		frees=$((frees + $(window frees_meanwhile)))
		rmmod rtprobe_window || return 1
	done
	figures "$TIMES times unloaded: the work was held $holds times, the worker's exit began meanwhile $stops times, the table was freed meanwhile $frees times"
}

[ -d /sys/kernel/debug/kprobes ] || grep -q ' register_kprobe$' /proc/kallsyms || skip "this kernel has no kprobes"
plan 5
unload rtprobe
check "the module unloads while its work is under way" unload_all
check "each time the worker's exit began while the work was under way" [ "$stops" -ge "$TIMES" ]
check "never was the table of tasks freed meanwhile" [ "$frees" -eq 0 ]
check "nothing stays behind" [ ! -e $PROBE ]
check "the kernel log has no warnings" no_splat
finish
