#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a spike reports about the process: executable, command line, uid, cgroup, files, sockets, registers, the lock
# that a task waited for. Bursts of spikes and tasks that exit cause no errors.
. "$(dirname "$0")/lib.sh"

CGROUPS=$scratch/cgroups

# Prints the value of a key in the newest spike of the edu device that interrupted camera-grab.
of_culprit() {
	awk -F= -v key="$1" '$1 == "spike" { id = $2; name = comm = ""; n = 0 }
		$1 == "name" { name = $2 } $1 == "comm" { comm = $2 } $1 == key { sub(/^[^=]*=/, ""); line[n++] = $0 }
		$0 == "" && name == "rtprobe-edu" && comm == "camera-grab" { m = n; for (i = 0; i < n; i++) found[i] = line[i] }
		END { for (i = 0; i < m; i++) print found[i] }' $PROBE/spikes
}

says() { # KEY VALUE: one of its lines is VALUE
	of_culprit "$1" >"$scratch/said"
	grep -qxF -- "$2" "$scratch/said" || { figures "$1: $(tr '\n' '|' <"$scratch/said")"; return 1; }
}

matches() { # KEY PATTERN
	of_culprit "$1" >"$scratch/said"
	grep -qE -- "$2" "$scratch/said" || { figures "$1: $(tr '\n' '|' <"$scratch/said")"; return 1; }
}

hold() { # TIMES MICROSECONDS
	for i in $(seq "$1"); do disturb kind=hardirq us="$2" cpu=1 || return 1; done
	sleep 0.3
}

by_id() {
	id=$(sed -n 's/^spike=//p' $PROBE/spikes | tail -n 1)
	echo "$id" >$PROBE/spike || return 1
	awk -v RS= -v id="spike=$id" 'index($0, id "\n") == 1' $PROBE/spikes >"$scratch/whole"
	grep -v '^$' $PROBE/spike >"$scratch/one"
	cmp "$scratch/whole" "$scratch/one"
}

unknown_id() {
	! echo 123456789 2>/dev/null >$PROBE/spike && status_of last_error | grep -q 123456789
} 2>/dev/null

# A real-time task waits for a lock that is held for 40 ms. The spike of its wake-up reports the lock, the owner and the
# time. Kernels without contention events report only the lock, and only while the waiter's task refers to it. Without
# PREEMPT_RT a mutex has no priority inheritance, so that evidence is missing, too; then nothing may be reported.
lock_named() {
	control clear=spikes
	holder=$(named lens-park sh)
	waiter=$(named servo-loop sh)
	: >"$scratch/held"
	"$holder" -c "for i in \$(seq 40); do echo 'kind=hardirq us=40000 cpu=1' >$DISTURB; done; rm '$scratch/held'" &
	chrt -f 50 "$waiter" -c "while [ -e '$scratch/held' ]; do echo 'kind=hardirq us=20 cpu=1' >$DISTURB; sleep 0.05; done"
	wait $!
	sleep 0.3
	sed -n 's/^victim_lock=//p' $PROBE/spikes | awk '{ $3 = "-" } 1' | sort | uniq -c | sort -rn | head -n 5 | sed 's/^/# /'
	figures "evidence: $(sed -n 's/^victim_lock_evidence=//p' $PROBE/spikes | sort | uniq -c | tr '\n' ' ')"
	if grep -q __tracepoint_contention_begin /proc/kallsyms; then
		grep -q '^victim_lock=disturb_write.* lens-park$' $PROBE/spikes
	elif [ "$(cat /sys/kernel/realtime 2>/dev/null)" = 1 ]; then
		grep -qx victim_lock_evidence=blocked_on $PROBE/spikes && grep -q '^victim_lock=- [0-9a-f]* ' $PROBE/spikes
	else
		grep -qx victim_lock_evidence=none $PROBE/spikes && ! grep -q '^victim_lock=' $PROBE/spikes
	fi
}

# total = stored + list full + no slot + limited by rules
adds_up() {
	sum=$(($(grep -c ^spike= $PROBE/spikes) + $(status_of lost_spike_list_full) + $(status_of lost_spike_no_slot) + $(status_of lost_spike_limited) + $(status_of lost_spike_self_limited)))
	[ "$(status_of spikes_total)" -eq "$sum" ]
}

# The last spikes of the burst are completed after its end.
settles() {
	for try in $(seq 60); do adds_up && return; sleep 0.5; done
	figures "total $(status_of spikes_total), sum of the counters $sum"
	return 1
}

# Prints the seconds of the kernel's clock and the number of spikes, several times a second.
watch_total() {
	while sleep 0.2; do
		read -r now rest </proc/uptime
		echo "$now $(status_of spikes_total)"
	done >"$scratch/totals"
}

# Prints the spikes of the busiest second.
peak() {
	awk '{ t[NR] = $1; n[NR] = $2 }
		END { for (i = 1; i <= NR; i++) for (j = i + 1; j <= NR; j++) if (t[j] - t[i] >= 1) {
			rate = (n[j] - n[i]) / (t[j] - t[i]); if (rate > most) most = rate; break }
			printf "%d\n", most }' "$scratch/totals"
}

# If all measures handle a thousand timers a second and each value is a spike, a kernel with debug options has no time
# for anything else.
share=1 least=1ns
! watches_itself || share=20 least=500us

storm() { # CAPTURE THRESHOLD
	before=$(status_of spikes_total)
	background watch_total
	watcher=$last
	control "threshold=$2" "capture=$1"
	start=$(date +%s%N)
	dd if=/dev/zero of="$scratch/disk" bs=64k count=$((400 / share)) conv=fsync 2>/dev/null
	short=
	for i in $(seq $((200 / share))); do sh -c : & short="$short $!"; done
	taskset -c 0 dd if=/dev/zero bs=1 count=$((30000 / share)) 2>/dev/null | taskset -c 1 dd of=/dev/null bs=1 2>/dev/null
	wait $short
	stop "$watcher"
	control threshold=off
	ms=$((($(date +%s%N) - start) / 1000000))
	n=$(($(status_of spikes_total) - before))
	figures "$n spikes in $ms ms: $((n * 1000 / ms)) per second, $(peak) in the busiest second; no slot $(status_of lost_spike_no_slot), list full $(status_of lost_spike_list_full)"
	[ "$n" -ge 1000 ]
}

bounded() {
	[ "$(status_of memory_bytes)" -le "$(status_of memory_max_bytes)" ]
}

plan 22
load rtprobe measures=hardirq_duration threshold=off || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
taskset -pc 0 $$ >/dev/null
disturb kind=hardirq us=20 cpu=1
culprit=$(named camera-grab perl)
echo data >"$scratch/lens.conf"
ip link set lo up
"$culprit" -MSocket -e 'open(F, "<", $ARGV[0]); socket(L, AF_INET, SOCK_STREAM, 6); bind(L, pack_sockaddr_in(4711, INADDR_LOOPBACK)); listen(L, 1);
	socket(C, AF_INET, SOCK_STREAM, 6); connect(C, pack_sockaddr_in(4711, INADDR_LOOPBACK));
	socket(U, AF_UNIX, SOCK_DGRAM, 0); bind(U, pack_sockaddr_un("$ARGV[0].sock")); $> = 65534;
	while (1) { $n++ }' "$scratch/lens.conf" &
last=$!
children="$children $last"
# The last socket is opened at the end of the preparations.
for try in $(seq 100); do [ -S "$scratch/lens.conf.sock" ] && break; sleep 0.2; done
sleep 0.5
taskset -pc 1 "$last" >/dev/null
mkdir -p "$CGROUPS" && mount -t cgroup2 none "$CGROUPS" && mkdir -p "$CGROUPS/camera" && echo "$last" >"$CGROUPS/camera/cgroup.procs"
rules "add name=rtprobe-edu threshold=1ms capture=all"
hold 5 3000
check "the executable" says exe "$culprit"
check "the command line" matches cmdline "^$culprit\\\\x20-MSocket.*lens.conf"
check "the uid" says uid 65534
check "the cgroup" says cgroup /camera
check "the process has not exited" says exited 0
check "an open file" matches file "^[0-9]+ $scratch/lens.conf$"
check "files and sockets are counted" matches files '^[4-9]$'
check "a listening socket: family, type, protocol, state, address and port" matches socket '^[0-9]+ 2 1 6 10 127.0.0.1:4711 -$'
check "a connected socket with its other end" matches socket '^[0-9]+ 2 1 6 [0-9]+ 127.0.0.1:[0-9]+ 127.0.0.1:4711$'
check "a unix socket's path" matches socket "^[0-9]+ 1 2 0 [0-9]+ $scratch/lens.conf.sock -$"
check "registers" matches register '^(rip|pc)='
check "one spike by its id" by_id
check "an id that is not stored is refused" unknown_id
rules "clear; add name=rtprobe-edu threshold=1ms capture=none"
control clear=spikes
hold 5 3000
check "no process details if none are requested" [ -z "$(of_culprit exe)$(of_culprit file)$(of_culprit register)$(of_culprit frame)" ]
stop "$last"
umount "$CGROUPS"
rules "clear; add measure=wakeup_latency comm=servo-loop threshold=1ns capture=locks"
control measures=wakeup_latency
check "the lock that a real-time task waited for, and its owner" lock_named
load rtprobe threshold=off period=${share}ms
check "a burst of spikes whose tasks exit meanwhile" storm all 1ns
control measures=all
check "a burst of spikes of all measures" storm none $least
check "each spike of the bursts is stored or counted as lost" settles
check "memory stays within its bound" bounded
check "clear removes all spikes" sh -c "echo clear >$PROBE/spikes && [ -z \"\$(cat $PROBE/spikes)\" ]"
unload rtprobe
check "nothing stays loaded" [ ! -e $PROBE ]
check "the kernel log has no warnings" no_splat
finish
