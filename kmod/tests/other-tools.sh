#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Other tools use the same places of the kernel: kprobe events at functions that rtprobe probes are added and removed, and
# the function tracer traces all functions, while rtprobe's hooks are switched on and off, under load and while a CPU goes
# offline and online. Afterwards everything is named as before, and the other tools still have their events. Thousands of
# functions run. A module is unloaded while its functions have rows, spikes and events.
. "$(dirname "$0")/lib.sh"

TRACING=/sys/kernel/tracing
TARGET=1
SECONDS_EACH=${1:-4}
PLACES='irq_work_single rcu_cblist_dequeue rcu_segcblist_insert_done_cbs multi_cpu_stop queue_work_on queue_delayed_work_on stop_one_cpu process_timeout'

MANY=/sys/module/rtprobe_many/parameters/functions

is_left() { [ "$(date +%s)" -lt "$until" ]; }
for_a_while() { until=$(($(date +%s) + SECONDS_EACH)); }

# Succeeds if a function of each kind is named in a spike.
each_is_named() {
	bad=''
	for kind in hrtimer timer work tasklet irqwork rcu stop; do
		control clear=spikes
		disturb "kind=inside$kind us=3000 cpu=$TARGET" || return 1
		for try in $(seq 50); do
			sleep 0.1
			grep -q " function=inside_" $PROBE/spikes && break
		done
		grep -q " function=inside_" $PROBE/spikes || bad="$bad $kind"
	done
	[ -z "$bad" ] || { figures "not named:$bad"; return 1; }
}

# Adds kprobe events and removes them until the file stop exists.
other_probes() {
	rounds=0
	while [ ! -e "$scratch/stop" ]; do
		for place in $PLACES; do echo "p:other/$place $place" >>$TRACING/kprobe_events; done
		for place in $PLACES; do echo 1 >"$TRACING/events/other/$place/enable"; done
		for place in $PLACES; do echo 0 >"$TRACING/events/other/$place/enable"; done
		for place in $PLACES; do echo "-:other/$place" >>$TRACING/kprobe_events; done
		rounds=$((rounds + 1))
		echo "$rounds" >"$scratch/rounds"
	done 2>/dev/null
}

# Switches the recorder and the measures. Each change is accepted or refused as a whole.
toggle() { # ROUNDS_MIN
	for_a_while
	toggles=0
	while is_left || [ $toggles -lt "$1" ]; do
		control recorder=off && control measures=timer_latency && control recorder=on && control measures=all &&
			control measures=none && control measures=default || { figures "refused: $(status_of last_error)"; return 1; }
		toggles=$((toggles + 1))
	done
	figures "$toggles rounds"
}

beside_kprobes() {
	rm -f "$scratch/stop"
	other_probes &
	prober=$!
	toggle 2
	toggled=$?
	touch "$scratch/stop"
	wait $prober
	figures "$(cat "$scratch/rounds") times, other kprobes at $(echo $PLACES | wc -w) functions"
	[ $toggled -eq 0 ] && [ "$(cat "$scratch/rounds")" -ge 2 ]
}

# The other tool's event stays in use while rtprobe arms, disarms and is unloaded at the same function.
other_probe_stays() {
	echo "p:other/stays queue_work_on" >>$TRACING/kprobe_events && echo 1 >$TRACING/events/other/stays/enable || return 1
	control recorder=off && control recorder=on && control recorder=off && unload rtprobe || return 1
	hits_of stays
	was=$hits
	load rtprobe "$@" || return 1
	disturb "kind=insidework us=1000 cpu=$TARGET"
	hits_of stays
	figures "hits of the other tool: $was, then $hits"
	echo 0 >$TRACING/events/other/stays/enable
	echo "-:other/stays" >>$TRACING/kprobe_events
	[ "$was" -gt 0 ] && [ "$hits" -gt "$was" ]
}
hits_of() { hits=$(awk -v event="$1" '$1 == event { print $2 }' $TRACING/kprobe_profile); hits=${hits:-0}; }

beside_tracer() {
	echo function >$TRACING/current_tracer || return 1
	toggle 1
	toggled=$?
	each_is_named || toggled=1
	echo nop >$TRACING/current_tracer
	return $toggled
}

# What the load does is recorded: timers, work, calls, stops. Spikes are captured and read meanwhile.
cpu_comes_and_goes() {
	for_a_while
	times=0
	while is_left || [ $times -lt 2 ]; do
		echo 0 >/sys/devices/system/cpu/cpu$TARGET/online || return 1
		cat $PROBE/spikes >/dev/null
		echo 1 >/sys/devices/system/cpu/cpu$TARGET/online || return 1
		for kind in hrtimer timer work call; do disturb "kind=inside$kind us=1000 cpu=$TARGET"; done
		cat $PROBE/spikes $PROBE/irqs >/dev/null
		times=$((times + 1))
	done
	figures "CPU $TARGET was offline $times times"
}

# Its functions have rows and are in the newest spikes and events when it is gone.
module_goes() {
	for_a_while
	times=0
	while is_left; do
		for kind in hrtimer timer work tasklet rcu; do disturb "kind=inside$kind us=2500 cpu=$TARGET" || return 1; done
		unload rtprobe_disturb
		cat $PROBE/spikes $PROBE/irqs >"$scratch/read"
		load rtprobe_disturb || return 1
		times=$((times + 1))
	done
	figures "the module was unloaded $times times"
	! grep -E 'function=0x|0xffff' "$scratch/read" && [ "$(rows 'f["name"] ~ /^inside_hrtimer/ { n++ } END { print n + 0 }')" -le 2 ]
}

# Each of 4096 functions has a row, or is counted as one without.
thousands() {
	control measures=work_duration || return 1
	was=$(status_of lost_no_row)
	echo 4096 >$MANY || return 1
	sleep 0.5
	with=$(rows 'f["name"] ~ /^many_function_/ { n += f["count"] } END { print n + 0 }')
	without=$(($(status_of lost_no_row) - was))
	figures "4096 functions: $with with a row, $without values without; rows $(status_of rows) of $(status_of rows_max)"
	[ $((with + without)) -ge 4096 ] && [ "$(status_of rows)" -le "$(status_of rows_max)" ]
}

# A function without a row runs as fast as any other: its name is not looked up with interrupts disabled.
no_name_without_row() {
	echo "p:other/lookup sprint_symbol_no_offset" >>$TRACING/kprobe_events &&
		echo 1 >$TRACING/events/other/lookup/enable || return 1
	was=$(status_of lost_no_row)
	hits_of lookup
	before=$hits
	echo 4096 >$MANY
	hits_of lookup
	figures "$(($(status_of lost_no_row) - was)) values without a row, $((hits - before)) names looked up"
	echo 0 >$TRACING/events/other/lookup/enable
	echo "-:other/lookup" >>$TRACING/kprobe_events
	[ $(($(status_of lost_no_row) - was)) -ge 3000 ] && [ $((hits - before)) -lt 100 ]
}

mountpoint -q $TRACING || mount -t tracefs tracefs $TRACING
[ -e $TRACING/kprobe_events ] || skip "this kernel has no kprobe events"
plan 10
load rtprobe threshold=2ms max_spikes=256 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
load rtprobe_many lines=1 || bail "rtprobe_many.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET/online ] || bail "CPU $TARGET cannot be taken offline"
taskset -pc 0 $$ >/dev/null
background sh -c 'while :; do sleep 0.01; : | cat; done'
check "a function of each kind is named" each_is_named
check "hooks are switched while another tool adds and removes kprobes at the same functions" beside_kprobes
check "a kprobe of another tool remains when rtprobe is unloaded" other_probe_stays threshold=2ms max_spikes=256
check "afterwards a function of each kind is named" each_is_named
if grep -qw function $TRACING/available_tracers; then
	check "hooks are switched, and functions named, while all functions are traced" beside_tracer
else
	check "this kernel has no function tracer" true
fi
check "a CPU goes offline and online while senders are recorded" cpu_comes_and_goes
check "a module is unloaded while its functions have rows, spikes and events" module_goes
check "of 4096 functions, each one has a row or is counted" thousands
check "the name of a function without a row is not looked up" no_name_without_row
check "the kernel log has no warnings" no_splat
finish
