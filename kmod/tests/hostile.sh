#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes that try to block the module: a command line on a page that never becomes present, a million descriptors, the
# end of a process whose memory is being read. A hook that is called in NMI.
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

# Opens as many descriptors of one file as the limit allows. Another process shares the
# descriptors. It opens and closes one every 0.5 ms; on USR1 it writes the longest time that this took, in us.
start_many() { # NUMBER
	many=$(named many-files perl)
	cat >"$scratch/many.pl" <<-'PERL'
		use strict;
		my ($n, $base) = @ARGV;
		my $longest = 0;
		sub now { my $time = pack 'x16'; syscall(228, 1, $time); my ($s, $ns) = unpack 'qq', $time; $s * 1e6 + $ns / 1e3 }
		sub put { open(my $file, $_[0], $_[1]) or die; print $file "$_[2]\n" }
		open(my $null, '<', '/dev/null') or die;
		syscall(33, fileno($null), $_) for 10 .. $n;
		if (!syscall(56, 0x400 | 17, 0, 0, 0, 0)) {	# clone, CLONE_FILES
			syscall(157, 1, 9, 0, 0, 0);	# killed with its parent
			$SIG{USR1} = sub { put('>>', "$base.longest", int $longest); $longest = 0 };
			put('>', "$base.pid", syscall(39));
			while (1) {
				my $begun = now();
				syscall(33, fileno($null), 9);
				syscall(3, 9);
				my $took = now() - $begun;
				$longest = $took if $took > $longest;
				select undef, undef, undef, 0.0005;
			}
		}
		put('>', $base, 'ready');
		my $count = 0;
		$count++ while 1;
	PERL
	sh -c "ulimit -n $(($1 + 20)); exec '$many' '$scratch/many.pl' $1 '$scratch/many'" &
	many_pid=$!
	children="$children $many_pid"
	taskset -pc 1 "$many_pid" >/dev/null
	for try in $(seq 300); do [ -s "$scratch/many" ] && [ -s "$scratch/many.pid" ] && return; sleep 0.1; done
	return 1
}

# Writes a line for each of TIMES captures: the longest time that a process waited for the descriptors that it shares, and
# the time that the module's thread ran, in us. The thread runs on CPU 1, the process with precedence on CPU 0.
waits_for_descriptors() { # TIMES
	control cpus=1
	sharer=$(cat "$scratch/many.pid")
	chrt -f -p 50 "$sharer" || return 1
	for i in $(seq "$1"); do
		kill -USR1 "$sharer"
		sleep 0.05
		: >"$scratch/many.longest"
		control clear=spikes
		before=$(worker_ns)
		disturb kind=hardirq us=3000 cpu=1
		for try in $(seq 50); do [ "$(of_task many-files comm)" = many-files ] && break; sleep 0.1; done
		kill -USR1 "$sharer"
		sleep 0.05
		echo "$(cat "$scratch/many.longest") $((($(worker_ns) - before) / 1000))"
	done >"$scratch/waits"
	control cpus=default
	figures "wait and work in us: $(tr '\n' ',' <"$scratch/waits")"
}
# A capture counts the descriptors twice, for files and for sockets. With the lock held all the time, another process would
# wait for half of the work. The median of the captures counts: the host can stop an emulated CPU at any time.
waits_are_short() {
	waits_for_descriptors 11 || return 1
	awk '$2 { print int(1000 * $1 / $2) }' "$scratch/waits" | sort -n >"$scratch/shares"
	share=$(sed -n 6p "$scratch/shares")
	figures "median of the longest wait, in thousandths of the work: $share"
	[ "${share:-1000}" -le 125 ]
}

# A process ends after the module's thread took a reference to its memory.
ends_while_read() {
	control cpus=0
	ending=$(named ending perl)
	"$ending" -e 'open(F, "+<", $ARGV[0]) or die; syscall(9, 0, 4096, 3, 1, fileno(F), 0) > 0 or die "mmap";
		syswrite(F, "kind=lastuser us=1\n") or die;
		while (1) { open(P, "<", $ARGV[1]) or die; exit if <P> =~ /Y/ }' $DISTURB $LAST/exit_now &
	children="$children $!"
	taskset -pc 1 $! >/dev/null
	sleep 0.5
	for try in $(seq 20); do
		[ "$(cat $LAST/exit_now)" = Y ] && break
		hold 1
	done
	wait $!
	sleep 1
	figures "exit_now $(cat $LAST/exit_now), was_last $(cat $LAST/was_last), unmapped_by $(cat $LAST/unmapped_by)"
	control cpus=default
	[ "$(cat $LAST/was_last)" = Y ]
}
unmapped_elsewhere() {
	unmapped_by=$(cat $LAST/unmapped_by)
	[ -n "$unmapped_by" ] && [ "$unmapped_by" != ending ] && [ "$unmapped_by" != rtprobe ]
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

# Parameters of the disturbing module.
LAST=/sys/module/rtprobe_disturb/parameters

plan 14
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
check "another process that uses them waits for a small part of the counting only" waits_are_short
stop "$many_pid"
check "a process ends while the module reads its memory" ends_while_read
check "not the module's thread removes the memory" unmapped_elsewhere
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
