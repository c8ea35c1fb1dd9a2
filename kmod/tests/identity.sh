#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Spikes describe tasks correctly: a name alone does not make a task an irq thread, a lock wait whose end was missed ends in
# user mode, whether or not the task is found there, and a task has the newest of its names.
. "$(dirname "$0")/lib.sh"

TARGET=1

# A real-time user task with the name of an irq thread delays another task on CPU 1.
parts() { awk '/^measure=/ { measure = $0 } /^part=/ && measure == "measure=wakeup_latency" { split(substr($0, 6), p, " "); if ($0 ~ /irq\/24-x/) n[p[1]]++ }
	END { print n["task"] + 0, n["irq_thread"] + 0 }' $PROBE/spikes; }

# Starts a program that begins to wait for a lock, the end of which is not reported, and then runs $CODE for ever.
start_lost() { # NAME CODE
	background taskset -c $TARGET "$(named "$1" perl)" -e '
		my ($disturb, $code) = @ARGV;
		open(D, ">", $disturb) or die; syswrite(D, "kind=lostend us=1\n"); close(D);
		while (1) { eval $code }' $DISTURB "$2"
	sleep 1
}

# Prints how often the spikes name each evidence for the locks of a task: as the interrupted task in the kernel, or with a
# prefix as the victim.
evidence_of() { # NAME [victim_]
	awk -v task="$1" -v role="${2:-}" '
		/^spike=/ { comm = mode = 0 } $0 == "mode=kernel" || role != "" { mode = 1 } $0 == role "comm=" task { comm = 1 }
		index($0, role "lock_evidence=") == 1 && comm && mode' $PROBE/spikes | sort | uniq -c | tr '\n' ' '
}
is_free() { # EVIDENCE
	figures "evidence: $1"
	case $1 in *contention*) false ;; '') false ;; esac
}

# A user task waits for the lock of the disturbing module, while its holder sleeps.
waits_for_lock() {
	[ "$(status_of contention_hooked)" = 1 ] || { figures "this kernel has no contention events"; return 0; }
	control clear=spikes
	waiter=$(named lock-waiter sh)
	background chrt -f 10 taskset -c $TARGET "$waiter" -c "while :; do echo kind=irqsoff us=1 >$DISTURB; sleep 0.01; done"
	for i in 1 2 3 4 5; do
		disturb kind=line us=50000
		sleep 0.1
	done
	stop "$last"
	evidence=$(evidence_of lock-waiter victim_)
	figures "evidence: $evidence"
	case $evidence in *contention*) ;; *) false ;; esac
}

# A task changes its name, as by executing a program, and disables interrupts before another task runs. Prints how many parts
# of late timers have the new name, and how many the old one.
renamed() {
	for i in $(seq 10); do
		control clear=spikes
		taskset -c $TARGET sh -c "echo old-name >/proc/\$\$/comm; sleep 0.01; echo new-name >/proc/\$\$/comm; echo kind=irqsoff us=20000 >$DISTURB" || return 1
		sleep 0.1
		grep '^part=irqs_off' $PROBE/spikes
	done >"$scratch/renamed"
	echo $(grep -c ' new-name' "$scratch/renamed") $(grep -c ' old-name' "$scratch/renamed")
}

plan 10
load rtprobe measures=wakeup_latency,hardirq_duration threshold=1ms capture=locks,stack || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
taskset -pc 0 $$ >/dev/null
background taskset -c $TARGET chrt -f 50 sh -c 'echo irq/24-x >/proc/$$/comm; while :; do i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); done; sleep 0.02; done'
called=$last
background taskset -c $TARGET chrt -f 10 sh -c 'while :; do sleep 0.003; done'
waiting=$last
sleep 4
read -r task irq_thread <<VERDICT
$(parts)
VERDICT
stop "$called"
stop "$waiting"
figures "parts of irq/24-x: $task as a task, $irq_thread as an irq thread"
check "a user task with the name of an irq thread appears in the parts" [ "$((task + irq_thread))" -gt 0 ]
check "its parts are those of a task" [ "$irq_thread" -eq 0 ]

user=$(named lostend sh)
control clear=spikes
background taskset -c $TARGET "$user" -c "echo kind=lostend us=1 >$DISTURB; while :; do :; done"
sleep 1
for i in 1 2 3; do
	disturb kind=hardirq us=3000 cpu=$TARGET
	sleep 0.3
done
# In the kernel, on its way out of the write, it may still wait.
awk '/^spike=/ { comm = user = 0 } /^mode=user$/ { user = 1 } /^comm=lostend$/ { comm = 1 } /^lock_evidence=/ && comm && user' $PROBE/spikes >"$scratch/evidence"
figures "contention_hooked $(status_of contention_hooked); evidence $(sort "$scratch/evidence" | uniq -c | tr '\n' ' ')"
check "the task whose end of waiting was missed is in a spike in user mode" [ -s "$scratch/evidence" ]
check "it does not wait for a lock in user mode" [ "$(grep -c contention "$scratch/evidence")" -eq 0 ]
stop "$last"

control clear=spikes
start_lost lost-in-kernel 'open(Z, "<", "/dev/zero"); sysread(Z, $b, 1 << 20) while 1'
for i in $(seq 10); do
	disturb kind=hardirq us=3000 cpu=$TARGET
	sleep 0.1
done
check "it does not wait for a lock in a later system call" is_free "$(evidence_of lost-in-kernel)"
stop "$last"

# Rules first: the contention events stay hooked. Other tasks would fill the list of spikes.
rules 'add comm=lost-asleep threshold=1ms capture=locks; add comm=lock-waiter threshold=1us capture=locks'
control threshold=off clear=spikes
start_lost lost-asleep 'select(undef, undef, undef, 0.003)'
asleep=$last
chrt -f -p 10 "$asleep"
background taskset -c $TARGET chrt -f 50 sh -c 'while :; do i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); done; sleep 0.02; done'
delays=$last
sleep 4
check "it does not wait for a lock when it wakes from a sleep" is_free "$(evidence_of lost-asleep victim_)"
stop "$delays"
stop "$asleep"
check "a user task that waits for a lock is found so" waits_for_lock
rules clear
load rtprobe measures=timer_latency threshold=10ms capture=none || bail "rtprobe.ko does not load"
read -r new old <<NAMES
$(renamed)
NAMES
figures "late timers of a task that changed its name: $new with the new one, $old with the old one"
check "a task that changed its name is in the parts" [ "$new" -ge 5 ]
check "it never has its old name there" [ "$old" -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
