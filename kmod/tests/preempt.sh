#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# preemption_latency: a real-time program runs all the time, and is kept from it by a task of higher priority, by
# throttling or the fair server, by the end of its deadline runtime, and while it is moved to another CPU. Each time it did
# not run must be a spike, not longer than the program itself saw, with who ran instead.
. "$(dirname "$0")/lib.sh"

WINDOWS=20
TARGET=1
FIFO="taskset -c $TARGET chrt -f"


# Prints "gap FROM TO VALUE BEGIN END KIND SHARE NAME" for each time in which the program did not run; a VALUE of 0: not
# found, else the largest part with its percentage of the value.
explained() { # GAPS
	awk '
	FILENAME == ARGV[1] { if ($1 == "gap") { from[++n] = $2; to[n] = $3 } next }
	{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	key == "spike" { s++; part = 0 }
	key == "part" && !part { part = 1; split(value, p, " "); kind[s] = p[1]; ns[s] = p[5]; name[s] = p[6]; next }
	{ v[s, key] = value }
	END {
		for (i = 1; i <= n; i++) {
			k = 0
			for (j = 1; j <= s; j++)
				if (v[j, "measure"] == "preemption_latency" && v[j, "victim_comm"] == "rtp-victim" &&
				    v[j, "time"] + 0 >= from[i] + 0 && v[j, "time"] - v[j, "value_ns"] <= to[i] + 0) k = j
			printf "gap %s %s %.0f %.0f %.0f %s %d %s\n", from[i], to[i], v[k, "value_ns"], v[k, "time"] - v[k, "value_ns"],
				v[k, "time"], kind[k], ns[k] * 100 / (v[k, "value_ns"] + 1), name[k]
		}
	}' "$1" $PROBE/spikes
}

# Runs a command while the real-time program runs.
while_running() { # COMMAND...
	control clear=spikes
	plays spin rtp-victim 10000 >"$scratch/gaps" &
	victim=$!
	until grep -qx rtp-victim /proc/$victim/comm; do sleep 0.05; done
	"$@"
	kill $victim
	wait $victim
	sleep 0.5
}

# Succeeds when at least so many gaps have a spike, nine tenths of these have the cause, and no value is longer than its
# gap. A gap without a spike is the host's, which does not run the guest's CPU.
judged() { # LEAST KIND NAME
	explained "$scratch/gaps" >"$scratch/explained"
	awk -v least="$1" -v kind="$2" -v name="$3" '
	$4 { found++; if ($4 > $3 - $2 + 1000) { print "# longer than seen: " $0 >"/dev/stderr"; long++ } }
	$4 && $7 == kind && $8 >= 80 && $9 ~ name { right++; next }
	$4 { print "# " $0 >"/dev/stderr" }
	END {
		print "# " NR " times not running, " found + 0 " found, " right + 0 " by " kind " " name
		exit !(found >= least && right * 10 >= found * 9 && !long)
	}' "$scratch/explained" 2>"$scratch/complaints"
	judgement=$?
	head -n 5 "$scratch/complaints"
	return $judgement
}

take() { taskset -c $TARGET chrt -f 60 perl "$here/preempt.pl" take rtp-hog $WINDOWS 8000 >"$scratch/took"; }

# Each time that the other task ran is within a spike.
covered() {
	awk 'FILENAME == ARGV[1] { begin[++n] = $5; end[n] = $6; next }
		{ for (i = 1; i <= n; i++) if (begin[i] <= $2 && end[i] >= $3) { inside++; break } }
		END { print "# " inside + 0 " of " FNR " runs of the other task are within a spike"; exit !(inside * 10 >= FNR * 9) }' \
		"$scratch/explained" "$scratch/took"
}

ordinary() { # an ordinary task that always wants the CPU
	taskset -c $TARGET perl "$here/preempt.pl" spin rtp-ordinary "$1" >/dev/null
}
move_while_waiting() {
	background $FIFO 60 perl "$here/preempt.pl" take rtp-hog 1 400000
	until grep -qx rtp-hog /proc/$last/comm; do sleep 0.02; done
	sleep 0.1
	perl "$here/preempt.pl" move $victim 0 >"$scratch/moved"
}
moved() {
	explained "$scratch/gaps" | sort -k4n | tail -n 1 >"$scratch/explained"
	read -r _ _ _ value _ end kind share name <"$scratch/explained"
	read -r _ from _ <"$scratch/moved"
	figures "waited $((value / 1000)) us until it was moved, $share % $kind $name; ran $(((end - from) / 1000)) us after the call"
	[ "$kind" = task ] && [ "$name" = rtp-hog ] && [ "$value" -ge 50000000 ] && [ "$value" -lt 390000000 ] && [ $end -ge "$from" ]
}
moved_spike() { # WORD
	awk -F= -v word="$1" '$1 == "spike" { v = 0 } $1 == "value_ns" { v = $2 } $1 == word && v == '"$value"' { print $2; exit }' $PROBE/spikes
}

counted() { rows 'f["measure"] == "preemption_latency" { n += f["count"] } END { print n + 0 }'; }
nothing_counts_when_off() {
	control measures=wakeup_latency && was=$(counted)
	while_running take
	[ "$(counted)" = "$was" ]
}

plan 9
load rtprobe measures=preemption_latency threshold=3ms || bail "rtprobe.ko does not load"
all_cpus=$(taskset -pc $$ | sed 's/.*: //')
taskset -pc 0 $$ >/dev/null
mount -t debugfs none /sys/kernel/debug 2>/dev/null

plays() { exec $FIFO 50 perl "$here/preempt.pl" "$@"; }
while_running take
check "each time that a task of higher priority ran is a spike with that task" judged $((WINDOWS * 9 / 10)) task "^rtp-hog$"
check "no spike is shorter than the other task ran" covered
# Ordinary tasks get 50 ms of each second. Changing the share of the fair server makes the kernel warn.
limit=throttled
[ -e /sys/kernel/debug/sched/fair_server ] && limit=fair_server
while_running ordinary 3500
check "the time that ordinary tasks get is named as $limit" judged 2 $limit '^(rtp-ordinary|perl|chrt|taskset)$'

# The kernel admits a deadline task only if it may use all CPUs.
plays() { exec taskset -c "$all_cpus" chrt -d --sched-runtime 5000000 --sched-deadline 40000000 --sched-period 40000000 0 perl "$here/preempt.pl" "$@"; }
while_running sleep 0.8
check "the end of a deadline task's runtime is named as throttling" judged 10 throttled .

plays() { exec $FIFO 50 perl "$here/preempt.pl" "$@"; }
while_running move_while_waiting
check "a task that is moved while it waits has waited for the other CPU's task" moved
check "its row is that of the CPU it was moved to" [ "$(moved_spike cpu)" = 0 ]
check "parts add up to the values" awk -F'[= ]' '$1 == "value_ns" { if (value && sum != value) exit 1; value = $2; sum = 0 }
	$1 == "part" { sum += $6 } END { exit value == 0 || sum != value }' $PROBE/spikes
check "a measure that is off counts nothing" nothing_counts_when_off
check "the kernel log has no warnings" no_splat
finish
