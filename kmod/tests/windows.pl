#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# windows.pl KIND CPU [US]: disturbs a CPU once, for US microseconds (default 3000) if the kind has a length. Run it on
# another CPU. Prints "pid=P from=NS to=NS": the process that asked for it, and the times of CLOCK_MONOTONIC between which
# the CPU was disturbed. KIND is one of rtprobe_disturb, or membarrier, or text for a change of the kernel's text. The
# kind nothing only prints the time.
use strict;
use warnings;

require(($0 =~ m{^/} ? '' : './') . ($0 =~ s{[^/]+$}{time.pl}r));

# System calls of x86-64.
use constant { SCHED_SETAFFINITY => 203, MEMBARRIER => 324 };
use constant { GLOBAL_EXPEDITED => 2, REGISTER_GLOBAL_EXPEDITED => 4 };

my ($kind, $cpu, $us) = @ARGV;
$us ||= 3000;

sub put { # TEXT FILE
	my ($text, $path) = @_;
	open(my $file, '>', $path) or die "$path: $!";
	return defined syswrite $file, $text;
}

# Calls back while a process runs on the CPU in user mode. It has registered for membarriers: their IPIs go only to CPUs with
# such a process.
sub beside_process {
	my ($disturb) = @_;
	my $parent = $$;
	my $child = fork // die "fork: $!";
	if ($child == 0) {
		syscall(SCHED_SETAFFINITY, 0, 8, pack 'Q', 1 << $cpu);
		syscall(MEMBARRIER, REGISTER_GLOBAL_EXPEDITED, 0) == 0 or die "membarrier: $!";
		1 while getppid() == $parent;
		exit;
	}
	select undef, undef, undef, 0.1;
	my $from = now();
	$disturb->($from);
	my $to = now();
	kill 'KILL', $child;
	waitpid $child, 0;
	return ($from, $to);
}

sub membarriers {
	my ($from) = @_;
	do {
		syscall(MEMBARRIER, GLOBAL_EXPEDITED, 0) == 0 or die "membarrier: $!";
		# A CPU has few captures at a time.
		select undef, undef, undef, 0.002;
	} until now() - $from >= $us * 1000;
}

# This setting is a static key.
sub text {
	my $setting = '/proc/sys/kernel/sched_schedstats';
	put($_, $setting) or die "$setting: $!" for 1, 0;
}

sub module {
	my ($name) = @_;
	for (1 .. 20) {
		# Another worker has taken an item to another CPU.
		put("kind=$name us=$us cpu=$cpu", '/proc/rtprobe_disturb') or $!{EAGAIN} ? next : die "$name: $!";
		open my $list, '<', '/proc/rtprobe_disturb' or die "rtprobe_disturb: $!";
		my @lines = <$list>;
		my ($from, $to, undef, $waited) = (split ' ', $lines[-1])[4 .. 7];
		# Newer PREEMPT_RT kernels can run a softirq in another task, although this one has disabled softirqs.
		return ($from, $to) unless $name eq 'softirqsoff' && $waited < $to - $from;
	}
	die "$name: 20 tries failed\n";
}

my %asks = (
	membarrier => sub { beside_process(\&membarriers) },
	text => sub { beside_process(\&text) },
	nothing => sub { (now()) x 2 },
);
my ($from, $to) = $asks{$kind} ? $asks{$kind}->() : module($kind);
print "pid=$$ from=$from to=$to\n";
