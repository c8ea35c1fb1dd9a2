#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=3
# Functions that no tracepoint reports hold CPU 1 for 3 to 5 ms, ten times each, and a real-time thread that they woke
# waits: irq_work in an interrupt, in a thread (PREEMPT_RT) and from another CPU, an RCU callback, and stop_machine(). The
# spikes of that time have a part which names the kind and the function, and is as long as the function ran. Of
# stop_machine() and irq_work from another CPU they name the task that asked, its CPU and its function. A CPU that goes
# offline stops the others: they name take_cpu_down and the task that wrote to the file. Nothing is named while the
# recorder is off.
. "$(dirname "$0")/lib.sh"

EACH=10
ASKER=0
TARGET=1
KINDS='irqwork irqthread remoteirqwork rcu stop'

# The callback of a kind, its function, and the function that asked.
callback_of() {
	case $1 in
	*irq*) echo irq_work ;;
	*) echo "$1" ;;
	esac
}
function_of() {
	case $1 in
	irqwork | remoteirqwork) echo inside_irq_work ;;
	irqthread) echo inside_irq_thread ;;
	offline) echo take_cpu_down ;;
	*) echo "inside_$1" ;;
	esac
}
# It may jump to the kernel's function.
asker_of() {
	case $1 in
	remoteirqwork) echo '(start_remote_irq_work|hold_inside)' ;;
	stop) echo '(start_stop|hold_inside)' ;;
	offline) echo 'takedown_cpu' ;;
	esac
}

# Newer kernels switch a CPU off in a kernel worker.
pid_of() {
	[ "$1" = offline ] && echo "($$|[0-9]+ sender_comm=kworker/0:[^ ]*)" || echo $$
}

has_sender() { status_of senders_available | tr , '\n' | grep -qx "$(callback_of "$1")"; }

# Waits until the spikes of a function were completed, at most four seconds.
settle() { # KIND
	for try in $(seq 20); do
		sleep 0.2
		grep -q " function=$(function_of "$1")" $PROBE/spikes && break
		[ "$try" -lt 8 ] || [ "$1" != offline ] || break
	done
	sleep 0.3
}

# Lets a kind run ten times, and stores the records and the spikes. The list is cleared for each, so that it does not fill
# up.
run() { # KIND
	disturb clear
	: >"$scratch/$1.spikes"
	for i in $(seq $EACH); do
		control clear=spikes
		if [ "$1" = offline ]; then
			echo 0 >/sys/devices/system/cpu/cpu2/online && echo 1 >/sys/devices/system/cpu/cpu2/online || return 1
		else
			disturb "kind=inside$1 us=$((3000 + (i * 7 % 10) * 200)) cpu=$TARGET" || return 1
		fi
		settle "$1"
		echo "window=$i" >>"$scratch/$1.spikes"
		cat $PROBE/spikes >>"$scratch/$1.spikes"
	done
	cp $DISTURB "$scratch/$1.truth"
}

# named long exact others: windows with a part that names the function; in which the longest such part is at least as long
# as the function ran from where the value began, within 5 % or 50 us; and no longer; in which a part names only another
# function of the same kind, for more than 1 ms.
judge() { # KIND
	awk -v callback="$(callback_of "$1")" -v function_="$(function_of "$1")" -v cpu=$TARGET -v kind="$1" '
	FILENAME == ARGV[1] { if ($1 !~ /^#/) { n++; from[n] = $5 + 0; to[n] = $6 + 0 } next }
	/^window=/ { w = substr($0, 8) + 0; next }
	/^cpu=/ { here = substr($0, 5) == cpu }
	/^value_ns=/ { ns = substr($0, 10) + 0 }
	/^time=/ { end = substr($0, 6) + 0 }
	/^part=/ && / callback=/ {
		if ($0 !~ (" callback=" callback " ")) next
		if (($0 " ") !~ (" function=" function_ "[^a-z0-9_]")) { if ($5 > 1000000) others[w] = 1; next }
		if (!here) next
		named[w] = 1
		begin = end - ns
		overlap = (end < to[w] ? end : to[w]) - (begin > from[w] ? begin : from[w])
		if (within(overlap - $5, overlap)) { enough[w] = 1; if (within($5 - overlap, overlap)) right[w] = 1 }
		if (!enough[w] || !right[w]) print "# " kind ": part " $5 ", overlap " overlap >"/dev/stderr"
	}
	function within(off, of) { return off < 50000 || off < of * 0.05 }
	function count(set, k, m) { m = 0; for (k in set) m++; return m }
	END {
		# The kernel has irq_work of its own in some windows.
		for (w in named) delete others[w]
		print count(named), count(enough), count(right), count(others)
	}' "$scratch/$1.truth" "$scratch/$1.spikes"
}

# named placed wrong: windows whose function has a sender that is this task; that names the function that asked; parts that
# name another task or CPU.
judge_sender() { # KIND
	awk -v function_="$(function_of "$1")" -v asked="$(asker_of "$1")" -v cpu=$ASKER -v pid="$(pid_of "$1")" '
	/^window=/ { w = substr($0, 8) }
	/^part=/ && ($0 " ") ~ (" function=" function_ "[^a-z0-9_]") {
		if (!/ sender_/) next
		if (index($0 " ", " sender_cpu=" cpu " ") && ($0 ~ (" sender_pid=" pid " "))) named[w] = 1
		else { wrong++; print "# " $0 >"/dev/stderr" }
		if (($0 " ") ~ (" sender_function=" asked "[^a-z0-9_]")) placed[w] = 1
		else print "# " $0 >"/dev/stderr"
	}
	function count(set, k, m) { m = 0; for (k in set) m++; return m }
	END { print count(named), count(placed), wrong + 0 }' "$scratch/$1.spikes"
}

check_sender() { # KIND
	read -r named placed wrong <<-VERDICT
	$(judge_sender "$1" 2>"$scratch/complaints")
	VERDICT
	head -n 3 "$scratch/complaints"
	wanted=$EACH
	has_sender "$1" || wanted=0
	figures "$1: $named of $EACH windows name the task that asked, $placed its function, $wrong parts another task"
	check "$1: $wanted windows name the task, its CPU and the function that asked" [ "$named" -eq $wanted -a "$placed" -eq $wanted -a "$wrong" -eq 0 ]
}

# The kernel would do that some time after the probe was armed.
no_jump() {
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
	sleep 2
	grep -E ' (irq_work_single|multi_cpu_stop)\+' /sys/kernel/debug/kprobes/list | sed 's/^/# /'
	grep ' irq_work_single+' /sys/kernel/debug/kprobes/list >"$scratch/list" &&
		! grep -q -F '[OPTIMIZED]' "$scratch/list"
}

off_without_recorder() {
	control recorder=off
	control clear=spikes
	disturb "kind=insidestop us=3000 cpu=$TARGET"
	sleep 1
	[ "$(grep -c '^spike=' $PROBE/spikes)" -gt 0 ] && ! grep -q ' callback=' $PROBE/spikes
	ended=$?
	control recorder=on
	return $ended
}

plan $((2 + 5 * 3 + 2 + 2 + 2))
load rtprobe measures=$VECTORS,wakeup_latency max_spikes=1024 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu2/online ] || bail "three CPUs are needed"
taskset -pc $ASKER $$ >/dev/null
rules "add measure=wakeup_latency comm=rtprobe-victim threshold=2ms capture=none" &&
	rules "add measure=$VECTORS cpus=$TARGET threshold=2ms capture=none rate=5" || bail "a rule is refused: $(status_of last_error)"
# A polling idle CPU needs no IPI, at which the stack is read.
background taskset -c $TARGET perl -e '1 while 1'
figures "callbacks of this kernel: $(status_of callbacks_available); senders: $(status_of senders_available)"
check "the kernel reports irq_work, RCU callbacks and stopper functions" \
	[ "$(status_of callbacks_available | tr , '\n' | grep -c -x -e irq_work -e rcu -e stop)" -eq 3 ]
check "the kernel does not replace the breakpoint by a jump" no_jump
for kind in $KINDS; do
	run "$kind" || bail "kind=inside$kind is refused"
	read -r named long exact others <<-VERDICT
	$(judge "$kind" 2>"$scratch/complaints")
	VERDICT
	head -n 5 "$scratch/complaints"
	figures "$kind: $EACH windows, $named named, $long long enough, $exact of them no longer; another function in $others"
	check "$kind: each window names the function" [ "$named" -eq $EACH ]
	check "$kind: the parts are as long as the function ran" [ "$long" -ge $((EACH * 9 / 10)) -a "$exact" -ge $((EACH * 8 / 10)) ]
	check "$kind: no other function is named for that time" [ "$others" -eq 0 ]
done
check_sender remoteirqwork
check_sender stop
# Threads that wake up all the time wait for the stop; most of it is with interrupts disabled.
control measures=$VECTORS,wakeup_latency,thread_latency
rules "add measure=thread_latency cpus=$TARGET threshold=300us capture=none rate=500"
rules "add measure=wakeup_latency comm=sleeper cpus=$TARGET threshold=100us capture=none rate=500"
background taskset -c $TARGET chrt -f 20 perl -e '$0 = "sleeper"; select undef, undef, undef, 0.0002 while 1'
sleep 0.5
run offline || bail "CPU 2 does not go offline"
named=$(awk '/^window=/ { w = $0 } /^part=/ && / callback=stop function=take_cpu_down/ { named[w] = 1 } END { n = 0; for (w in named) n++; print n }' "$scratch/offline.spikes")
figures "offline: $named of $EACH windows name take_cpu_down on CPU $TARGET; $(grep -c '^spike=' "$scratch/offline.spikes") spikes, $(grep -c ' callback=stop ' "$scratch/offline.spikes") parts of the stopper"
check "offline: a window names take_cpu_down" [ "$named" -ge 1 ]
read -r named_task placed wrong <<-VERDICT
$(judge_sender offline 2>"$scratch/complaints")
VERDICT
head -n 3 "$scratch/complaints"
figures "offline: $named_task windows name the task that asked, $placed its function, $wrong parts another task"
check "offline: all of these name the task and the function that asked" [ "$named_task" -eq "$named" -a "$placed" -eq "$named" -a "$wrong" -eq 0 ]
check "without the flight recorder nothing is named" off_without_recorder
check "the kernel log has no warnings" no_splat
finish
