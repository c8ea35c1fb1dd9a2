#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# inside.sh PHASE: tries the packages inside a Debian tree, with TAP on standard output. install, upgrade and purge run in
# a chroot; boot and update run in a guest with systemd. /packages has the packages, /packages/next those of a later version.
set -u
phase=$1
number=0
export DEBIAN_FRONTEND=noninteractive

check() {
	sentence=$1
	shift
	number=$((number + 1))
	if "$@" >/tmp/said 2>&1; then echo "ok $number - $phase: $sentence"; else
		sed 's/^/# /' /tmp/said | tail -n 30
		echo "not ok $number - $phase: $sentence"
	fi
}

install_packages() { apt-get install -y --no-install-recommends "$@"; }
of_architecture() { ls "$1"/rtprobe_*_"$(dpkg --print-architecture)".deb "$1"/rtprobe-agent_*_"$(dpkg --print-architecture)".deb "$1"/rtprobe-dkms_*.deb; }
version() { dpkg-query -W -f '${Version}' "$1"; }
# Releases for which dkms installed the module.
built() { ls /lib/modules/*/updates/dkms/rtprobe.ko* 2>/dev/null | wc -l; }
enabled() { [ "$(systemctl is-enabled "$1" 2>/dev/null)" = enabled ]; }
# Every file outside of what packaging tools keep for themselves.
list_files() {
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /packages -o -path /var/lib/dpkg \
		-o -path /var/lib/apt -o -path /var/cache -o -path /var/log -o -path /run \) -prune -o -print | sort
}

# A file that the package lacks would be a warning or an error.
starts_quietly() {
	timeout 20 rtprobe serve --source unix:/nowhere.sock --listen 127.0.0.1:0 --data /tmp/quiet --socket /tmp/quiet/run/b.sock >/tmp/quiet.log 2>&1
	cat /tmp/quiet.log
	grep -q '^rtprobe: http:' /tmp/quiet.log && ! grep -E '"level":[456]0|Cannot find' /tmp/quiet.log
}

phase_install() {
	list_files >/packages/files.before
	# The measured machine first: nothing of it needs the bridge.
	check "agent and module are installed" install_packages $(ls /packages/rtprobe-agent_*_"$(dpkg --print-architecture)".deb /packages/rtprobe-dkms_*.deb)
	check "no Node comes with them" sh -c '! find / -xdev -name node -type f -perm -1 | grep .'
	check "the agent takes less than 2 MB" sh -c '[ "$(dpkg-query -W -f "\${Installed-Size}" rtprobe-agent)" -lt 2000 ]'
	echo "# size of rtprobe-agent: $(dpkg-query -W -f '${Installed-Size}' rtprobe-agent) KiB"
	check "the bridge is installed" install_packages $(of_architecture /packages)
	echo "# size of rtprobe: $(dpkg-query -W -f '${Installed-Size}' rtprobe) KiB"
	check "dkms built the module for the kernel" [ "$(built)" = 1 ]
	check "the module is one of this version" sh -c 'modinfo -F version /lib/modules/*-rt-*/updates/dkms/rtprobe.ko* | grep -qx "$(dpkg-query -W -f "\${Version}" rtprobe-dkms)"'
	for unit in rtprobe-module.service rtprobe-agent.socket rtprobe.service; do
		check "$unit is enabled" enabled $unit
	done
	check "systemd accepts the units" sh -c 'said=$(systemd-analyze verify --man=no rtprobe-module.service rtprobe-agent.socket rtprobe-agent.service rtprobe.service 2>&1 | grep rtprobe); echo "$said"; [ -z "$said" ]'
	for unit in rtprobe.service rtprobe-agent.service; do
		check "systemd rates the exposure of $unit as ok" systemd-analyze security --offline=yes --threshold=20 $unit
		echo "# $(systemd-analyze security --offline=yes --no-pager $unit | tail -n 1 | sed 's/[^ -~]//g')"
	done
	check "the shipped options are valid" rtprobe check-config
	check "the commands print their versions" sh -c 'rtprobe --version && rtprobe-agent --version && rtprobectl --help'
	check "the bridge starts without a warning" starts_quietly
	for command in rtprobe rtprobectl rtprobe-agent; do
		check "bash completes $command" bash -c 'f=/usr/share/bash-completion/completions/$1; . $f && COMP_WORDS=($1 --h) COMP_CWORD=1 && $(complete -p $1 | sed "s/.*-F \([^ ]*\).*/\1/") && [ "${COMPREPLY[*]}" = --help ]' - $command
	done
	check "bash completes options of a subcommand" bash -c '. /usr/share/bash-completion/completions/rtprobe; COMP_WORDS=(rtprobe serve --bas) COMP_CWORD=2; _rtprobe; [ "${COMPREPLY[*]}" = --base ]'
	check "a kernel update is installed" apt-get install -y --no-download --no-install-recommends linux-image-amd64 linux-headers-amd64
	check "dkms built the module for it, too" [ "$(built)" = 2 ]
}

phase_upgrade() {
	was=$(version rtprobe)
	mkdir -p /var/lib/private/rtprobe
	chmod 700 /var/lib/private
	ln -sfn private/rtprobe /var/lib/rtprobe
	echo history >/var/lib/private/rtprobe/kept
	sed -i 's/^period=1ms/period=3ms/' /etc/rtprobe/rtprobe.conf
	sed -i 's/^# base = .*/base = \/kept/' /etc/rtprobe/bridge.conf
	check "a later version is installed" install_packages $(of_architecture /packages/next)
	check "its version is later" sh -c "[ \"\$(dpkg-query -W -f '\${Version}' rtprobe)\" != $was ]"
	check "data are kept" [ "$(cat /var/lib/rtprobe/kept)" = history ]
	check "the settings of the module are kept" grep -qx period=3ms /etc/rtprobe/rtprobe.conf
	check "the options of the bridge are kept" grep -qx 'base = /kept' /etc/rtprobe/bridge.conf
	check "the module of the later version is built for both kernels" [ "$(built)" = 2 ]
	check "dkms has no module of the version before" sh -c "! dkms status | grep -F 'rtprobe/$was,'"
}

phase_purge() {
	check "the packages are purged" apt-get purge -y rtprobe rtprobe-agent rtprobe-dkms
	list_files >/packages/files.after
	# What dkms makes when it is first used is its own, and belongs to all modules. The kernel update stays installed.
	cat /var/lib/dpkg/info/*.list | sed 'p; s|^/usr/|/|; t; s|^/|/usr/|' | sort -u >/packages/owned
	comm -13 /packages/files.before /packages/files.after | comm -23 - /packages/owned |
		grep -vE '^/var/lib/dkms/mok\.|^(/usr)?/lib/modules/[^/]*/modules\.|^/etc/(group|gshadow|passwd|shadow)-$|^(/boot)?/(vmlinuz|initrd\.img)|^/var/lib/initramfs-tools/' >/packages/left
	check "nothing is left behind" sh -c 'cat /packages/left; ! [ -s /packages/left ]'
	check "no group is left behind" sh -c '! getent group rtprobe-agent'
	check "no unit is known to systemd's helper" sh -c '! ls -R /var/lib/systemd/deb-systemd-helper-* 2>/dev/null | grep rtprobe'
}

capabilities() { sed -n 's/^CapEff:\t*//p' "/proc/$(systemctl show -p MainPID --value "$1")/status"; }
user_of() { stat -c %U "/proc/$(systemctl show -p MainPID --value "$1")"; }
# Prints the answer of the bridge to a path, or fails.
ask() {
	/usr/lib/rtprobe/bin/node -e '
		require("http").get({ socketPath: "/run/rtprobe/bridge-9154.sock", path: process.argv[1] }, (answer) =>
			answer.pipe(process.stdout)).on("error", () => process.exit(1))' "$1"
}
live() { ask /api/v1/status | grep -q '"state":"live"'; }
# Waits for a condition: emulation is slow.
within() { # SECONDS COMMAND...
	seconds=$1
	shift
	end=$(($(cut -d. -f1 /proc/uptime) + seconds))
	until "$@"; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt $end ] || return 1
		sleep 1
	done
}
# Runs a command; if it fails, prints what the bridge wrote.
says_why() { "$@" || { journalctl -u rtprobe --no-pager | tail -n 10; return 1; }; }
answers() { ask /healthz | grep -q '"ok":true'; }

phase_boot() {
	check "the module measures before anyone logged in" sh -c '[ -d /proc/rtprobe ] && ! loginctl list-sessions --no-legend | grep . && awk "\$2 == \"vector_duration\" { n += \$5 } END { exit !(n > 100) }" /proc/rtprobe/irqs'
	check "it has the settings of /etc/rtprobe/rtprobe.conf" grep -qx period=1ms /proc/rtprobe/control
	check "the bridge is running" within 300 says_why systemctl is-active rtprobe.service
	echo "# the bridge was ready $(cut -d' ' -f1 /proc/uptime) s after the start of the kernel"
	check "it shows this machine live" within 120 live
	check "the agent was started by its socket" systemctl is-active -q rtprobe-agent.service
	check "the agent has CAP_NET_ADMIN alone" [ "$(capabilities rtprobe-agent)" = 0000000000001000 ]
	check "the agent is a dynamic user" [ "$(user_of rtprobe-agent)" = _rtprobe-agent ]
	check "the bridge has no capabilities" [ "$(capabilities rtprobe)" = 0000000000000000 ]
	check "the bridge is a dynamic user" [ "$(user_of rtprobe)" = rtprobe ]
	check "its state is in /var/lib/rtprobe" [ -s /var/lib/rtprobe/access.key ]
	check "rtprobe login works for root" sh -c 'rtprobe login | grep "#code="'
	check "the bridge wrote no warning" sh -c '! journalctl -u rtprobe --no-pager | grep -E "\"level\":[456]0"'
	check "its messages are in the journal" sh -c 'journalctl -u rtprobe --no-pager | grep -q "rtprobe: http://127.0.0.1:9154"'
	echo 'listen = nowhere' >>/etc/rtprobe/bridge.conf
	check "systemctl reload reports wrong options" sh -c '! systemctl reload rtprobe'
	check "the journal names line and word" sh -c 'journalctl -u rtprobe --no-pager | grep -q "bridge.conf:[0-9]*: E_CONFIG_VALUE: listen does not accept nowhere"'
	check "the bridge continues" answers
	sed -i '$d' /etc/rtprobe/bridge.conf
	echo 'base = /rt' >>/etc/rtprobe/bridge.conf
	check "systemctl reload applies right options" systemctl reload rtprobe
	check "the bridge has them" within 60 sh -c 'journalctl -u rtprobe --no-pager | grep -q "rtprobe: http://127.0.0.1:9154/rt "'
	check "it shows this machine live again" within 60 live
	check "the watchdogs are satisfied after their time" sh -c 'sleep 65; for unit in rtprobe rtprobe-agent; do systemctl is-active $unit && [ "$(systemctl show -p NRestarts --value $unit)" = 0 ] || exit 1; done'
	check "systemctl stop is no failure of the bridge" sh -c 'systemctl stop rtprobe && ! systemctl is-failed -q rtprobe'
	check "the watchdogs are on" sh -c '[ "$(systemctl show -p WatchdogUSec --value rtprobe-agent)" = 30s ] && [ "$(systemctl show -p WatchdogUSec --value rtprobe)" = 1min ]'
}

# A random number of this load of the module.
instance() { grep '^instance=' /proc/rtprobe/status; }
main_pid() { systemctl show -p MainPID --value "$1"; }

# The machine after a kernel update and a reboot; then the running packages are upgraded and purged.
phase_update() {
	check "the updated kernel is running" sh -c 'uname -r; ! uname -r | grep -q -- -rt-'
	check "the module of dkms measures before anyone logged in" sh -c '[ -d /proc/rtprobe ] && ! loginctl list-sessions --no-legend | grep . && awk "\$2 == \"vector_duration\" { n += \$5 } END { exit !(n > 100) }" /proc/rtprobe/irqs'
	check "it is the one that dkms built for this kernel" sh -c 'modinfo -n rtprobe | grep -F "/lib/modules/$(uname -r)/updates/dkms/"'
	# What its first start makes last. Waiting for data twice would take minutes.
	check "the bridge makes its state" within 300 [ -s /var/lib/rtprobe/access.key ]
	echo history >/var/lib/rtprobe/kept
	# Kept maintainer scripts from starting services in the chroot.
	rm -f /usr/sbin/policy-rc.d
	loaded=$(instance)
	bridge=$(main_pid rtprobe) agent=$(main_pid rtprobe-agent)
	key=$(sha256sum /var/lib/rtprobe/access.key)
	# Emulation builds no module in acceptable time: the tree's upgrade tries that of rtprobe-dkms.
	check "bridge and agent are upgraded while they run" install_packages $(ls /packages/next/rtprobe_*_"$(dpkg --print-architecture)".deb /packages/next/rtprobe-agent_*_"$(dpkg --print-architecture)".deb)
	check "the bridge of the later version runs" within 300 sh -c "systemctl is-active rtprobe && [ \"\$(systemctl show -p MainPID --value rtprobe)\" != $bridge ]"
	check "it shows this machine live after the upgrade" within 300 live
	check "the agent of the later version runs" sh -c "systemctl is-active rtprobe-agent && [ \"\$(systemctl show -p MainPID --value rtprobe-agent)\" != $agent ]"
	check "the upgrade did not end the module's run" [ "$(instance)" = "$loaded" ]
	check "the upgrade kept the state" [ "$(cat /var/lib/rtprobe/kept)" = history ]
	check "sessions remain valid" [ "$(sha256sum /var/lib/rtprobe/access.key)" = "$key" ]
	check "the running packages are purged" apt-get purge -y rtprobe rtprobe-agent rtprobe-dkms
	check "the module is unloaded" sh -c '! [ -e /proc/rtprobe ] && ! grep "^rtprobe " /proc/modules'
	check "no process of it runs" sh -c '! grep -l rtprobe /proc/[0-9]*/comm; ! ls -l /proc/[0-9]*/exe 2>/dev/null | grep rtprobe'
	check "no file is left behind" sh -c 'left=$(find / -xdev \( -path /proc -o -path /sys -o -path /packages -o -path /var/log -o -path /var/cache \) -prune -o -name "*rtprobe*" -print; find /run -name "*rtprobe*"); echo "$left"; [ -z "$left" ]'
	check "systemd knows no unit of it" sh -c 'left=$(systemctl list-units --all --no-legend --plain; systemctl list-unit-files --no-legend); left=$(echo "$left" | grep rtprobe); echo "$left"; [ -z "$left" ]'
}

"phase_$phase"
echo "1..$number"
echo "# end of $phase"
