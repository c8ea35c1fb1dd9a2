#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=3 nohz_full=1 rcu_nocbs=1
# hogged-cpu.sh [SECONDS]: a SCHED_FIFO 99 thread holds a CPU for ever. No operation waits for a thread of that CPU. None
# takes more than SECONDS (default 2) in addition to the time an empty module takes to load.
#
# The first part uses a CPU that RCU does not wait for (nohz_full), if the kernel supports this. The second part uses a
# CPU that RCU waits for. On PREEMPT_RT no grace period ends there, and even insmod of an empty module does not return.
# Operations that would wait are refused, and the error names the CPU. On other kernels the tick reports a quiescent
# state for the CPU, and all operations complete in time.
. "$(dirname "$0")/lib.sh"

# Seconds that an operation may take, in addition to the time an empty module takes to load: a slow host is slow for all.
PATIENCE=${1:-2}
watches_itself && PATIENCE=$((PATIENCE * 6))

now() { cut -d' ' -f1 /proc/uptime; }
since() { awk -v now="$(now)" -v then="$1" 'BEGIN { printf "%.2f", now - then }'; }
less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }

# Waits for an operation that hangs, so that it does not affect the next one.
end_late() {
	for second in 1 2 3 4 5 6 7 8 9 10; do
		sleep 1
		[ ! -e "$scratch/ended" ] || { figures "it ended $second s later"; return; }
	done
}

# within SECONDS COMMAND...: returns its status if it ends in time, else fails and leaves it running.
within() {
	limit=$1
	shift
	begun=$(now)
	rm -f "$scratch/ended"
	{ "$@" >"$scratch/said" 2>&1; echo $? >"$scratch/ended.new"; mv "$scratch/ended.new" "$scratch/ended"; } &
	while [ ! -e "$scratch/ended" ] && less "$(since "$begun")" "$limit"; do sleep 0.05; done
	took=$(since "$begun")
	figures "$took s: $*"
	[ -e "$scratch/ended" ] || { figures "it hangs"; end_late; return 1; }
	[ "$(cat "$scratch/ended")" = 0 ] || { sed 's/^/# /' "$scratch/said"; return 1; }
}

# The tests and all they need, such as the interrupt threads of the guest's devices, run on CPU 0.
keep_to_first_cpu() {
	for irq in /proc/irq/[0-9]*/smp_affinity_list; do echo 0 >"$irq"; done 2>/dev/null
	for pid in $(ps -eo pid=); do taskset -pc 0 "$pid"; done >/dev/null 2>&1
}

# Counts tests that cannot run on this kernel.
skip() { # NUMBER REASON
	for each in $(seq "$1"); do check "skipped: $2" true; done
}

hold() { # CPU
	chrt -f 99 taskset -c "$1" sh -c 'while :; do :; done' &
	hog=$!
	children="$children $hog"
	sleep 0.5
}

let_go() {
	kill -9 "$hog"
	wait "$hog" 2>/dev/null
	sleep 1
}

refused() { # TEXT WORD
	if within "$PATIENCE" sh -c "echo $1 >$PROBE/control"; then figures "it was accepted"; return 1; fi
	[ -e "$scratch/ended" ] && status_of last_error | grep -q "$2" || { figures "last_error=$(status_of last_error)"; return 1; }
}

# Runs rtprobectl with a modprobe that finds the modules in the test folder.
ctl() {
	mkdir -p "$scratch/bin"
	printf '#!/bin/sh\n[ "$1" = -r ] && exec rmmod "$2"\nshift\nexec insmod "%s" "$@"\n' "$probe" >"$scratch/bin/modprobe"
	chmod +x "$scratch/bin/modprobe"
	PATH=$scratch/bin:$PATH sh "$here/../tools/rtprobectl" "$@"
}
# The kernel may complain about the CPU that the test holds; these reports then leave its log.
no_other_splat() {
	splats >"$scratch/splats"
	if grep -vE 'soft lockup|workqueue lockup|rcu.*stall|Call Trace' "$scratch/splats" >"$scratch/others"; then
		sed 's/^/# /' "$scratch/others" | head -n 20
		return 1
	fi
	dmesg --clear
}
printf 'module cpus=0-2\nperiod=5ms\nadd name=* threshold=1s\n' >"$scratch/conf"
printf 'period=4ms\nmeasures=none\n' >"$scratch/conf.refused"

# Succeeds if rtprobectl fails in time and names the CPU.
ctl_refuses() { # CODE WORD...
	code=$1
	shift
	within "$PATIENCE" ctl "$@" && return 1
	[ "$(cat "$scratch/ended")" = "$code" ] && grep -q 'cpu_held.*CPU 2 ' "$scratch/said"
}
# From kmod/uapi/rtprobe.h: the command, its attribute, the bit of thread_latency and the error of a refusal.
SET_CONFIG=3 CONFIG_MEASURES=2 THREAD_LATENCY=128 GET_INFO=1
EBUSY=-16
genl() { perl "$here/genl.pl" "$@"; }

# Succeeds if a command completes while thread_latency waits to be refused, repeating it meanwhile. The wait is the last
# second before the refusal. The times are less exact, so the command must complete in the middle of that second, in one of
# some attempts.
during_refusal() { # COMMAND...
	for try in 1 2 3 4 5; do
		: >"$scratch/completed"
		rm -f "$scratch/refused_at"
		{ genl set $SET_CONFIG $CONFIG_MEASURES $THREAD_LATENCY >"$scratch/refusal"; now >"$scratch/refused_at"; } &
		waiting=$!
		while [ ! -e "$scratch/refused_at" ]; do
			"$@" || { figures "it failed: $*"; return 1; }
			now >>"$scratch/completed"
		done
		wait $waiting
		grep -qx "error $EBUSY" "$scratch/refusal" || { figures "$(cat "$scratch/refusal")"; return 1; }
		awk 'NR == FNR { refused = $1; next } { printf " %.2f", refused - $1; if (refused - $1 >= 0.3 && refused - $1 <= 0.8) f = 1 }
			END { exit !f }' "$scratch/refused_at" "$scratch/completed" >"$scratch/before" && return
		figures "seconds before the refusal:$(cat "$scratch/before")"
	done
	return 1
}
answers() { genl do $GET_INFO | grep -qx 'error 0'; }
toggle() { # CPU
	online=/sys/devices/system/cpu/cpu$1/online
	echo $((1 - $(cat "$online"))) >"$online"
}

# thread_latency was on before the CPU is held.
hold_with_thread() { # CPU
	echo cpus=0-2 measures=thread_latency,timer_latency >$PROBE/control && hold "$1"
	for operation in period=3ms clear=histograms clear=spikes; do
		check "with thread_latency on, control applies $operation in time" within "$PATIENCE" sh -c "echo $operation >$PROBE/control"
	done
}

applied() { [ "$(setting period)" = "$1" ] && [ "$(setting measures)" != none ]; }

appears() { while ! grep -q '^version=' "$1" 2>/dev/null; do sleep 0.1; done; }

hotplug() {
	echo 0 >/sys/devices/system/cpu/cpu2/online && echo 1 >/sys/devices/system/cpu/cpu2/online
}

operations='period=2ms
threshold=1s
clear=histograms
clear=spikes
interval=200ms
capture=all
capture=default
cpus=0
cpus=0-2'

check_operations() {
	for operation in $operations; do
		check "control applies $operation in time" within "$PATIENCE" sh -c "echo $operation >$PROBE/control"
	done
	check "rules are added and cleared in time" within "$PATIENCE" sh -c "echo 'add name=* threshold=1ms' >$PROBE/rules && echo clear >$PROBE/rules"
	check "histograms are read in time" within "$PATIENCE" cat $PROBE/irqs
}

plan 60
command -v chrt >/dev/null && command -v taskset >/dev/null || bail "needs chrt and taskset"
unload rtprobe
keep_to_first_cpu
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
empty=$(module_path rtprobe_empty)
probe=$(module_path rtprobe)

check "an empty module loads" within 20 insmod "$empty"
PATIENCE=$(awk -v t="$took" -v p=$PATIENCE 'BEGIN { print t + p }')
unload rtprobe_empty

where_rcu_does_not_wait() {
	hold 1
	check "an empty module loads while a CPU is held" within "$PATIENCE" insmod "$empty"
	check "an empty module unloads" within "$PATIENCE" rmmod rtprobe_empty
	check "the module loads as fast with the held CPU among its active CPUs" within "$PATIENCE" insmod "$probe" cpus=0-2
	check "its timer runs on the held CPU" sh -c 'sleep 0.5; awk "\$2 == \"timer_latency\" && \$4 == 1 && \$5 > 10 { f = 1 } END { exit !f }" /proc/rtprobe/irqs'
	check_operations
	check "measures are switched off in time" within "$PATIENCE" sh -c "echo measures=none >$PROBE/control"
	check "measures are switched on in time" within "$PATIENCE" sh -c "echo measures=default >$PROBE/control"
	check "thread_latency is refused because the CPU does not run its thread" refused measures=thread_latency 'CPU 1 '
	check "thread_latency can be switched on without that CPU" within "$PATIENCE" sh -c "echo cpus=0,2 measures=thread_latency,timer_latency >$PROBE/control"
	check "thread_latency cannot be extended to that CPU" refused cpus=0-2 'CPU 1 '
	check "thread_latency is switched off in time" within "$PATIENCE" sh -c "echo measures=default cpus=0-2 >$PROBE/control"
	check "another CPU goes offline and online" within 10 hotplug
	check "another CPU goes offline or online while a switch waits to be refused" during_refusal toggle 2
	echo 1 >/sys/devices/system/cpu/cpu2/online
	check "other netlink requests, of another family, too, are answered meanwhile" during_refusal answers
	check "rtprobectl unloads the module in time" within "$PATIENCE" ctl unload
	check "rtprobectl loads it in time" within "$PATIENCE" ctl load "$scratch/conf"
	check "the module has the configured parameters, settings and rules" sh -c 'grep -q "^cpus=0-2$" /proc/rtprobe/control && grep -q "^period=5ms$" /proc/rtprobe/control && grep -q threshold=1s /proc/rtprobe/rules'
	let_go
	hold_with_thread 1
	check "thread_latency is switched off in time" within "$PATIENCE" sh -c "echo measures=timer_latency >$PROBE/control"
	let_go
	hold_with_thread 1
	check "the module unloads in time, with thread_latency on" within "$PATIENCE" rmmod rtprobe
	let_go
}

if grep -qw 1 /sys/devices/system/cpu/nohz_full; then where_rcu_does_not_wait; else skip 35 "no nohz_full"; fi

load rtprobe cpus=0-2 || bail "rtprobe.ko does not load"
hold 2
check_operations
if [ "$(status_of preempt_rt)" = 1 ]; then
	check "an operation that needs a grace period is refused; the error names the CPU" refused measures=none 'CPU 2 '
	check "rtprobectl unload fails and names the CPU" ctl_refuses 1 unload
	check "the module continues to measure" applied 2ms
	check "rtprobectl load names the setting that it cannot change" ctl_refuses 3 load "$scratch/conf.refused"
	check "rtprobectl load applies the other settings" applied 4ms
else
	check "measures are switched off in time" within "$PATIENCE" sh -c "echo measures=none >$PROBE/control"
	check "measures are switched on in time" within "$PATIENCE" sh -c "echo measures=default >$PROBE/control"
	check "rtprobectl unloads the module in time" within "$PATIENCE" ctl unload
	check "rtprobectl loads it in time" within "$PATIENCE" ctl load "$scratch/conf"
	check "the module has the configured settings" applied 5ms
fi
let_go
check "the operation succeeds after the CPU is released" within 5 sh -c "echo measures=none >$PROBE/control"
hold_with_thread 2
if [ "$(status_of preempt_rt)" = 1 ]; then
	check "switching thread_latency off is refused; the error names the CPU" refused measures=none 'CPU 2 '
	check "rtprobectl unload fails and names the CPU, with thread_latency on" ctl_refuses 1 unload
else
	check "thread_latency is switched off in time" within "$PATIENCE" sh -c "echo measures=timer_latency >$PROBE/control"
	let_go
	echo measures=thread_latency,timer_latency >$PROBE/control
	hold 2
	check "rtprobectl unloads the module in time, with thread_latency on" within "$PATIENCE" ctl unload
fi
let_go
unload rtprobe
hold 2
insmod "$probe" &
loading=$!
check "the module has initialized in time" within "$PATIENCE" appears $PROBE/status
let_go
wait "$loading"
check "the kernel log has no warning except about the held CPU" no_other_splat
finish
