#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A CPU takes long to leave a deep idle state: the late timer's spike has the state with its name, its exit latency and
# the frequency, for as long as that took. No task is said to have had interrupts disabled.
. "$(dirname "$0")/lib.sh"

TIMES=10
TARGET=1
IDLE=/sys/module/rtprobe_idle/parameters

# Parts of idle exits in a state without a driver: "with" an index, and how many of them have more.
without_driver() {
	awk '/^part=idle_exit .* idle_state=/ { with++; if (/exit_latency_ns|frequency_khz/ || $6 != "-") more++ }
		END { print with + 0, more + 0 }' $PROBE/spikes
}

leave() {
	for i in $(seq $TIMES); do
		control clear=spikes
		echo $((5000 + i * 500)) >$IDLE/spin_us
		echo $TARGET >$IDLE/armed
		for wait in $(seq 20); do
			[ "$(cat $IDLE/armed)" = -1 ] && break
			sleep 0.1
		done
		sleep 0.2
		echo "exit $(cat $IDLE/entered) $(cat $IDLE/left)"
		grep -E '^(spike|time|measure|cpu|value_ns|comm|part)=' $PROBE/spikes
	done >"$scratch/exits"
}

# spikes named long accused: timers that were late because of an exit; those with the state as their largest part, with
# all that is known of it; those whose part is as long as the exit, and no longer than the spike. accused: how often
# such a spike or an irqsoff spike of the same time says that interrupts were disabled in a task.
judge() {
	awk -v cpu=$TARGET '
	function close_spike() {
		if (measure == "" || on != cpu || time < out - 50000 || time - value > out) { measure = ""; return }
		if (measure == "irqsoff") accused++
		if (measure == "timer_latency" && !hit) {
			hit = 1; spikes++
			if (largest == "idle_exit" && state == 1 && name == "DEEP" && latency == 13000 && khz == 1200000) named++
			from = time - value > into ? time - value : into
			if (idle >= out - from - 20000 && idle <= value) long_++
			else print "# of " value " ns the idle exit is " idle ", the CPU was in the state for " out - from >"/dev/stderr"
			accused += off
		}
		measure = ""
	}
	$1 == "exit" { close_spike(); hit = 0; into = $2 + 0; out = $3 + 0; next }
	{ key = $0; sub(/=.*/, "", key); v = $0; sub(/^[^=]*=/, "", v) }
	key == "spike" { close_spike(); largest = ""; state = name = latency = khz = idle = off = 0 }
	key == "measure" { measure = v }
	key == "time" { time = v + 0 }
	key == "cpu" { on = v }
	key == "value_ns" { value = v + 0 }
	key == "part" {
		n = split(v, p, " ")
		if (largest == "") largest = p[1]
		if (p[1] == "irqs_off") off++
		if (p[1] != "idle_exit" || v !~ /idle_state=1 /) next
		idle = p[5] + 0; name = p[6]
		for (i = 7; i <= n; i++) { split(p[i], word, "=")
			if (word[1] == "idle_state") state = word[2]
			if (word[1] == "exit_latency_ns") latency = word[2]
			if (word[1] == "frequency_khz") khz = word[2] }
	}
	END { close_spike(); print spikes + 0, named + 0, long_ + 0, accused + 0 }' "$scratch/exits"
}

plan 6
load rtprobe measures=timer_latency,irqsoff threshold=1us capture=none max_spikes=200 || bail "rtprobe.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
driver=$(cat /sys/devices/system/cpu/cpuidle/current_driver)
[ "$driver" = none ] || skip "this machine has the cpuidle driver $driver"
sleep 1
read -r with more <<WITHOUT
$(without_driver)
WITHOUT
figures "$with parts of idle exits without a driver, $more with more than an index"
check "without a driver, an idle state has its index only" [ "$with" -gt 0 -a "$more" -eq 0 ]
load rtprobe_idle frequency_khz=1200000 || bail "rtprobe_idle.ko does not load"
control threshold=3ms
leave
read -r spikes named long accused <<VERDICT
$(judge 2>"$scratch/complaints")
VERDICT
head -n 20 "$scratch/complaints"
figures "$TIMES long exits: $spikes late timers, $named with the state, $long of the right length; interrupts off in a task: $accused"
check "long exits make timers late" [ "$spikes" -ge $((TIMES / 2)) ]
check "each with the state's index, name and exit latency, and the frequency" [ "$named" -eq "$spikes" ]
check "for as long as the exit took" [ "$long" -eq "$spikes" ]
check "no task is said to have disabled interrupts" [ "$accused" -eq 0 ]
unload rtprobe_idle
check "the kernel log has no warnings" no_splat
finish
