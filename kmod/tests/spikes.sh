#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The list of spikes: its limit, the counters when it is full, clearing, the contents of a spike.
. "$(dirname "$0")/lib.sh"

BOUND=10

spikes() { grep -c '^spike=' $PROBE/spikes; }
of_edu() { awk -F= '$1 == "name" && $2 == "rtprobe-edu" { n++ } END { print n + 0 }' $PROBE/spikes; }

hold() { # TIMES
	for i in $(seq "$1"); do disturb kind=hardirq us=6000 cpu=1 || return 1; done
	sleep 0.2
}

equal() {
	[ "$1" = "$2" ] || { figures "$1 is not $2"; return 1; }
}

# total = stored + list full + no slot
adds_up() {
	equal "$(status_of spikes_total)" $(($(spikes) + $(unheld)))
}

unheld() { echo $(($(status_of lost_spike_list_full) + $(status_of lost_spike_no_slot))); }

# SPIKES NOT_STORED: numbers before 25 holds. The last spikes are completed after the holds. If the completing thread gets
# no time meanwhile, some spikes find no slot instead of a full list.
counted() {
	for try in $(seq 30); do
		happened=$(($(status_of spikes_total) - $1))
		dropped=$(($(unheld) - $2))
		[ "$happened" -ge 25 ] && [ "$dropped" -ge 15 ] && return
		sleep 0.2
	done
	figures "$happened spikes, $dropped not stored, $(status_of lost_spike_no_slot) in total without a slot"
	return 1
}

# Other spikes can occur on a busy host: the stored ids are those that follow the ids before the burst.
first_kept() { # SPIKES BEFORE
	sed -n 's/^spike=//p' $PROBE/spikes | awk -v before="$1" -v bound="$BOUND" 'NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 }
		END { exit bad || NR != bound || last > before + bound }' && [ "$(of_edu)" -gt 0 ]
}

ids_rise() {
	sed -n 's/^spike=//p' $PROBE/spikes | awk '$1 <= last { bad = 1 } { last = $1 } END { exit bad || !NR }'
}

# Each block has each key once; a stack only if the kernel was interrupted.
complete() {
	awk -F= -v wanted="spike time value_ns threshold_ns measure number name cpu mode pid tgid comm policy priority nice kthread start_time" '
	function judge(i) { for (i in keys) if (seen[keys[i]] != 1) { print "# spike " id ": " keys[i] " " seen[keys[i]] + 0 " times"; bad = 1 }
		if (mode == "user" && seen["frame"]) { print "# spike " id ": a kernel stack of user space"; bad = 1 }
		if (mode == "kernel" && !seen["frame"]) { print "# spike " id ": no stack"; bad = 1 } }
	BEGIN { split(wanted, keys, " ") }
	$1 == "spike" { if (id) judge(); split("", seen); id = $2 }
	{ seen[$1]++ } $1 == "mode" { mode = $2 }
	END { judge(); exit bad || !id }' $PROBE/spikes
}

refuses_nonsense() {
	! printf 'nonsense\n' 2>/dev/null >$PROBE/spikes || return 1
	status_of last_error | grep -q nonsense && equal "$(spikes)" $BOUND
} 2>/dev/null

none_under() {
	sed -n 's/^value_ns=//p' $PROBE/spikes | awk '$1 <= 5000000 { bad = 1 } END { exit bad }'
}

# The stack begins in the interrupted context, not in the interrupt or the probe. The interrupted code may be the
# module's own work.
stack_of_the_interrupted() {
	awk -F= '$1 == "spike" { first = 1 } $1 == "frame" && first { first = 0; n++
		if ($2 ~ /asm_|sysvec|el1h_|el0t_|gic_handle_irq|common_interrupt|edu_interrupt|handle_(edge|level|fasteoi)_irq|handle_irq_event|^(exit_(mono|tsc)|rtp_capture|stack_trace_save)\+/) { print "# " $2; bad = 1 } }
		END { print "# " n " stacks"; exit bad || !n }' $PROBE/spikes
}

plan 14
load rtprobe measures=hardirq_duration threshold=5ms max_spikes=$BOUND || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
taskset -pc 0 $$ >/dev/null
disturb kind=hardirq us=20 cpu=1
control clear=spikes
total=$(status_of spikes_total)
before=$(unheld)
background taskset -c 1 dd if=/dev/zero of=/dev/null bs=1M
hold 25
check "the list has at most max_spikes spikes" equal "$(spikes)" $BOUND
check "spikes that do not fit are counted" counted "$total" "$before"
check "the first spikes of a burst are stored" first_kept "$total"
check "spikes_held is the length of the list" equal "$(status_of spikes_held)" $BOUND
check "ids increase" ids_rise
check "no spike is at or under the threshold" none_under
check "each block is complete" complete
check "a stack begins in the interrupted context" stack_of_the_interrupted
check "a word other than clear is refused and named" refuses_nonsense
echo clear >$PROBE/spikes
check "clear removes all spikes" equal "$(spikes)" 0
control threshold=off
hold 3
check "no spike without a threshold" equal "$(spikes)" 0
control threshold=5ms
hold 3
check "a threshold makes spikes again" [ "$(of_edu)" -ge 3 ]
control clear=spikes
unload rtprobe
load rtprobe measures=hardirq_duration threshold=5ms max_spikes=$BOUND
disturb kind=hardirq us=20 cpu=1
hold 25
check "the total is the sum of stored and lost spikes" adds_up
stop "$last"
check "the kernel log has no warnings" no_splat
finish
