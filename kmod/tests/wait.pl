#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A control loop that waits within known cycles. Times are ns of CLOCK_MONOTONIC.
#   wait.pl NAME PERIOD_US CYCLES EVERY KIND DISK   runs for 2.5 ms in each EVERYth cycle, and then
#     run    runs for 6 ms more
#     futex  waits in a futex that the process rtp-holder wakes after 6 ms of work on CPU 0
#     pi     locks a futex with inheritance that rtp-holder holds for 6 ms, asleep: where it runs, the kernel spins
#     invert as futex, and rtp-middle takes the CPU of rtp-holder for 8 ms meanwhile
#     fault  touches a page of DISK that is not in memory
#     disk   reads such a page
#     preempt   rtp-hog takes the CPU for 6 ms
#     late   sleeps for 6 ms longer than until it is due, and does not run before
#     hold   rtp-holder disables interrupts from 4 ms before it is due to 6 ms after; it does not run before
#     throttle  runs for 2.5 s more; from FROM to TO is as long as it did not run meanwhile. Needs a program that wants the CPU
# Prints "cycle DUE START END KIND FROM TO" for each; from FROM to TO it did what it does after the 2.5 ms. Prints
# "woke FROM TO" for each time that rtp-holder released the futex, which was in between, and "ran FROM TO" for each time that
# rtp-hog did. KIND none: runs for 20 us only.
# A host can stop the loop's CPU until rtp-holder has released, so that the loop does not wait. That cycle has no KIND, and
# the loop has EVERY cycles more for it; at most four times CYCLES.
use strict;
use warnings;

require(($0 =~ m{^/} ? '' : './') . ($0 =~ s{[^/]+$}{time.pl}r));

use constant { MMAP => 9, MADVISE => 28, FUTEX => 202, FADVISE => 221, RANDOM => 1, DONTNEED => 4 };
use constant { FUTEX_WAIT => 0, FUTEX_WAKE_OP => 5, FUTEX_LOCK_PI => 6, FUTEX_UNLOCK_PI => 7 };
use constant { EAGAIN => 11, PAGE => 4096, APART => 1 << 20, SCHED_SETSCHEDULER => 144, SCHED_FIFO => 1 };

sub priority { # PRIORITY
	my $param = pack 'i', $_[0];
	syscall(SCHED_SETSCHEDULER, 0, SCHED_FIFO, $param) == 0 or die "sched_setscheduler: $!";
}

# A process that does something each time that a number is sent to it, and once before, without one. Returns what sends.
my @children;
sub helper { # NAME PRIORITY WHAT [CPU]
	my ($name, $priority, $what, $cpu) = (@_, 0);
	pipe my $read, my $write or die "pipe: $!";
	pipe my $ready, my $told or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		close $write;
		$0 = $name;
		system "taskset -pc $cpu $$ >/dev/null" and die "taskset";
		priority($priority);
		$what->();
		syswrite $told, '.';
		my $word;
		$what->(unpack 'q', $word) while sysread $read, $word, 8;
		exit;
	}
	push @children, $pid;
	close $read;
	close $told;
	sysread $ready, my $byte, 1;
	return sub { syswrite $write, pack 'q', $_[0] // 0 };
}

my ($name, $period, $cycles, $every, $kind, $disk) = @ARGV;
# Two words that the processes share.
my $shared = syscall(MMAP, 0, PAGE, 3, 0x21, -1, 0);
$shared > 0 or die "mmap: $!";
my ($plain, $inheriting) = ($shared, $shared + 64);

# Sets the plain futex and wakes who waits for it. It is 1 once rtp-holder has released either of them.
sub set_released { syscall(FUTEX, $plain, FUTEX_WAKE_OP, 1, 0, $plain, $_[0] << 12) >= 0 or die "futex: $!" }
sub is_released { unpack 'l', unpack 'P4', pack 'Q', $plain }

my ($hold, $middle, $file, $mapped);
# How long the holder works, and when it releases.
sub work_and {
	my ($work, $release) = @_;
	$work->();
	my $from = now();
	$release->();
	my $to = now();
	syswrite STDOUT, "woke $from $to\n";
}
if ($kind eq 'futex' || $kind eq 'invert') {
	$hold = helper('rtp-holder', 10, sub {
		work_and(sub { run_for(6000) }, sub { set_released(1) }) if @_;
	});
}
if ($kind eq 'invert') {
	# It takes the CPU some time after the holder has begun.
	$middle = helper('rtp-middle', 20, sub {
		return if !@_;
		select undef, undef, undef, 0.002;
		run_for(8000);
	});
}
if ($kind eq 'pi') {
	my $lock = sub { syscall(FUTEX, $inheriting, FUTEX_LOCK_PI, 0, 0, 0, 0) == 0 or die "lock: $!" };
	$hold = helper('rtp-holder', 10, sub {
		if (@_) {
			my $unlock = sub {
				set_released(1);
				syscall(FUTEX, $inheriting, FUTEX_UNLOCK_PI, 0, 0, 0, 0);
			};
			work_and(sub { select undef, undef, undef, 0.006 }, $unlock);
			select undef, undef, undef, 0.005;
		}
		$lock->();
	});
}
my $hog;
if ($kind eq 'preempt') {
	$hog = helper('rtp-hog', 60, sub {
		return if !@_;
		my $from = now();
		run_for(6000);
		my $to = now();
		syswrite STDOUT, "ran $from $to\n";
	}, 1);
}
if ($kind eq 'hold') {
	$hold = helper('rtp-holder', 40, sub {
		return if !@_;
		sleep_until($_[0] - 4_000_000);
		open my $disturb, '>', '/proc/rtprobe_disturb' or die "rtprobe_disturb: $!";
		syswrite $disturb, "kind=irqsoff us=10000 cpu=1\n" or die "rtprobe_disturb: $!";
	}, 1);
}
if ($kind eq 'fault' || $kind eq 'disk') {
	open $file, '<', $disk or die "$disk: $!";
	syscall(FADVISE, fileno($file), 0, 0, RANDOM);
	syscall(FADVISE, fileno($file), 0, 0, DONTNEED);
	my $bytes = ($cycles / $every + 2) * APART;
	$mapped = syscall(MMAP, 0, $bytes, 1, 1, fileno($file), 0);
	$mapped > 0 or die "mmap of $disk: $!";
	syscall(MADVISE, $mapped, $bytes, RANDOM);
}
$0 = $name;

# What to do before and within the time that is printed.
my %tell = (
	futex => sub { $hold->() },
	invert => sub { $middle->(); $hold->() },
	pi => sub { $hold->() },
);
# Each returns whether it did so.
my %do = (
	run => sub { run_for(6000); 1 },
	futex => sub { waits() },
	invert => sub { waits() },
	pi => sub {
		my $waits = !is_released();
		syscall(FUTEX, $inheriting, FUTEX_LOCK_PI, 0, 0, 0, 0);
		syscall(FUTEX, $inheriting, FUTEX_UNLOCK_PI, 0, 0, 0, 0);
		return $waits;
	},
	fault => sub { defined unpack 'P1', pack 'Q', $mapped + $_[0] * APART },
	preempt => sub { $hog->(); 1 },
	disk => sub { sysseek $file, $_[0] * APART, 0; sysread $file, my $page, PAGE },
);

# At most 200 ms, so that a holder that died does not end the test.
sub waits {
	my $most = pack 'q2', 0, 200_000_000;
	return syscall(FUTEX, $plain, FUTEX_WAIT, 0, $most, 0, 0) == 0 || $! != EAGAIN;
}

# Runs for 2.5 s. Returns for how many ns it did not, as far as that was 5 ms or more at a time.
sub lost_while_running {
	my ($last, $lost) = (now(), 0);
	my $end = $last + 2_500_000_000;
	while ($last < $end) {
		my $now = now();
		$lost += $now - $last if $now - $last >= 5_000_000;
		$last = $now;
	}
	return $lost;
}

my %starts_late = map { $_ => 1 } 'late', 'hold';
my @cycles;
my $due = now() + 300_000_000;
sleep_until($due - 50_000_000);
my $end;
my $most = 4 * $cycles;
for (my $i = 1; $i <= $cycles; $i++) {
	$end = now();
	sleep_until($due + ($kind eq 'late' && $i % $every == 0 ? 6_000_000 : 0));
	my $start = now();
	push @{$cycles[-1]}, $end if @cycles;
	my ($what, $from, $to) = ('-', 0, 0);
	run_for(20);
	$hold->($due + $period * 1000) if $kind eq 'hold' && ($i + 1) % $every == 0;
	if ($i % $every == 0 && $starts_late{$kind}) {
		($what, $from, $to) = ($kind, $due, $start) if $start - $due >= 5_000_000;
		$cycles += $every if !$from && $cycles < $most;
	}
	if ($i % $every == 0 && $kind eq 'throttle') {
		$from = now();
		$to = $from + lost_while_running();
		$what = $kind if $to > $from;
		$cycles += $every if $to == $from && $cycles < $most;
	}
	if ($i % $every == 0 && $do{$kind}) {
		run_for(2500);
		set_released(0);
		$tell{$kind}->() if $tell{$kind};
		$from = now();
		my $did = $do{$kind}->($i / $every);
		$to = now();
		$what = $kind if $did;
		$cycles += $every if !$did && $cycles < $most;
	}
	push @cycles, [$due, $start, $what, $from, $to];
	$due += $period * 1000;
}
$end = now();
sleep_until($due);
push @{$cycles[-1]}, $end;
kill 'KILL', @children;
print "cycle $$_[0] $$_[1] $$_[5] $$_[2] $$_[3] $$_[4]\n" for @cycles;
