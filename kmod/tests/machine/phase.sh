#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests the module on a machine with systemd, one phase per boot; `machine.ts` of the lab boots it repeatedly. Started as
# phase.sh N by rtprobe-machine-test.service, with TAP on standard output. Powers the machine off at the end.
set -u
phase=$1
CONF=/etc/rtprobe/rtprobe.conf
version=$(sed -n 's/^#define RTP_VERSION "\(.*\)"/\1/p' /opt/rtprobe/kmod/src/base/machine.h)
running=$(uname -r)
number=0

check() {
	sentence=$1
	shift
	number=$((number + 1))
	if "$@" >/tmp/said 2>&1; then echo "ok $number - phase $phase: $sentence"; else
		sed 's/^/# /' /tmp/said | tail -n 30
		echo "not ok $number - phase $phase: $sentence"
	fi
}

setting() { [ "$(sed -n "s/^$1=//p" /proc/rtprobe/control)" = "$2" ]; }
said() { journalctl -b -u rtprobe-module --no-pager | grep -qF -- "$1"; }
loaded() { [ -d /proc/rtprobe ]; }
booted() { [ "$(systemctl list-jobs --no-legend multi-user.target | wc -l)" -le 1 ] && ! systemctl is-failed -q multi-user.target; }
dkms_has() { dkms status rtprobe | grep -F "$1" | grep -q installed; }
other_kernel() { ls /lib/modules | grep -vx "$running" | head -n 1; }
# Succeeds if the module's first line in the log is before systemd's.
probed_early() {
	awk '/rtprobe: .* loaded/ && !p { p = NR } /systemd\[1\]: .*running in system mode/ && !s { s = NR } END { exit !(p && s && p < s) }' /tmp/dmesg
}

phase_1() {
	check "the sources are installed for dkms" sh /opt/rtprobe/kmod/tools/install.sh dkms tools
	check "dkms accepts the sources" dkms add "rtprobe/$version"
	check "dkms builds the module for the running kernel" dkms build "rtprobe/$version" -k "$running"
	check "dkms installs it" dkms install "rtprobe/$version" -k "$running"
	check "modprobe loads what dkms built" modprobe rtprobe
	check "rtprobectl unloads it" rtprobectl unload
	printf '%s\n' 'module max_spikes=99 threshold=off' 'period=2ms' 'perod=1ms' 'interval=200ms' >$CONF
	check "the exit code of loading reports one bad line of the configuration" sh -c "rtprobectl load $CONF; [ \$? -eq 3 ]"
	check "the unit is enabled" systemctl enable rtprobe-module.service
	check "doctor finds no fault except the refused line" sh -c 'rtprobectl doctor; [ $? -eq 0 ]'
}

phase_2() {
	check "the machine booted" booted
	check "the module was loaded at boot" loaded
	check "it has the parameters of the configuration" sh -c 'grep -qx spikes_max=99 /proc/rtprobe/status'
	check "it has the settings of the configuration" setting period 2ms
	check "it has the settings after the bad line" setting interval 200ms
	check "the bad line is reported with its file, number and word" said "$CONF:3"
	check "the report names the wrong word" said perod
	check "the unit did not fail" systemctl is-active rtprobe-module.service
	printf '%s\n' 'module no_such=1 clock=sundial' 'garbage' 'add measure=nonsense' 'threshold=banana' >$CONF
}

phase_3() {
	check "the machine booted with a configuration that is wrong in every line" booted
	check "the module is loaded nevertheless" loaded
	check "the parameters are reported" said E_PARAMETERS
	check "every other line is reported" sh -c "journalctl -b -u rtprobe-module --no-pager | grep -c '$CONF:' | grep -qx 3"
	check "the unit did not fail" systemctl is-active rtprobe-module.service
	check "systemctl stop unloads the module" sh -c 'systemctl stop rtprobe-module.service && ! [ -d /proc/rtprobe ]'
		# The setup without the unit.
	systemctl disable -q rtprobe-module.service
	cp /usr/share/doc/rtprobe/modules-load.conf /etc/modules-load.d/rtprobe.conf
	echo 'options rtprobe threshold=66us period=3ms' >/etc/modprobe.d/rtprobe.conf
}

phase_4() {
	check "modules-load.d loads the module without the unit" loaded
	check "it has the options of modprobe.d" setting threshold 66us
	check "it has all of these options" setting period 3ms
	rm /etc/modules-load.d/rtprobe.conf /etc/modprobe.d/rtprobe.conf
	check "a second kernel is installed, and dkms rebuilds the module for it" sh -c 'DEBIAN_FRONTEND=noninteractive dpkg -i /opt/kernels/*.deb'
	second=$(other_kernel)
	check "dkms has it for both kernels" sh -c "$(printf 'dkms status rtprobe | grep -c installed | grep -qx 2')"
	printf '%s\n' 'threshold=55us' >$CONF
	check "the initramfs hook is installed" sh /opt/rtprobe/kmod/tools/install.sh initramfs
	check "update-initramfs runs the hook" update-initramfs -u -k "$second"
	check "the initramfs contains the module" sh -c "lsinitramfs /boot/initrd.img-$second | grep -q rtprobe.ko"
	echo "# second $second"
}

phase_5() {
	dmesg >/tmp/dmesg
	check "the machine booted the second kernel" booted
	check "the module was loaded" loaded
	check "it was loaded before the first process of the root file system" probed_early
	check "it has the settings of the configuration" setting threshold 55us
	check "it has counted interrupts of early boot" sh -c "awk '\$2 == \"vector_duration\" { n += \$5 } END { exit !(n > 100) }' /proc/rtprobe/irqs"
}

"phase_$phase"
echo "1..$number"
echo "# end of phase $phase"
sync
systemctl poweroff
