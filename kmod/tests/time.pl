# SPDX-License-Identifier: GPL-2.0-or-later
# The clock of the programs beside it, in ns of CLOCK_MONOTONIC. System calls of x86-64.
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

sub sleep_until {
	my $until = pack 'q2', int($_[0] / 1_000_000_000), $_[0] % 1_000_000_000;
	syscall(CLOCK_NANOSLEEP, CLOCK_MONOTONIC, TIMER_ABSTIME, $until, 0) == 0 or die "sleep: $!";
}

1;
