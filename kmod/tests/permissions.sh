#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may read and write: neither an ordinary user nor a container's root without CAP_NET_ADMIN, through procfs or
# netlink. With CAP_NET_ADMIN, registers are visible only with the capabilities for them.
. "$(dirname "$0")/lib.sh"

# as CAPABILITIES COMMAND...: runs as root with only these capabilities, in the bounding and effective sets.
as() {
	caps=$1
	shift
	setpriv --bounding-set "$caps" --inh-caps "$caps" "$@"
}

NONE=-all
# From kmod/uapi/rtprobe.h: the command get-spikes, and the attribute of a register.
GET_SPIKES=6
REGISTER=23
WITHOUT_ADMIN=-net_admin

# container COMMAND...: runs in new namespaces with a new procfs, without CAP_NET_ADMIN.
container() {
	unshare --mount --pid --uts --ipc --net --fork --mount-proc setpriv --bounding-set $WITHOUT_ADMIN --inh-caps $WITHOUT_ADMIN "$@"
}

# user_namespace COMMAND...: runs as root of a user namespace, with all capabilities inside and none outside.
user_namespace() {
	unshare --user --map-root-user --mount --pid --net --fork --mount-proc "$@"
}

# Tries all files, so that new ones are tested, too.
refused_reads() { # HOW...
	for file in $PROBE/*; do
		if "$@" cat "$file" >"$scratch/read" 2>/dev/null || [ -s "$scratch/read" ]; then
			figures "$file was read"
			return 1
		fi
	done
}

refused_writes() { # HOW...
	before=$(setting period)
	for file in $PROBE/*; do
		"$@" sh -c "echo 'period=7ms' >$file" 2>/dev/null && figures "$file was written" && return 1
	done
	[ "$(setting period)" = "$before" ]
}

told_by_rtprobectl() {
	as $WITHOUT_ADMIN sh "$here/../tools/rtprobectl" status 2>"$scratch/told"
	[ $? -eq 1 ] && grep -q 'E_ROOT.*CAP_NET_ADMIN' "$scratch/told"
}

# A file that root opened is passed on. Reading is possible, as with any file; writing is not.
passed_for_reading() {
	as $WITHOUT_ADMIN sh -c 'cat <&3' 3<$PROBE/status | grep -q ^version=
}

passed_for_writing() {
	before=$(setting period)
	as $WITHOUT_ADMIN sh -c 'echo period=7ms >&3' 3>$PROBE/control 2>/dev/null
	[ "$(setting period)" = "$before" ]
}

# A user without permission opens the file for a program that may write it. The open fails, so nothing is written.
cannot_be_opened_for_others() {
	! as $WITHOUT_ADMIN sh -c "exec 3<>$PROBE/control" 2>/dev/null
}

# netlink ACTION [WHO]: sends a request without a library. Prints the error number of the answer, 0 for data, or "joined".
# WHO: "opened-by-root" sends as an ordinary user, "opened-by-user" sends as root.
netlink() {
	perl -e '
		sub attr { my ($t, $d) = @_; my $p = pack("SS", 4 + length $d, $t) . $d; $p . "\0" x (-length($p) % 4) }
		sub message { my ($t, $c, $a, $f) = @_; my $b = pack("CCS", $c, 1, 0) . $a; pack("LSSLL", 16 + length $b, $t, $f, 1, 0) . $b }
		$> = 65534 if $ARGV[1] eq "opened-by-user";
		socket(S, 16, 3, 16) or die "socket: $!";
		$> = $ARGV[1] eq "opened-by-root" ? 65534 : 0 if $ARGV[1];
		send(S, message(16, 3, attr(2, "rtprobe\0"), 1), 0) or die "send: $!";
		recv(S, $r, 65536, 0); my ($len, $type) = unpack("LS", $r);
		if ($type == 2) { print -unpack("x16l", $r), "\n"; exit }
		my ($id, $group, $at) = (0, 0, 20);
		while ($at < length $r) {
			my ($l, $t) = unpack("x${at}SS", $r); $l or last; $t &= 0x3fff;
			$id = unpack("x" . ($at + 4) . "S", $r) if $t == 1;
			# groups: nest, entry, then name and id in either order
			if ($t == 7) { my $e = $at + 8; my $end = $at + $l;
				while ($e < $end) { my ($el, $et) = unpack("x${e}SS", $r); $el or last;
					$group = unpack("x" . ($e + 4) . "L", $r) if ($et & 0x3fff) == 2; $e += ($el + 3) & ~3 } }
			$at += ($l + 3) & ~3;
		}
		if ($ARGV[0] eq "join") { print setsockopt(S, 270, 1, pack("L", $group)) ? "joined\n" : $! + 0 . "\n"; exit }
		# listen: the length of the first event about a spike
		if ($ARGV[0] eq "listen") {
			setsockopt(S, 270, 1, pack("L", $group)) or die "join: $!";
			alarm 10;
			for (1 .. 5) { open(D, ">", "/proc/rtprobe_disturb"); syswrite(D, "kind=hardirq us=3000 cpu=1"); close(D) }
			do { recv(S, $r, 65536, 0); ($len, $type) = unpack("LS", $r) } until $type == $id && unpack("x16C", $r) == 8;
			print "$len\n"; exit;
		}
		# get-info, or get-spikes as a dump
		send(S, message($id, $ARGV[0] eq "info" ? 1 : 6, "", $ARGV[0] eq "info" ? 1 : 0x301), 0);
		recv(S, $r, 65536, 0); ($len, $type) = unpack("LS", $r);
		print $type == 2 ? -unpack("x16l", $r) : 0, "\n";
		print STDERR $r;
	' "$1" "${2:-}" 2>"$scratch/answer"
}

answers() { # EXPECTED ACTION HOW...
	expected=$1 action=$2
	shift 2
	cat >"$scratch/ask.sh" <<-EOF
		scratch=$scratch
		$(sed -n '/^netlink() {/,/^}/p' "$here/permissions.sh")
		netlink $action
	EOF
	chmod 755 "$scratch" && chmod 666 "$scratch/answer" 2>/dev/null
	got=$("$@" sh "$scratch/ask.sh" 2>/dev/null)
	case " $expected " in *" $got "*) true ;; *) figures "$action: $got"; false ;; esac
}

guarded() {
	guard=$(status_of event_guard) carry=$(status_of events_carry)
	figures "events may be received with $guard and carry $carry"
	# What Debian's kernels have: a compile probe that breaks would select less.
	case $(uname -r) in
	5.10.*) [ "$guard $carry" = "cap_sys_admin numbers" ] ;;
	*) [ "$guard $carry" = "cap_net_admin contents" ] ;;
	esac
}

# An ordinary user cannot join. If the kernel does not guard the group, events have no contents.
events_are_safe() {
	[ "$(status_of event_guard)" = none ] && [ "$(status_of events_carry)" = numbers ] && return
	answers 1 join setpriv --reuid 65534 --clear-groups --inh-caps=-all
}

# Prints the size of an event in bytes. Header, id and number need 44; the names of tasks alone need more.
event_bytes() {
	bytes=$(netlink listen)
	figures "an event about a spike has $bytes bytes"
	test "${bytes:-0}" "$@"
}

# With contents if the kernel guards them.
events_have_contents() {
	[ "$(status_of events_carry)" = numbers ] || event_bytes -gt 200
}

numbers_on_request() {
	load rtprobe measures=hardirq_duration threshold=1ms events=numbers &&
		[ "$(status_of events_carry)" = numbers ] && event_bytes -le 48
}

# Spikes of the device in kernel and in user mode.
make_spikes() {
	control clear=spikes
	background taskset -c 1 sh -c 'while :; do :; done'
	spinner=$last
	# A debugging kernel needs long to start it, and to capture what it does meanwhile.
	sleep 1
	for i in $(seq 10); do disturb kind=hardirq us=3000 cpu=1; done
	stop "$spinner"
	background taskset -c 1 dd if=/dev/zero of=/dev/null bs=16M
	spinner=$last
	for i in $(seq 20); do disturb kind=hardirq us=3000 cpu=1; done
	stop "$spinner"
	sleep 0.5
}

# Prints the registers of the spikes with a mode.
registers_of() { # MODE CAPABILITIES
	as "$2" cat $PROBE/spikes | awk -F= -v mode="$1" '$1 == "mode" { m = $2 } $1 == "register" && m == mode { n++ } END { print n + 0 }'
}

withheld_of() { # MODE CAPABILITIES
	as "$2" cat $PROBE/spikes | awk -F= -v mode="$1" '$1 == "mode" { m = $2 } $0 == "registers=withheld" && m == mode { n++ } END { print n + 0 }'
}

only_with() { # MODE CAPABILITY
	with=$(registers_of "$1" "-all,+net_admin,+dac_override,+$2") without=$(registers_of "$1" "-all,+net_admin,+dac_override")
	withheld=$(withheld_of "$1" "-all,+net_admin,+dac_override")
	figures "$1: $with registers with $2, $without without, withheld from $withheld spikes"
	[ "$with" -gt 0 ] && [ "$without" -eq 0 ] && [ "$withheld" -gt 0 ]
}

shown_registers() { as "$1" cat $PROBE/spikes | grep -c ^register=; }

# Prints the registers in the spikes that netlink dumps.
dumped_registers() { # CAPABILITIES
	as "$1" perl "$here/genl.pl" dump $GET_SPIKES >"$scratch/dump" || return 1
	sed -n 's/^message [0-9]* //p' "$scratch/dump" | tr , '\n' | grep -cx $REGISTER
}

# procfs has as many, with the list as it is after the disturbances.
same_over_netlink() {
	control threshold=off
	none=$(dumped_registers "-all,+net_admin,+dac_override")
	for each in syslog perfmon sys_ptrace; do
		caps="-all,+net_admin,+dac_override,+$each"
		dumped=$(dumped_registers "$caps") read=$(shown_registers "$caps")
		figures "netlink: $dumped registers with $each, procfs: $read; $none without"
		[ "$dumped" -gt 0 ] && [ "$dumped" -eq "$read" ] || return 1
	done
	control threshold=1ms
	[ "$none" -eq 0 ]
}

# kptr_restrict=2 hides kernel addresses from all users.
kptr_obeyed() {
	echo 2 >/proc/sys/kernel/kptr_restrict
	hidden=$(registers_of kernel +all)
	echo 0 >/proc/sys/kernel/kptr_restrict
	[ "$hidden" -eq 0 ] && [ "$(registers_of kernel +all)" -gt 0 ]
}

# Searches for a kernel address on all lines but those of registers.
no_address() {
	grep -v ^register= $PROBE/spikes >"$scratch/spikes"
	! cat "$scratch/spikes" $PROBE/status $PROBE/irqs $PROBE/tasks | grep -iE '(0x)?ffff[0-9a-f]{12}' | sed 's/^/# /' | grep .
}

not_by_default() {
	control capture=default
	make_spikes
	! grep -q ^register $PROBE/spikes
}

plan 28
load rtprobe measures=hardirq_duration threshold=1ms capture=all || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
taskset -pc 0 $$ >/dev/null
: >"$scratch/answer"
disturb kind=hardirq us=20 cpu=1
make_spikes
check "an ordinary user reads nothing" refused_reads setpriv --reuid 65534 --clear-groups --inh-caps=-all
check "an ordinary user writes nothing" refused_writes setpriv --reuid 65534 --clear-groups --inh-caps=-all
check "root without CAP_NET_ADMIN reads nothing" refused_reads as $WITHOUT_ADMIN
check "root without CAP_NET_ADMIN writes nothing" refused_writes as $WITHOUT_ADMIN
check "a container's root reads nothing in its own procfs" refused_reads container
check "a container's root writes nothing in its own procfs" refused_writes container
check "root of a user namespace reads nothing" refused_reads user_namespace
check "root of a user namespace writes nothing" refused_writes user_namespace
check "rtprobectl names the missing capability" told_by_rtprobectl
check "a file descriptor that root passes on can be read" passed_for_reading
check "a file descriptor that root passes on cannot be written" passed_for_writing
check "an ordinary user cannot open a file for a privileged program" cannot_be_opened_for_others
check "netlink answers root" answers 0 info env
check "netlink does not answer root without CAP_NET_ADMIN" answers 1 info as $WITHOUT_ADMIN
check "netlink does not answer root of a user namespace" answers "1 2" info user_namespace
check "a socket that root opened does not answer an ordinary user" [ "$(netlink info opened-by-root)" = 1 ]
check "a socket that an ordinary user opened does not answer root" [ "$(netlink info opened-by-user)" = 1 ]
check "events have contents only if they require CAP_NET_ADMIN" guarded
check "an ordinary user does not receive events" events_are_safe
check "registers of the kernel need CAP_SYSLOG" only_with kernel syslog
check "registers of user mode need CAP_SYS_PTRACE" only_with user sys_ptrace
check "netlink has the registers that procfs has, with each capability" same_over_netlink
check "kptr_restrict hides registers of the kernel" kptr_obeyed
check "no other line has an address of the kernel" no_address
check "registers are not captured by default" not_by_default
check "events have contents if the kernel restricts them" events_have_contents
check "events carry only numbers if events=numbers" numbers_on_request
check "the kernel log has no warnings" no_splat
finish
