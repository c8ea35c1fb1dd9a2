#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A control loop whose cycles are known. Times are ns of CLOCK_MONOTONIC.
#   cycle.pl NAME PERIOD_US CYCLES WORK_US [EVERY US HOW]   runs for WORK_US in each cycle; in every EVERYth one also
#     for US (HOW run), sleeps for US (HOW wait), or does either by the cycle (HOW both). HOW mark: as run, and marks the
#     begin and end of each cycle's work. HOW late: sleeps for US longer before the cycle than until it is due
#     HOW timerfd (EVERY 0): reads a timerfd in place of sleeping
# Prints "cycle DUE START END" for each, and an R, W or L for what was longer.
use strict;
use warnings;

require(($0 =~ m{^/} ? '' : './') . ($0 =~ s{[^/]+$}{time.pl}r));

use constant { READ => 0, TIMERFD_CREATE => 283, TIMERFD_SETTIME => 286 };

my ($name, $period, $cycles, $work, $every, $us, $how) = @ARGV;
$0 = $name;
my $marker;
!defined $how || $how ne 'mark' || open $marker, '>', '/dev/rtprobe_marker' or die "rtprobe_marker: $!";
my @cycles;
my $due = now() + 100_000_000;
my $timer;
if (defined $how && $how eq 'timerfd') {
	$timer = syscall(TIMERFD_CREATE, CLOCK_MONOTONIC(), 0);
	my $spec = pack 'q4', 0, $period * 1000, int($due / 1_000_000_000), $due % 1_000_000_000;
	syscall(TIMERFD_SETTIME, $timer, TIMER_ABSTIME(), $spec, 0) == 0 or die "timerfd: $!";
}
sub wait_until { # TIME
	return sleep_until($_[0]) if !$timer;
	my $expirations = pack 'q', 0;
	syscall(READ, $timer, $expirations, 8) == 8 or die "read: $!";
}
# The first sleep gives the task's name to the module, the last one ends the last cycle.
sleep_until($due - 50_000_000) if !$timer;
my $end;
for my $i (1 .. $cycles) {
	my $long = $every && $i % $every == 0;
	my $late = $long && $how eq 'late';
	$end = now();
	wait_until($due + ($late ? $us * 1000 : 0));
	my $start = now();
	push @{$cycles[-1]}, $end if @cycles;
	my $what = $late ? 'L' : '';
	syswrite $marker, 'cycle begin' if $marker;
	run_for($work);
	if ($long && !$late) {
		$what = $how eq 'both' ? ($i / $every % 2 ? 'R' : 'W') : $how eq 'wait' ? 'W' : 'R';
		$what eq 'R' ? run_for($us) : select undef, undef, undef, $us / 1_000_000;
	}
	syswrite $marker, 'cycle end' if $marker;
	push @cycles, [$what, $due, $start];
	$due += $period * 1000;
}
$end = now();
wait_until($due);
push @{$cycles[-1]}, $end;
print "cycle $$_[1] $$_[2] $$_[3] $$_[0]\n" for @cycles;
