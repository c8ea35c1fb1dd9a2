#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# function.sh [TIMES]: hrtimer_duration, timer_duration, work_duration, tasklet_duration and csd_duration count each run of
# a function and know how long it took. Time that another function takes from it, and time that a work item sleeps, is not
# included. When the module with the function is unloaded, its rows are retired, and used again when it is loaded again.
# What has no tracepoints in this kernel cannot be switched on. napi_duration counts the polls of network devices.
. "$(dirname "$0")/lib.sh"

EACH=${1:-10}
TARGET=1
KINDS='hrtimer timer work tasklet call'

# Prints the measure of a kind of function.
measure_of() {
	case $1 in
	call) echo csd_duration ;;
	*) echo "$1_duration" ;;
	esac
}

has() { status_of measures_available | tr , '\n' | grep -qx "$1"; }

# Prints a column of the rows of a function, added up over CPUs; 0 if there are none.
of() { # MEASURE FUNCTION COLUMN
	rows 'f["measure"] == "'"$1"'" && index(f["name"], "'"$2"'\\x20[rtprobe_disturb]") == 1 { n += f["'"$3"'"] } END { printf "%.0f\n", n }'
}

# Lets the function of a kind run EACH times.
run() { # KIND
	disturb clear
	for i in $(seq $EACH); do
		disturb "kind=inside$1 us=$((1000 + (i * 7 % 10) * 100)) cpu=$TARGET" || return 1
	done
	sleep 0.3
	cp $DISTURB "$scratch/$1.truth"
}

# Prints the sum and the maximum of the time that the functions took, in ns.
truth() { awk '!/^#/ { t = $6 - $5; sum += t; if (t > max) max = t } END { printf "%.0f %.0f\n", sum, max }' "$scratch/$1.truth"; }

counts_all() { [ "$(of "$measure" "inside_$kind" count)" -eq $EACH ]; }

# The row has the time of the whole function, the truth only that of its loop: the value is shorter only by interrupts,
# whose time it does not have. Longer is what the function does before and after it, which includes waking a task.
has_the_time() {
	case $kind in
	hrtimer | call) interrupts=0 ;;
	*) interrupts=12 ;;
	esac
	read -r sum max <<-TRUTH
	$(truth "$kind")
	TRUTH
	row_sum=$(of "$measure" "inside_$kind" sum_ns) row_max=$(of "$measure" "inside_$kind" max_ns)
	figures "$kind: $sum ns in all and $max ns at most, measured $row_sum and $row_max"
	[ "$row_sum" -ge $((sum * (97 - interrupts) / 100)) ] && [ "$row_sum" -le $((sum * 110 / 100 + EACH * 50000)) ] &&
		[ "$row_max" -ge $((max * (95 - interrupts) / 100)) ] && [ "$row_max" -le $((max * 120 / 100 + 200000)) ]
}

refused() {
	! control "measures=$measure" && status_of last_error | grep -q . && [ "$(of "$measure" "inside_$kind" count)" -eq 0 ]
}

# A spike of the function names it.
spike_names_it() {
	grep -A3 "^measure=$measure" $PROBE/spikes | grep -q "^name=inside_$kind"
}

# The timer's function takes 3 ms, of which the hrtimer's function takes 1 ms. Other interrupts take some of it, too.
both_of_two() {
	disturb clear
	disturb "kind=insideabove us=3000 cpu=$TARGET" || return 1
	sleep 0.3
	below=$(of timer_duration inside_below max_ns) above=$(of hrtimer_duration inside_above max_ns)
	took=$(awk '!/^#/ { printf "%.0f\n", $6 - $5 }' $DISTURB)
	figures "a timer's function of $took ns, measured $below without the hrtimer's of $above"
	[ "$above" -ge 1000000 ] && [ "$below" -le $((took - above + 300000)) ] && [ "$below" -ge $((took - above - 600000)) ]
}

# inside_slept sleeps for 1.5 s, then takes 3 ms.
without_sleep() {
	disturb "kind=insidesecond us=3000 cpu=$TARGET" || return 1
	sleep 0.3
	slept=$(of work_duration inside_slept max_ns)
	figures "a work item that sleeps for 1.5 s and takes 3 ms: $slept ns"
	[ "$(of work_duration inside_slept count)" -eq 1 ] && [ "$slept" -ge 2900000 ] && [ "$slept" -le 6000000 ]
}

# The worker begins the item on another CPU.
across_cpus() {
	disturb "kind=insideroaming us=3000 cpu=$TARGET" || return 1
	sleep 0.3
	moved=$(of work_duration inside_elsewhere max_ns)
	figures "a work item that continues on another CPU for 3 ms: $moved ns"
	[ "$moved" -ge 2900000 ] && [ "$moved" -le 6000000 ]
}

# A row keeps its values while the module is away. Then another function at the same address does not add to it.
used_again() {
	before=$(grep -c 'inside_hrtimer' $PROBE/irqs)
	unload rtprobe_disturb
	load rtprobe_disturb || return 1
	disturb "kind=insidehrtimer us=1000 cpu=$TARGET" || return 1
	sleep 0.3
	figures "after the module was loaded again: $(of hrtimer_duration inside_hrtimer count) runs in $(grep -c inside_hrtimer $PROBE/irqs) rows"
	[ "$(of hrtimer_duration inside_hrtimer count)" -eq $((EACH + 1)) ] &&
		[ "$(grep -c inside_hrtimer $PROBE/irqs)" -eq "$before" ]
}

no_addresses() { ! awk '{ print $NF }' $PROBE/irqs | grep -q 0xffff; }

off_counts_nothing() {
	control measures=timer_latency || return 1
	disturb "kind=insidehrtimer us=1000 cpu=$TARGET" || return 1
	[ "$(of hrtimer_duration inside_hrtimer count)" -eq $((EACH + 1)) ]
}

# The loopback device has a poll function without a device of its own.
polls_are_counted() {
	control measures=napi_duration || return 1
	ip link set lo up
	ping -c 5 -i 0.2 127.0.0.1 >/dev/null 2>&1
	ping -c 5 -i 0.2 -w 2 10.0.2.2 >/dev/null 2>&1
	sleep 0.3
	figures "NAPI: $(rows 'f["measure"] == "napi_duration" { print f["name"], f["count"], f["max_ns"] }' | paste -sd, -)"
	[ "$(rows 'f["measure"] == "napi_duration" { n += f["count"] } END { print n + 0 }')" -ge 5 ]
}

# With as many rows as there are, a function has none, and the loss is counted.
loss_is_counted() {
	unload rtprobe
	load rtprobe measures=hrtimer_duration,timer_duration,work_duration max_rows=2 || return 1
	disturb "kind=insidetimer us=1000 cpu=$TARGET" || return 1
	disturb "kind=insidework us=1000 cpu=$TARGET" || return 1
	figures "2 rows: $(status_of rows) in use, $(status_of lost_no_row) values without a row"
	[ "$(status_of lost_no_row)" -gt 0 ] && [ "$(status_of rows)" -le 2 ]
}

plan $((5 * 3 + 9))
on=timer_latency
load rtprobe || bail "rtprobe.ko does not load"
for kind in $KINDS; do has "$(measure_of "$kind")" && on=$on,$(measure_of "$kind"); done
figures "measures: $on"
control "measures=$on" || bail "the measures cannot be switched on: $(status_of last_error)"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
taskset -pc 0 $$ >/dev/null
for kind in $KINDS; do
	measure=$(measure_of "$kind")
	if has "$measure"; then
		control clear=spikes
		rules clear
		rules "add measure=$measure name=inside_$kind* threshold=500us capture=none" || bail "the rule is refused: $(status_of last_error)"
		run "$kind" || bail "kind=inside$kind is refused"
		check "$measure counts each run" counts_all
		check "$measure has the function's time" has_the_time
		check "a spike of $measure names the function" spike_names_it
	else
		check "$measure is refused" refused
		check "$measure has no rows" [ "$(of "$measure" "inside_$kind" count)" -eq 0 ]
		check "$measure is not available" [ "$(setting measures)" = "$on" ]
	fi
done
check "the time of an hrtimer's function is not that of the timer's function it interrupts" both_of_two
check "the time that a work item sleeps is not measured" without_sleep
check "a work item is measured on the CPU where it ends" across_cpus
check "a function of a module that is loaded again uses its row" used_again
check "no row shows an address" no_addresses
check "a measure that is off counts nothing" off_counts_nothing
check "napi_duration counts polls" polls_are_counted
check "a function without a row is counted" loss_is_counted
check "the kernel log has no warnings" no_splat
finish
