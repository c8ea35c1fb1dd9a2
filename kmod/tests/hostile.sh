#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes that try to block the module: a command line on a page that never becomes present, a million descriptors.
# A hook that is called in NMI.
. "$(dirname "$0")/lib.sh"

# Prints the value of a key in the newest spike of the edu device that interrupted task COMM.
of_task() { # COMM KEY
	awk -F= -v task="$1" -v key="$2" '$1 == "spike" { name = comm = value = "" }
		$1 == "name" { name = $2 } $1 == "comm" { comm = $2 } $1 == key { sub(/^[^=]*=/, ""); value = $0 }
		$0 == "" && name == "rtprobe-edu" && comm == task { found = value } END { print found }' $PROBE/spikes
}

hold() { # TIMES
	for i in $(seq "$1"); do disturb kind=hardirq us=3000 cpu=1 || return 1; done
	sleep 0.3
}

# Succeeds if a spike of the task appears within some seconds.
captured() { # COMM
	for try in $(seq 20); do
		[ "$(of_task "$1" comm)" = "$1" ] && return
		hold 2
	done
	return 1
}

is() { # COMM KEY VALUE
	got=$(of_task "$1" "$2")
	[ "$got" = "$3" ] || { figures "$2 of $1: $got"; return 1; }
}

at_least() { # COMM KEY VALUE
	got=$(of_task "$1" "$2")
	[ "${got:-0}" -ge "$3" ] || { figures "$2 of $1: $got"; return 1; }
}

# Starts a process whose arguments are on the page of the disturbing module.
start_silent() {
	silent=$(named silent-page perl)
	"$silent" -e 'open(F, "+<", "/proc/rtprobe_disturb") or die;
		my $at = syscall(9, 0, 4096, 3, 1, fileno(F), 0); $at > 0 or die "mmap";
		syscall(157, 35, 8, $at, 0, 0) == 0 or die "arg_start"; syscall(157, 35, 9, $at + 100, 0, 0) == 0 or die "arg_end";
		open(D, ">", $ARGV[0]); close(D); while (1) { $n++ }' "$scratch/silent" &
	silent_pid=$!
	children="$children $silent_pid"
	taskset -pc 1 "$silent_pid" >/dev/null
	for try in $(seq 100); do [ -e "$scratch/silent" ] && return; sleep 0.1; done
	return 1
}

# Opens as many descriptors of one file as the limit allows, and one more file at the end.
start_many() { # NUMBER
	many=$(named many-files perl)
	sh -c "ulimit -n $(($1 + 20)); exec '$many' -e '"'open(F, "<", "/dev/null"); my $n = $ARGV[0]; my $i = 3;
		syscall(33, fileno(F), $_) for 10 .. $n; open(D, ">", $ARGV[1]); close(D); while (1) { $n++ }'"' $1 '$scratch/many'" &
	many_pid=$!
	children="$children $many_pid"
	taskset -pc 1 "$many_pid" >/dev/null
	for try in $(seq 300); do [ -e "$scratch/many" ] && return; sleep 0.1; done
	return 1
}

unloads() { # SECONDS
	started=$(date +%s)
	timeout "$1" rmmod rtprobe
	took=$(($(date +%s) - started))
	figures "rmmod took $took s"
	! loaded rtprobe && [ "$took" -lt "$1" ]
}

nmi_refused() {
	control capture=locks
	[ "$(status_of contention_hooked)" = 1 ] || { figures "this kernel has no contention events"; return 0; }
	before=$(status_of lost_in_nmi)
	disturb kind=nmi us=1 || return 1
	[ "$(status_of lost_in_nmi)" -ge $((${before:-0} + 2)) ]
}

plan 11
load rtprobe measures=hardirq_duration threshold=1ms capture=process,files,sockets || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
taskset -pc 0 $$ >/dev/null
disturb kind=hardirq us=20 cpu=1
check "a process has its command line on a page that never becomes present" start_silent
check "its spike is complete nevertheless" captured silent-page
check "its command line is not read; the spike says why" is silent-page cmdline_unread page_not_present
check "its executable is read" is silent-page exe "$silent"
stop "$silent_pid"
check "a process has a million descriptors" start_many 1000000
check "its spike is complete nevertheless" captured many-files
check "its descriptors are counted" at_least many-files files 999000
stop "$many_pid"
check "a hook in NMI records nothing and counts the loss" nmi_refused
control capture=process
start_silent
hold 5
check "the module unloads while a fault on the page waits" unloads 30
kill -9 "$silent_pid"
load rtprobe
check "it loads again" loaded rtprobe
check "the kernel log has no warnings" no_splat
finish
