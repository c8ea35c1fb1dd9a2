#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions of timers, work items, tasklets and function-call IPIs hold a CPU for 3 to 5 ms, ten times each, and a
# real-time thread that they woke waits. The spikes of that time have a part which names the kind and the function, is as
# long as the function ran, and adds up to the value with the others. What has no tracepoints in this kernel is reported
# as such and never named. A function that was called inside another one, or while the recorder was off, leaves no wrong
# name.
. "$(dirname "$0")/lib.sh"

EACH=10
TARGET=1
KINDS='hrtimer timer work tasklet call'
EVENTS=/sys/kernel/tracing/events

# Prints the tracepoint around a kind of function.
event_of() {
	case $1 in
	hrtimer) echo timer/hrtimer_expire_entry ;;
	timer) echo timer/timer_expire_entry ;;
	work) echo workqueue/workqueue_execute_start ;;
	tasklet) echo irq/tasklet_entry ;;
	call) echo csd/csd_function_entry ;;
	napi) echo napi/napi_poll ;;
	esac
}

has() { [ -e "$EVENTS/$(event_of "$1")" ]; }

reported() {
	for kind in $KINDS napi; do has "$kind" && echo "$kind"; done | paste -sd, - >"$scratch/has"
	# Those of kprobes: see probed.sh.
	[ "$(status_of callbacks_available | tr , '\n' | grep -vx -e irq_work -e rcu -e stop | paste -sd, -)" = "$(cat "$scratch/has")" ]
}

# Waits until the spikes of a function were completed, at most four seconds.
settle() { # KIND
	for try in $(seq 20); do
		sleep 0.2
		grep -q " function=inside_$1" $PROBE/spikes && break
		has "$1" || [ "$try" -lt 5 ] || break
	done
	sleep 0.3
}

# Lets the function of a kind run ten times, and stores the records and the spikes. The list is cleared for each, so
# that it does not fill up.
run() { # KIND
	disturb clear
	: >"$scratch/$1.spikes"
	for i in $(seq $EACH); do
		control clear=spikes
		disturb "kind=inside$1 us=$((3000 + (i * 7 % 10) * 200)) cpu=$TARGET" || return 1
		settle "$1"
		cat $PROBE/spikes >>"$scratch/$1.spikes"
	done
	cp $DISTURB "$scratch/$1.truth"
}

# found named long_ exact odd others: windows of the function with a spike on that CPU; with one whose largest part names
# the function; with such a part at least as long as the overlap of window and value, within 5 % or 50 us; and no longer
# (the host can pause the CPU between the function's time stamps and the hooks); spikes whose parts do not add up; windows
# in which a spike names another function of the same kind for more than half of it.
judge() { # KIND
	awk -v cpu=$TARGET -v kind="$1" '
	FILENAME == ARGV[1] { if ($1 !~ /^#/) { n++; from[n] = $5 + 0; to[n] = $6 + 0 } next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++ }
	key == "part" { parts[s]++; split(value, p, " "); sum[s] += p[5]
		this = value ~ (" callback=" kind " function=inside_" kind)
		if (parts[s] == 1) largest[s] = this
		if (this) ns[s] += p[5]
		else if (value ~ (" callback=" kind " ") && p[5] > other[s]) other[s] = p[5]
		next }
	{ v[s, key] = value }
	function within(off, of) { return off < 50000 || off < of * 0.05 }
	END {
		for (i = 1; i <= s; i++) if (parts[i]) { split_++; sums += sum[i] == v[i, "value_ns"] }
		for (i = 1; i <= n; i++) {
			hit = name = enough = right = wrong = 0
			for (j = 1; j <= s; j++) {
				end = v[j, "time"] + 0; begin = end - v[j, "value_ns"]
				if (v[j, "cpu"] != cpu || begin > to[i] || end < from[i]) continue
				hit = 1
				overlap = (end < to[i] ? end : to[i]) - (begin > from[i] ? begin : from[i])
				if (largest[j]) { name = 1; if (within(overlap - ns[j], overlap)) { enough = 1; if (within(ns[j] - overlap, overlap)) right = 1 }
					if (!within(overlap - ns[j], overlap) || !within(ns[j] - overlap, overlap)) print "# " kind ", " v[j, "measure"] ": part " ns[j] ", overlap " overlap >"/dev/stderr" }
				if (!largest[j] && overlap * 2 > to[i] - from[i] && other[j] * 2 > to[i] - from[i]) wrong = 1
			}
			found += hit; named += name; long_ += enough; exact += right; others += wrong
		}
		print found + 0, named + 0, long_ + 0, exact + 0, split_ - sums, others + 0
	}' "$scratch/$1.truth" "$scratch/$1.spikes"
}

# Functions are named when a spike is completed, not when it is shown.
still_named() {
	unload rtprobe_disturb
	grep -q ' function=inside_work' $PROBE/spikes
}

# A work item has its name also after a function of an IPI ran inside it.
nested_named() {
	control clear=spikes
	disturb "kind=insidenested us=3000 cpu=$TARGET" || return 1
	settle nested
	awk '$1 ~ /^part=/ && / callback=work function=inside_nested/ && $5 > 2500000 { found = 1 } END { exit !found }' \
		$PROBE/spikes
}

# A worker that is not bound to a CPU began this item on another CPU, and an earlier one here. Repeated, because another
# worker can take an item.
unknown_after_another_cpu() {
	for i in $(seq 10); do
		control clear=spikes
		disturb "kind=insideroaming us=3000 cpu=$TARGET" || return 1
		sleep 0.7
		grep '^part=task ' $PROBE/spikes
	done >"$scratch/roaming"
	figures "parts of a worker that changed its CPU: $(paste -sd, - <"$scratch/roaming")"
	[ -s "$scratch/roaming" ] && ! grep -q ' function=inside_left' "$scratch/roaming"
}

# A work item that sleeps when the recorder is switched off may have ended when it is switched on again.
unknown_after_a_gap() {
	control clear=spikes
	disturb "kind=insidesecond us=3000 cpu=$TARGET" &
	held=$!
	sleep 0.7
	control recorder=off
	sleep 1.3
	control recorder=on
	wait $held || return 1
	sleep 0.7
	grep '^part=task ' $PROBE/spikes >"$scratch/gap"
	figures "parts after a gap: $(paste -sd, - <"$scratch/gap")"
	grep -q ' kworker/' "$scratch/gap" && ! grep -q ' callback=' "$scratch/gap"
}

# A poll has the time of the softirq until its end. The loopback device has no device of its own to poll.
polls_named() {
	control clear=spikes
	rules "add measure=softirq_duration name=NET_RX threshold=1ns capture=none rate=100" || return 1
	ip link set lo up
	ping -c 5 -i 0.2 127.0.0.1 >/dev/null 2>&1
	ping -c 5 -i 0.2 -w 2 10.0.2.2 >/dev/null 2>&1
	sleep 0.7
	figures "polls: $(grep '^part=softirq .* callback=napi' $PROBE/spikes | sed 's/.*function=//' | sort | uniq -c | paste -sd, -)"
	grep -q '^part=softirq .* callback=napi function=process_backlog' $PROBE/spikes && parts_add_up
}

# Each spike that has parts has those of its whole value.
parts_add_up() {
	awk '{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
		key == "spike" { if (parts && sum != ns) bad++; parts = sum = 0 }
		key == "value_ns" { ns = value }
		key == "part" { split(value, p, " "); sum += p[5]; parts++ }
		END { if (parts && sum != ns) bad++; exit bad > 0 }' $PROBE/spikes
}

off_without_recorder() {
	control recorder=off
	control clear=spikes
	disturb "kind=insidehrtimer us=3000 cpu=$TARGET"
	sleep 1
	[ "$(grep -c '^spike=' $PROBE/spikes)" -gt 0 ] && ! grep -q ' callback=' $PROBE/spikes
	ended=$?
	control recorder=on
	return $ended
}

plan $((5 * 5 + 8))
load rtprobe measures=$VECTORS,softirq_duration,wakeup_latency max_spikes=1024 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
taskset -pc 0 $$ >/dev/null
# Only these: a busy host delays everything else, too. On PREEMPT_RT the thread preempts softirqs.
rules "add measure=wakeup_latency comm=rtprobe-victim threshold=2ms capture=none" &&
	rules "add measure=softirq_duration cpus=$TARGET name=TIMER threshold=2ms capture=none" &&
	rules "add measure=softirq_duration cpus=$TARGET name=TASKLET threshold=2ms capture=none" &&
	rules "add measure=$VECTORS cpus=$TARGET threshold=2ms capture=none rate=5" || bail "a rule is refused: $(status_of last_error)"
figures "callbacks of this kernel: $(status_of callbacks_available)"
check "the status lists the kinds whose tracepoints the kernel has" reported
for kind in $KINDS; do
	run "$kind" || bail "kind=inside$kind is refused"
	read -r found named long exact odd others <<-VERDICT
	$(judge "$kind" 2>"$scratch/complaints")
	VERDICT
	head -n 5 "$scratch/complaints"
	figures "not captured: $(grep ^lost_spike $PROBE/status | grep -v '=0$' | paste -sd' ' -)"
	figures "$kind: $EACH windows, $found found, $named named, $long long enough, $exact of them no longer; another function in $others"
	wanted=$EACH
	has "$kind" || wanted=0
	[ $wanted -gt 0 ] || figures "this kernel has no tracepoint $(event_of "$kind"): nothing to name"
	check "$kind: each window is found" [ "$found" -eq $EACH ]
	check "$kind: $wanted windows name the function as the largest part" [ "$named" -eq $wanted ]
	check "$kind: $wanted parts are as long as the function ran" [ "$long" -ge $((wanted * 9 / 10)) -a "$exact" -ge $((wanted * 8 / 10)) ]
	check "$kind: the parts of each spike add up to its value" [ "$odd" -eq 0 ]
	check "$kind: no other function is named for that time" [ "$others" -eq 0 ]
done
check "a work item keeps its name after it called a function on its own CPU" nested_named
check "an item that a worker left is not named when it returns from another CPU" unknown_after_another_cpu
check "what ran before the recorder was off is not named afterwards" unknown_after_a_gap
check "a poll of a network device is a part of its softirq" polls_named
check "without the flight recorder nothing is named" off_without_recorder
run work || bail "kind=insidework is refused"
check "the names remain after the module with the functions was unloaded" still_named
check "the kernel log has no warnings" no_splat
finish
