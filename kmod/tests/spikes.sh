#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The list of spikes: its bound, what is counted when it is full, clearing, what a spike says.
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

# total = held + dropped for want of room + dropped for want of a slot
adds_up() {
	equal "$(status_of spikes_total)" $(($(spikes) + $(unheld)))
}

unheld() { echo $(($(status_of lost_spike_list_full) + $(status_of lost_spike_no_slot))); }

# SPIKES AND THOSE NOT HELD BEFORE 25 HOLDS: the last of them are still being completed for a while. Where the thread
# that completes them gets no time meanwhile, some find no slot instead of a full list.
counted() {
	for try in $(seq 30); do
		happened=$(($(status_of spikes_total) - $1))
		dropped=$(($(unheld) - $2))
		[ "$happened" -ge 25 ] && [ "$dropped" -ge 15 ] && return
		sleep 0.2
	done
	figures "$happened happened, $dropped not held, $(status_of lost_spike_no_slot) of all for want of a slot"
	return 1
}

# Whatever else held a CPU so long on a busy host: the ids are those next to the ones there were before the storm.
first_kept() { # SPIKES BEFORE
	sed -n 's/^spike=//p' $PROBE/spikes | awk -v before="$1" -v bound="$BOUND" 'NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 }
		END { exit bad || NR != bound || last > before + bound }' && [ "$(of_edu)" -gt 0 ]
}

ids_rise() {
	sed -n 's/^spike=//p' $PROBE/spikes | awk '$1 <= last { bad = 1 } { last = $1 } END { exit bad || !NR }'
}

# Each block has every fact once; a stack only where the kernel was interrupted.
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

# The stack begins in the interrupted context, not in the interrupt and not in the probe that ran in it. The
# module's own work may be what was interrupted.
stack_of_the_interrupted() {
	awk -F= '$1 == "spike" { first = 1 } $1 == "frame" && first { first = 0; n++
		if ($2 ~ /asm_|sysvec|common_interrupt|edu_interrupt|handle_(edge|level|fasteoi)_irq|handle_irq_event|^(exit_(mono|tsc)|rtp_capture|stack_trace_save)\+/) { print "# " $2; bad = 1 } }
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
check "the list holds no more than max_spikes" equal "$(spikes)" $BOUND
check "what no longer fits is counted" counted "$total" "$before"
check "the first of a storm are kept" first_kept "$total"
check "spikes_held is what the list holds" equal "$(status_of spikes_held)" $BOUND
check "ids rise" ids_rise
check "no spike is at or under the threshold" none_under
check "each block is complete" complete
check "a stack begins in the interrupted context" stack_of_the_interrupted
check "a word other than clear is refused and named" refuses_nonsense
echo clear >$PROBE/spikes
check "clear empties the list" equal "$(spikes)" 0
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
check "spikes seen are those held and those counted as dropped" adds_up
stop "$last"
check "no complaint of the kernel" no_splat
finish
