#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A hundred disturbances of 200 us to 5 ms in a hard handler. Each must appear as a spike with the right irq, the task
# that the handler interrupted, and a duration within 5 % or 5 us of the handler's own time stamps. A busy process runs
# on the disturbed CPU, half of the time in user mode and half in the kernel. The disturber runs on another CPU.
. "$(dirname "$0")/lib.sh"

ROUNDS=10 # the list of spikes is read and emptied after each
EACH=10
TARGET=1

# Prints the length of disturbance N in us: from 200 to 5000, all different, in mixed order.
length() { echo $((200 + (($1 * 37) % 100) * 4800 / 99)); }

# Prints each record of the disturber with its spike, one per line:
# number true_ns enclosing_ns irq pid comm mode | found value irq pid comm mode
# They match if they overlap. If the host paused the CPU between two time stamps, the spike's time is later.
match() { # TRUTH SPIKES
	awk -v cpu=$TARGET '
	FILENAME == ARGV[1] {
		if ($1 ~ /^#/ || $2 != "hardirq") next
		t[++n] = $1 " " $7 " " $8 " " $9 " " $11 " " $12 " " $10; start[n] = $5; end[n] = $6 + $8 - $7; irq[n] = $9; next
	}
	# One block of key=value lines per spike.
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++ }
	{ v[s, key] = value }
	END {
		for (i = 1; i <= n; i++) {
			found = 0
			for (j = 1; j <= s; j++)
				if (v[j, "measure"] == "hardirq_duration" && v[j, "cpu"] == cpu &&
				    v[j, "time"] + 0 >= start[i] + 0 && v[j, "time"] - v[j, "value_ns"] <= end[i] &&
				    v[j, "number"] == irq[i]) { found++; k = j }
			print t[i], found, v[k, "value_ns"], v[k, "number"], v[k, "pid"], v[k, "comm"], v[k, "mode"]
		}
	}' "$1" "$2"
}

# Captures are completed in process context, shortly after.
captured() {
	for try in $(seq 50); do
		[ "$(grep -c '^name=rtprobe-edu$' $PROBE/spikes)" -ge $EACH ] && return
		sleep 0.1
	done
	figures "only $(grep -c '^name=rtprobe-edu$' $PROBE/spikes) of $EACH disturbances captured after 5 s"
}

run_round() { # ROUND
	disturb clear
	control clear=spikes
	for i in $(seq $EACH); do
		disturb kind=hardirq us="$(length $((($1 - 1) * EACH + i)))" cpu=$TARGET || return 1
	done
	captured || return 1
	match $DISTURB $PROBE/spikes >>"$scratch/matched"
}

# injected found irq task mode bounds outside worst_us worst_percent victims: `bounds` are within 5 % or 5 us of the
# handler's time stamps. `outside` are longer because the host paused the CPU between two time stamps. In this case the
# enclosing time stamps are as far apart, and the value is between the two.
judge() {
	awk 'function far(value, from) { off = value - from; if (off < 0) off = -off; return off > 5000 && off > from * 0.05 }
	{ injected++; if ($8 != 1) { print "# not found once: " $0 >"/dev/stderr"; next }
		found++; irq += $10 == $4; task += $11 == $5 && $12 == $6; mode += $13 == ($5 ? $7 : "idle")
		if (!far($9, $2)) { bounds++; error = $9 - $2; if (error < 0) error = -error
			if (error > worst) { worst = error; at = $2 } }
		else if ($9 > $2 && $9 <= $3) { outside++; print "# the host paused the CPU: " $0 >"/dev/stderr" }
		else print "# out of bounds: " $0 >"/dev/stderr"
		if ($6 ~ /^victim-/) victims[$7]++ }
	END { printf "%d %d %d %d %d %d %d %.1f %.2f %d %d\n", injected, found, irq, task, mode, bounds, outside, worst / 1000,
		at ? 100 * worst / at : 0, victims["user"], victims["kernel"] }' "$scratch/matched"
}

plan 8
load rtprobe measures=hardirq_duration threshold=off || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ "$(edu_irq)" != 0 ] || bail "no edu device (qemu -device edu)"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
user=$(named victim-user sh)
kernel=$(named victim-kernel dd)
# Only this handler: on arm64 the local timer is a line, too, and under emulation often as long.
rules "add measure=hardirq_duration name=rtprobe-edu threshold=190us" || bail "the rule is refused: $(status_of last_error)"
taskset -pc 0 $$ >/dev/null
disturb kind=hardirq us=1 cpu=$TARGET # moves the line there

background taskset -c $TARGET "$user" -c 'while :; do :; done'
for round in $(seq $((ROUNDS / 2))); do run_round "$round"; done
stop "$last"
background taskset -c $TARGET "$kernel" if=/dev/zero of=/dev/null bs=1M
for round in $(seq $((ROUNDS / 2 + 1)) $ROUNDS); do run_round "$round"; done
stop "$last"

read -r injected found irq task mode bounds outside worst percent in_user in_kernel <<VERDICT
$(judge 2>"$scratch/complaints")
VERDICT
head -n 20 "$scratch/complaints"
all=$((ROUNDS * EACH))
figures "injected $injected, found $found, irq right $irq, task right $task, mode right $mode, within bounds $bounds (and $outside that the host paused between the time stamps), worst error $worst us ($percent %)"
figures "interrupted victim-user in user space $in_user times, victim-kernel in the kernel $in_kernel times"
check "$all disturbances were made" [ "$injected" -eq $all ]
check "each appears exactly once among the spikes" [ "$found" -eq $all ]
check "each with the irq that held the CPU" [ "$irq" -eq $all ]
check "each with the task that was interrupted" [ "$task" -eq $all ]
check "each with the mode that was interrupted" [ "$mode" -eq $all ]
check "each with a duration within 5 % or 5 us of the true one" [ $((bounds + outside)) -eq $all -a "$bounds" -ge $((all * 9 / 10)) ]
check "both victims were interrupted, in user space and in the kernel" [ "$in_user" -gt 10 -a "$in_kernel" -gt 10 ]
check "the kernel log has no warnings" no_splat
finish
