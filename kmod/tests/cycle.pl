#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A control loop whose cycles are known. Times are ns of CLOCK_MONOTONIC.
#   cycle.pl NAME PERIOD_US CYCLES WORK_US [EVERY US HOW]   runs for WORK_US in each cycle; in every EVERYth one also
#     for US (HOW run), sleeps for US (HOW wait), or does either by the cycle (HOW both). HOW mark: as run, and marks the
#     begin and end of each cycle's work
# Prints "cycle DUE START END" for each, and an R or W for what was longer.
use strict;
use warnings;

use constant { CLOCK_GETTIME => 228, CLOCK_NANOSLEEP => 230, CLOCK_MONOTONIC => 1, TIMER_ABSTIME => 1 };

sub now {
	my $time = pack 'q2', 0, 0;
	syscall(CLOCK_GETTIME, CLOCK_MONOTONIC, $time) == 0 or die "clock: $!";
	my ($seconds, $ns) = unpack 'q2', $time;
	return $seconds * 1_000_000_000 + $ns;
}

sub run_for { # US
	my $end = now() + $_[0] * 1000;
	1 while now() < $end;
}

# Sleeps until a time. The first sleep gives the task's name to the module, the last one ends the last cycle.
sub sleep_until {
	my $until = pack 'q2', int($_[0] / 1_000_000_000), $_[0] % 1_000_000_000;
	syscall(CLOCK_NANOSLEEP, CLOCK_MONOTONIC, TIMER_ABSTIME, $until, 0) == 0 or die "sleep: $!";
}

my ($name, $period, $cycles, $work, $every, $us, $how) = @ARGV;
$0 = $name;
my $marker;
!defined $how || $how ne 'mark' || open $marker, '>', '/dev/rtprobe_marker' or die "rtprobe_marker: $!";
my @cycles;
my $due = now() + 100_000_000;
sleep_until($due - 50_000_000);
my $end;
for my $i (1 .. $cycles) {
	$end = now();
	sleep_until($due);
	my $start = now();
	push @{$cycles[-1]}, $end if @cycles;
	my $what = '';
	syswrite $marker, 'cycle begin' if $marker;
	run_for($work);
	if ($every && $i % $every == 0) {
		$what = $how eq 'both' ? ($i / $every % 2 ? 'R' : 'W') : $how eq 'wait' ? 'W' : 'R';
		$what eq 'R' ? run_for($us) : select undef, undef, undef, $us / 1_000_000;
	}
	syswrite $marker, 'cycle end' if $marker;
	push @cycles, [$what, $due, $start];
	$due += $period * 1000;
}
$end = now();
sleep_until($due);
push @{$cycles[-1]}, $end;
print "cycle $$_[1] $$_[2] $$_[3] $$_[0]\n" for @cycles;
