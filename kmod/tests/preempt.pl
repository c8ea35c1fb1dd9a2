#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that a preemption is made of. Times are ns of CLOCK_MONOTONIC.
#   preempt.pl spin NAME MS          runs for MS ms or until SIGTERM; prints "gap FROM TO" for each 5 ms without running
#   preempt.pl take NAME TIMES US    sleeps and then runs for US us, TIMES times; prints "took FROM TO" for each
#   preempt.pl mark NAME TIMES US    as take, and writes three markers in turn meanwhile
#   preempt.pl move PID CPU          moves a task to a CPU; prints "moved FROM TO"
use strict;
use warnings;

use constant { CLOCK_GETTIME => 228, CLOCK_MONOTONIC => 1, SCHED_SETAFFINITY => 203 };
use constant GAP => 5_000_000;

sub now {
	my $time = pack 'q2', 0, 0;
	syscall(CLOCK_GETTIME, CLOCK_MONOTONIC, $time) == 0 or die "clock: $!";
	my ($seconds, $ns) = unpack 'q2', $time;
	return $seconds * 1_000_000_000 + $ns;
}

sub spin { # MS
	my ($ms) = @_;
	my ($last, @gaps) = now();
	my $end = $last + $ms * 1_000_000;
	local $SIG{TERM} = sub { $end = 0 };
	while ($last < $end) {
		my $now = now();
		push @gaps, "gap $last $now\n" if $now - $last > GAP;
		$last = $now;
	}
	print @gaps;
}

sub take { # TIMES US
	my ($times, $us) = @_;
	my @took;
	for (1 .. $times) {
		select undef, undef, undef, 0.02;
		my $from = now();
		my $to = $from;
		$to = now() while $to - $from < $us * 1000;
		push @took, "took $from $to\n";
	}
	print @took;
}

sub mark { # TIMES US
	my ($times, $us) = @_;
	my @texts = ('cycle 7', 'x' x 30, "last one\n");
	open my $file, '>', '/dev/rtprobe_marker' or die "rtprobe_marker: $!";
	for (1 .. $times) {
		select undef, undef, undef, 0.02;
		my $from = now();
		for (my $n = 0; now() - $from < $us * 1000; $n++) { syswrite $file, $texts[$n % 3] }
	}
}

sub move { # PID CPU
	my ($pid, $cpu) = @_;
	my $from = now();
	syscall(SCHED_SETAFFINITY, $pid + 0, 8, pack 'Q', 1 << $cpu) >= 0 or die "affinity: $!";
	print "moved $from ", now(), "\n";
}

my ($what, @rest) = @ARGV;
$0 = shift @rest unless $what eq 'move';
{ spin => \&spin, take => \&take, mark => \&mark, move => \&move }->{$what}->(@rest);
