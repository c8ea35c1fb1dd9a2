#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel that is locked down or demands signatures: what the module shows, what rtprobectl says, and what to do.
# guest: cpus=2
. "$(dirname "$0")/lib.sh"

CTL=$here/../tools/rtprobectl
LOCKDOWN=/sys/kernel/security/lockdown

install_for_modprobe

registers() { grep -c '^register=' $PROBE/spikes; }

kernel_spikes() {
	background taskset -c 1 dd if=/dev/zero of=/dev/null bs=16M
	spinner=$last
	for i in $(seq 20); do disturb kind=hardirq us=3000 cpu=1; done
	stop "$spinner"
	sleep 0.5
}

plan 12
mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
[ -w $LOCKDOWN ] || skip "this kernel is built without lockdown"
check "a kernel that demands nothing loads it" sh "$CTL" load "$here/../tools/rtprobe.conf"
control measures=hardirq_duration threshold=1ms capture=all clear=spikes || bail "capture=all is refused"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
taskset -pc 0 $$ >/dev/null
kernel_spikes
check "and shows registers" [ "$(registers)" -gt 0 ]
echo integrity >$LOCKDOWN
check "locked down for integrity it still shows registers" [ "$(registers)" -gt 0 ]
echo confidentiality >$LOCKDOWN
check "locked down for confidentiality it shows none of the kernel" [ "$(awk -F= '$1 == "mode" { m = $2 } $1 == "register" && m == "kernel" { n++ } END { print n + 0 }' $PROBE/spikes)" -eq 0 ]
check "doctor says so" sh -c "sh '$CTL' doctor | grep N_LOCKDOWN"
unload rtprobe_disturb
unload rtprobe
check "it is refused, which load calls a matter of signatures" refused_unsigned sh "$CTL" load "$here/../tools/rtprobe.conf"
check "and names lockdown" was_told lockdown=confidentiality
check "and the command that enrols a key" was_told "mokutil --import"
check "doctor says so as well" refused_unsigned sh "$CTL" doctor
echo Y >/sys/module/module/parameters/sig_enforce
check "load names sig_enforce" refused_unsigned sh "$CTL" load "$here/../tools/rtprobe.conf"
check "with its name on the command line" was_told module.sig_enforce=1
check "the kernel log has no warnings" no_splat
finish
