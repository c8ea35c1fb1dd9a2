#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# genl.pl do|dump|set COMMAND [TYPE VALUE [u64]]: sends one request to the family rtprobe, without attributes or with one,
# a u32 unless u64 is said. `set` is for operations without a reply. For each message of the answer prints its length, the
# types of its attributes and the texts of those with a type in $TEXT, several joined by commas; of the attributes within the
# first one of type $IN if that is set. At the end "interrupted" if the kernel says that a dump changed meanwhile, and the error, 0 if there was none.
# The shell runs $CHANGE after the kernel made the first part of a dump and before it makes the second, which at least ends
# the dump.
use strict;
use warnings;

my ($kind, $command, $type, $value, $width) = @ARGV;
my @texts = split ' ', $ENV{TEXT} // '';
my $interrupted = '';
socket(my $socket, 16, 3, 16) or die "socket: $!";
bind($socket, pack('S S L L', 16, 0, 0, 0)) or die "bind: $!";

sub request {
	my ($type, $flags, $genl) = @_;
	my $message = pack('L S S L L', 16 + length $genl, $type, 1 | $flags, 1, 0) . $genl;
	send($socket, $message, 0) or die "send: $!";
}

# Calls back with each message's type and payload until the error or the end. Returns the error number.
sub answers {
	my ($each) = @_;
	for (;;) {
		recv($socket, my $data, 1 << 20, 0) // die "recv: $!";
		while (length $data >= 16) {
			my ($length, $type, $flags) = unpack('L S S', $data);
			my $payload = substr $data, 16, $length - 16;
			$interrupted = "interrupted\n" if $flags & 0x10;
			return unpack('l', $payload) if $type == 2 || $type == 3;
			$each->($type, $payload);
			return 0 unless $flags & 2;
			$data = length $data > ($length + 3 & ~3) ? substr $data, $length + 3 & ~3 : '';
		}
	}
}

# Returns TYPE => VALUE for the attributes of a genetlink payload.
sub attributes {
	my ($payload) = @_;
	my @all;
	my $data = substr $payload, 4;
	while (length $data >= 4) {
		my ($length, $type) = unpack('S S', $data);
		push @all, $type & 0x3fff, substr $data, 4, $length - 4;
		$data = length $data > ($length + 3 & ~3) ? substr $data, $length + 3 & ~3 : '';
	}
	return @all;
}

my $family;
request(16, 0, pack('C C S S S a8', 3, 1, 0, 12, 2, "rtprobe\0"));
answers(sub { my %found = attributes($_[1]); $family = unpack 'S', $found{1} });
die "no family rtprobe\n" unless $family;
# No acknowledgement is requested after a reply.
my %flags = (do => 0, dump => 0x300, set => 4);
my $attribute = !defined $type ? '' : $width ? pack('S S Q', 12, $type, $value) : pack('S S L', 8, $type, $value);
# The kernel makes the first part of a dump in send(), the second in the first recv().
request($family, $flags{$kind}, pack('C C S', $command, 1, 0) . $attribute);
die "$ENV{CHANGE} failed\n" if $ENV{CHANGE} && system $ENV{CHANGE};
my $error = answers(sub {
	my @all = attributes($_[1]);
	if ($ENV{IN}) {
		my ($at) = grep { !($_ & 1) && $all[$_] == $ENV{IN} } 0 .. $#all;
		@all = defined $at ? attributes("\0" x 4 . $all[$at + 1]) : ();
	}
	my @types = grep { !($_ & 1) } 0 .. $#all;
	my %text;
	for (@types) {
		my $text = unpack 'Z*', $all[$_ + 1];
		$text{$all[$_]} = defined $text{$all[$_]} ? "$text{$all[$_]},$text" : $text;
	}
	print join(' ', 'message', length $_[1], join(',', map { $all[$_] } @types), map { $text{$_} // '-' } @texts), "\n";
});
print $interrupted, "error $error\n";
