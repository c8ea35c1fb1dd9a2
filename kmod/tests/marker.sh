#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Markers: a program writes them to /dev/rtprobe_marker, and the trace of a spike has them with their texts. Whatever else is
# written is refused, changes nothing, and is counted where it was too much.
. "$(dirname "$0")/lib.sh"

MARKER=/dev/rtprobe_marker
# From kmod/uapi/rtprobe.h: the command get-trace and its attributes id and marker.
GET_TRACE=17
TRACE_ID=2
TRACE_MARKER=11

# refused ERROR TEXT: the write fails with this error.
refused() {
	perl -e 'open my $f, ">", $ARGV[0] or die $!; exit 1 if defined syswrite $f, $ARGV[2]; $! = 0 + $!;
		print "# $ARGV[1]: $!\n"; exit !$!{$ARGV[1]}' -MErrno "$MARKER" "$1" "$2"
}
write() { printf '%s' "$1" >$MARKER; } 2>/dev/null
newest_spike() { sed -n 's/^spike=//p' $PROBE/spikes | tail -n 1; }

mode() { [ "$(stat -c '%a %U %G' $MARKER)" = '220 root root' ]; }
read_only() { ! cat $MARKER >"$scratch/read" 2>/dev/null && [ ! -s "$scratch/read" ]; }
others() { ! setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "echo hello >$MARKER" 2>/dev/null; }
members() { chgrp 65533 $MARKER && setpriv --reuid 65534 --regid 65533 --clear-groups sh -c "echo hello >$MARKER"; }

# A program of higher priority writes three markers in turn, while a real-time program waits for the CPU.
marked_spike() {
	background taskset -c 1 chrt -f 50 perl "$here/preempt.pl" spin rtp-victim 60000 >/dev/null
	until grep -qx rtp-victim /proc/$last/comm; do sleep 0.05; done
	taskset -c 1 chrt -f 60 perl "$here/preempt.pl" mark rtp-writer 3 8000
	stop $last
	sleep 0.5
	[ -n "$(newest_spike)" ]
}
texts() { TEXT=$TRACE_MARKER perl "$here/genl.pl" dump $GET_TRACE $TRACE_ID "$(newest_spike)" u64 >"$scratch/trace"; grep -o 'cycle 7\|xx*\|last one' "$scratch/trace" | sort | tr '\n' ' '; }
has_texts() {
	found=$(texts)
	figures "texts in the trace of spike $(newest_spike): $found; $(sort "$scratch/trace" | uniq -c | tail -n 1)"
	[ "$found" = "cycle 7 last one $(printf 'x%.0s' $(seq 30)) " ]
}

configures_nothing() {
	before=$(cat $PROBE/control $PROBE/rules)
	for text in measures=none threshold=1us clear=spikes clear 'add threshold=1us'; do write "$text"; done
	[ "$(cat $PROBE/control $PROBE/rules)" = "$before" ] && [ -n "$(newest_spike)" ]
}

# A program that writes all the time is refused most of it, and each refusal is counted.
flood() {
	was=$(status_of lost_marker_limited)
	perl -e 'open my $f, ">", $ARGV[0] or die $!; $n += !defined syswrite $f, "flood" for 1 .. 20000; print $n' $MARKER >"$scratch/refused"
	now=$(status_of lost_marker_limited)
	figures "20000 at once: $(cat "$scratch/refused") refused, $((now - was)) counted"
	[ $((now - was)) -eq "$(cat "$scratch/refused")" ] && [ $((now - was)) -gt 0 ]
}

# Two programs write while the recorder is switched on and off and the list is cleared.
meanwhile() {
	for cpu in 0 1; do background taskset -c $cpu perl -e 'open my $f, ">", $ARGV[0] or die $!; for (;;) { syswrite $f, "busy"; select undef, undef, undef, 0.0005 }' $MARKER; done
	for i in $(seq 5); do
		control recorder=off && control recorder=on && disturb kind=hardirq us=3000 cpu=1
	done
}

plan 16
load rtprobe measures=preemption_latency,hardirq_duration threshold=off || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
rules add measure=preemption_latency comm=rtp-victim threshold=5ms
check "only root and the group of the file may write markers, and nobody may read" mode
check "root cannot read" read_only
check "another user cannot write" others
check "a member of the group can" members
check "a spike follows markers" marked_spike
check "its trace has the text of each, once" has_texts
check "an empty marker is refused" refused EINVAL ''
check "so is a line without a text" refused EINVAL '
'
check "31 characters are too many" refused EMSGSIZE "$(printf 'x%.0s' $(seq 31))"
check "so are 5000" refused EMSGSIZE "$(printf 'x%.0s' $(seq 5000))"
check "control characters are refused" refused EILSEQ "$(printf 'a\033[31mb')"
check "a marker configures nothing" configures_nothing
check "too many are refused and counted" flood
check "markers are refused while nothing records" eval 'control recorder=off && refused ENODEV hello'
check "switching the recorder while programs write is harmless" eval 'control recorder=on && meanwhile'
check "the kernel log has no warnings" no_splat
finish
