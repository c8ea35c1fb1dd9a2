#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real system management interrupts: a task raises a known number of them in user mode, and the spikes of its CPU count
# as many, in parts of kind firmware that are no larger than what nothing else explains. A task raises them in the kernel,
# where they delay the timer: that is no irqsoff of the task.
. "$(dirname "$0")/lib.sh"

TARGET=0	# the firmware of the lab's guests handles SMIs of no other CPU
TIMES=5
ROUNDS=8
PERIOD=250	# us

# Every sample is a spike, and each has what was counted since the one before. All of a round are within a period or two.
raise() {
	for i in $(seq $ROUNDS); do
		control clear=spikes
		background taskset -c $TARGET "$spinner" -c "echo kind=smi us=$TIMES >$DISTURB"
		sleep 0.7
		stop "$last"
		cp $PROBE/spikes "$scratch/spikes"
		judge >>"$scratch/rounds"
	done
}

# counted parts sums: SMIs in parts of kind firmware on the target CPU, how many such parts, of how many the spike's parts
# add up to the value.
judge() {
	awk -v cpu=$TARGET '
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	function close_spike() { if (on == cpu && smis) { counted += smis; parts++; if (sum == whole) sums++ } smis = sum = 0; on = "" }
	key == "spike" { close_spike() }
	key == "cpu" { on = value }
	key == "value_ns" { whole = value + 0 }
	key == "part" { split(value, p, " "); sum += p[5]; if (p[1] == "firmware") smis += p[2] }
	END { close_spike(); print counted + 0, parts + 0, sums + 0 }' "$scratch/spikes"
}

# A task in the kernel raises SMIs without a pause, with interrupts enabled. Prints "firmware irqsoff other": late timers of
# that task within its time with a part of kind firmware, values of irqsoff of the same samples, and of other samples: the
# host can stop the CPU in the kernel before the first SMI, too.
raise_in_kernel() {
	for i in $(seq $ROUNDS); do
		disturb clear
		control clear=spikes
		"$spinner" -c "echo kind=smikernel us=50000 cpu=$TARGET >$DISTURB" || return 1
		sleep 0.2
		cat $DISTURB $PROBE/spikes
	done | awk -v cpu=$TARGET -v sample=$((PERIOD * 500)) '
		function close_spike() {
			if (on == cpu && of == pid && time > start && time < end) {
				if (measure == "irqsoff") off[++offs] = time
				if (measure == "timer_latency" && smis) late[++lates] = time
			}
			measure = smis = of = ""
		}
		$2 == "smikernel" { close_spike(); start = $5 + 0; end = $6 + 0; pid = $11; next }
		{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
		key == "spike" { close_spike() }
		key == "time" { time = value + 0 }
		key == "measure" { measure = value }
		key == "cpu" { on = value }
		key == "pid" { of = value }
		key == "part" { split(value, p, " "); if (p[1] == "firmware") smis = 1 }
		END {
			close_spike()
			for (i in off) {
				same = 0
				for (j in late) if (off[i] - late[j] < sample && late[j] - off[i] < sample) same = 1
				irqsoff += same
			}
			print lates + 0, irqsoff + 0, offs - irqsoff
		}'
}

refused() { ! load rtprobe "$@" 2>/dev/null; }

plan 8
check "another word than auto, on and off is refused" refused smi=maybe
load rtprobe measures=timer_latency && check "in a guest nothing is counted unless asked" [ "$(status_of smi)" = off ]
load rtprobe smi=on measures=timer_latency period=50ms threshold=1us capture=none || bail "rtprobe.ko does not load with smi=on"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu1 ] || bail "two CPUs are needed"
spinner=$(named spinner sh)
taskset -pc 1 $$ >/dev/null
raise
read -r exact more parts sums <<VERDICT
$(awk -v times=$TIMES '{ exact += $1 == times; more += $1 > times; parts += $2; sums += $3 } END { print exact + 0, more + 0, parts + 0, sums + 0 }' "$scratch/rounds")
VERDICT
figures "$ROUNDS times $TIMES SMIs: all counted $exact times, too many $more times, in $parts parts of kind firmware"
# A sample that found the task in the kernel, or another task, does not put them down to firmware.
check "spikes count as many as were raised" [ "$exact" -ge $((ROUNDS / 2)) ]
check "and never more" [ "$more" -eq 0 ]
check "and the parts add up to the value" [ "$sums" -eq "$parts" ]
load rtprobe smi=on measures=irqsoff,timer_latency period=${PERIOD}us threshold=5us capture=none max_spikes=1000 || bail "rtprobe.ko does not load"
# A timer is rarely due while the firmware runs.
firmware=0 irqsoff=0 other=0
for try in $(seq 8); do
	read -r f i o <<-VERDICT
	$(raise_in_kernel)
	VERDICT
	firmware=$((firmware + f)) irqsoff=$((irqsoff + i)) other=$((other + o))
	[ "$firmware" -lt 5 ] || break
done
figures "SMIs in the kernel: $firmware late timers with a part of kind firmware; values of irqsoff: $irqsoff of the same samples, $other of others"
check "SMIs in the kernel delay the timer" [ "$firmware" -gt 0 ]
check "irqsoff has no value of a window in which an SMI happened" [ "$irqsoff" -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
