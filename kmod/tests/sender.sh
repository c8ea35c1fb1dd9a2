#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=3
# Tasks on CPU 0 ask for functions on CPU 1, ten times each: a function call, TLB flushes by unmapping memory, membarrier,
# a change of the kernel's text, a work item, a delayed one and a timer. A task on CPU 1 arms an hrtimer, and a timer that
# another task has armed before. The spikes of that time name the task, its CPU, and the function that asked, which is not
# recorded of other timers. No spike names another task, even if two ask at the same time or an interrupt asks. Interrupts
# of the CPU that asks hide no function.
# Where the kernel has no tracepoint, nothing is named, and the status says so.
. "$(dirname "$0")/lib.sh"

EACH=10
ASKER=0
TARGET=1
CALLS='call unmap membarrier text'
ITEMS='work delayed timer rearmed hrtimer'
EVENTS=/sys/kernel/tracing/events
# Arguments: how many, and seconds between two. A CPU has few captures at a time.
MEMBARRIERS='for (1 .. $ARGV[0]) { syscall('$MEMBARRIER', 2, 0) == 0 or die "membarrier: $!"; select(undef, undef, undef, $ARGV[1] || 0) }'

has_calls() { [ -e $EVENTS/csd/csd_queue_cpu ] && [ -e $EVENTS/ipi/ipi_send_cpu ]; }

reported() {
	wanted=hrtimer,timer,work
	has_calls && wanted=$wanted,call
	# Those of kprobes: see probed.sh.
	[ "$(status_of senders_available | tr , '\n' | grep -vx -e irq_work -e stop | paste -sd, -)" = "$wanted" ]
}

# The function that runs on the other CPU, and those that may have asked for it.
function_of() {
	case $1 in
	call) echo inside_call ;;
	work | delayed) echo inside_work ;;
	timer | rearmed) echo inside_timer ;;
	hrtimer) echo inside_hrtimer ;;
	unmap) echo flush_tlb_func ;;
	membarrier) echo ipi_mb ;;
	text) echo do_sync_core ;;
	esac
}

askers_of() {
	case $1 in
	call) echo '(start_call|hold_inside)' ;; # The first one may jump to the kernel's function.
	unmap) echo '(tlb_finish_mmu|tlb_flush_mmu[a-z_]*|unmap_region|vms_[a-z_]+)' ;;
	membarrier) echo '(__do_sys_|__x64_sys_)?membarrier[a-z_]*' ;;
	text) echo '(arch_jump_label_transform_apply|__?jump_label_update|[a-z_]*static_key[a-z_]*)' ;;
	work) echo '(start_work|hold_inside)' ;;
	delayed) echo '(start_delayed|hold_inside)' ;;
	*) echo '-' ;;
	esac
}

# The CPU of the task that asks.
from_of() {
	case $1 in
	hrtimer | rearmed) echo $TARGET ;;
	*) echo $ASKER ;;
	esac
}

is_timer() { [ "$1" != work ] && echo "$ITEMS" | grep -qw "$1"; }

# Each sets $asker to the task that asks.
ask_call() { asker=$$ && disturb "kind=insidecall us=3000 cpu=$TARGET"; }
ask_work() { asker=$$ && disturb "kind=insidework us=3000 cpu=$TARGET"; }
ask_delayed() { asker=$$ && disturb "kind=insidedelayed us=3000 cpu=$TARGET"; }
ask_timer() { asker=$$ && disturb "kind=insidetimer us=3000 cpu=$TARGET"; }
ask_rearmed() { asker=$$ && disturb "kind=insiderearmed us=3000 cpu=$TARGET"; }
ask_hrtimer() { asker=$$ && disturb "kind=insidehrtimer us=3000 cpu=$TARGET"; }
ask_unmap() { asker=$$ && disturb "kind=unmap us=5000 cpu=$TARGET"; }
ask_text() {
	asker=$$
	echo 1 >/proc/sys/kernel/sched_schedstats && echo 0 >/proc/sys/kernel/sched_schedstats
}
# The process on CPU 1 has registered: it gets the IPIs.
ask_membarrier() {
	perl -e "$MEMBARRIERS" 50 &
	asker=$!
	wait $asker
}

# Stores the spikes of ten windows, each after a line with the task that asked. The list is cleared for each, so that it
# does not fill up.
run() { # KIND
	: >"$scratch/$1"
	for i in $(seq $EACH); do
		control clear=spikes
		"ask_$1" || return 1
		sleep 0.5
		echo "asker=$asker" >>"$scratch/$1"
		cat $PROBE/spikes >>"$scratch/$1"
	done
}

# windows ran named placed unknown others: windows with a part of the function; with one that names the task and its CPU;
# with one that names the function that asked, too; parts without a sender; parts that name another task or CPU.
judge() { # KIND
	awk -v function_="$(function_of "$1")" -v asked="$(askers_of "$1")" -v cpu="$(from_of "$1")" \
		-v kind="$1" -v armed="$(is_timer "$1" && echo 1 || echo 0)" '
	/^asker=/ { n++; split($0, a, "="); asker = a[2]; next }
	/^part=/ && $0 " " ~ " function=" function_ "[^a-z0-9_]" {
		ran[n] = 1
		if (!/ sender_/) { unknown++; next }
		if (index($0 " ", " sender_cpu=" cpu " ") && index($0, " sender_pid=" asker " ") && (/ sender_armed=1/) == armed)
			named[n] = 1
		else if (/ sender_pid=/) { others++; print "# " kind ", not " asker ": " $0 >"/dev/stderr" }
		if ($0 " " ~ " sender_function=" asked "[^a-z0-9_]") placed[n] = 1
		else if (/ sender_function=/) print "# " kind ": " $0 >"/dev/stderr"
	}
	function count(set, k, m) { m = 0; for (k in set) m++; return m }
	END { print count(ran), count(named), count(placed), unknown + 0, others + 0 }' "$scratch/$1"
}

# Two tasks on different CPUs ask for the same function at the same time. Each part that has a CPU has its task.
two_at_once() {
	has_calls || return 0
	control clear=spikes
	taskset -c 0 perl -e "$MEMBARRIERS" 100 0.01 &
	asker_0=$!
	taskset -c 2 perl -e "$MEMBARRIERS" 100 0.01 &
	asker_2=$!
	wait $asker_0 $asker_2
	sleep 1
	grep ' function=ipi_mb ' $PROBE/spikes >"$scratch/two"
	from_0=$(grep -c " sender_cpu=0 sender_pid=$asker_0 " "$scratch/two")
	from_2=$(grep -c " sender_cpu=2 sender_pid=$asker_2 " "$scratch/two")
	wrong=$(grep -E ' sender_(cpu|pid)=' "$scratch/two" | grep -v -e " sender_cpu=0 sender_pid=$asker_0 " \
		-e " sender_cpu=2 sender_pid=$asker_2 " -c)
	figures "two at once: $from_0 parts from CPU 0, $from_2 from CPU 2, $wrong from neither, $(grep -vc ' sender_' "$scratch/two") unknown"
	[ "$from_0" -gt 0 ] && [ "$from_2" -gt 0 ] && [ "$wrong" -eq 0 ]
}

# The function of an hrtimer queues the item in an interrupt, on top of any task.
no_task_of_an_interrupt() {
	: >"$scratch/queued"
	for i in $(seq $EACH); do
		control clear=spikes
		disturb "kind=insidequeued us=3000 cpu=$TARGET" || return 1
		sleep 0.5
		grep ' callback=work function=inside_work' $PROBE/spikes >>"$scratch/queued"
	done
	named=$(grep -c " sender_cpu=$TARGET sender_in_interrupt=1" "$scratch/queued")
	figures "queued: $named of $(wc -l <"$scratch/queued") parts name an interrupt, $(grep -c ' sender_pid=' "$scratch/queued") a task"
	[ "$named" -ge $EACH ] && ! grep -q ' sender_pid=' "$scratch/queued"
}

# Interrupts come between the request and the stack that is read after it.
beside_interrupts() {
	has_calls || return 0
	control clear=spikes
	background taskset -c $ASKER chrt -f 20 perl -e 'select undef, undef, undef, 0.00005 while 1'
	interrupted=$last
	taskset -c $ASKER perl -e "$MEMBARRIERS" 400 0.005 &
	asker=$!
	wait $asker
	stop "$interrupted"
	sleep 1
	grep ' function=ipi_mb ' $PROBE/spikes | grep " sender_cpu=$ASKER sender_pid=$asker " >"$scratch/interrupted"
	all=$(wc -l <"$scratch/interrupted")
	placed=$(grep -c ' sender_function=' "$scratch/interrupted")
	figures "beside interrupts: $placed of $all parts name what asked"
	[ "$all" -ge 200 ] && [ $((placed * 100)) -ge $((all * 99)) ]
}

# A change of the text calls a function on CPUs 1 and 2. Nothing else spins on CPU 2.
further_cpus() {
	has_calls || return 0
	background taskset -c 2 perl -e '1 while 1'
	rules "add measure=$VECTORS cpus=2 name=$CALL_IPIS threshold=500ns capture=none rate=500" || return 1
	control clear=spikes
	for i in $(seq 40); do ask_text; done
	sleep 1
	awk '/^cpu=/ { cpu = $0 } cpu == "cpu=2" && / function=do_sync_core / { all++; placed += / sender_function=/ }
		END { print all + 0, placed + 0 }' $PROBE/spikes >"$scratch/further"
	read -r all placed <"$scratch/further"
	figures "further CPUs: $placed of $all parts name what asked"
	[ "$all" -ge 20 ] && [ "$placed" -eq "$all" ]
}

off_without_recorder() {
	control recorder=off
	control clear=spikes
	ask_call
	sleep 1
	[ "$(grep -c '^spike=' $PROBE/spikes)" -gt 0 ] && ! grep -q ' sender_' $PROBE/spikes
	ended=$?
	control recorder=on
	return $ended
}

plan $((1 + 4 * 3 + 5 * 3 + 6))
load rtprobe measures=$VECTORS,wakeup_latency max_spikes=1024 || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu$TARGET ] || bail "two CPUs are needed"
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
taskset -pc $ASKER $$ >/dev/null
# A function call takes a microsecond or two.
rules "add measure=$VECTORS cpus=$TARGET name=$CALL_IPIS threshold=500ns capture=none rate=500" &&
	rules "add measure=wakeup_latency comm=rtprobe-victim threshold=2ms capture=none" || bail "a rule is refused: $(status_of last_error)"
background taskset -c $TARGET perl -e 'syscall('$MEMBARRIER', 4, 0) == 0 or die "membarrier: $!"; 1 while 1'
sleep 1
figures "senders of this kernel: $(status_of senders_available)"
check "the status lists the callbacks whose senders the kernel reports" reported
for kind in $CALLS $ITEMS; do
	run "$kind" || bail "$kind: the disturbance failed"
	read -r ran named placed unknown others <<-VERDICT
	$(judge "$kind" 2>"$scratch/complaints")
	VERDICT
	sort "$scratch/complaints" | uniq -c | sort -rn | head -n 5 | sed 's/^ *[0-9]* # /# /'
	wanted=$EACH
	case " $CALLS " in *" $kind "*) has_calls || wanted=0 ;; esac
	figures "$kind: $EACH windows, $ran with the function, $named name the task and its CPU, $placed what asked; parts: $unknown unknown, $others with another task"
	check "$kind: $wanted windows have the function and name the task that asked" [ "$ran" -ge $wanted -a "$named" -eq $wanted ]
	[ "$(askers_of "$kind")" = - ] || check "$kind: $wanted windows name the function that asked" [ "$placed" -eq $wanted ]
	check "$kind: no part names another task" [ "$others" -eq 0 ]
	[ "$(askers_of "$kind")" != - ] || check "$kind: no function is named, because it is not recorded" [ "$(grep " function=$(function_of "$kind")" "$scratch/$kind" | grep -c ' sender_function=')" -eq 0 ]
done
check "a work item that an interrupt queued names no task" no_task_of_an_interrupt
check "of two tasks on different CPUs each function has the one that asked" two_at_once
check "the function that asked is named if interrupts came in between" beside_interrupts
check "of a function for several CPUs the one that asked is named on each" further_cpus
check "without the flight recorder no sender is named" off_without_recorder
check "the kernel log has no warnings" no_splat
finish
