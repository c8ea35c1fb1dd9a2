#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# install.sh WHAT...: installs parts of rtprobe on a machine; called by the Makefile beside it.
#
#   tools       rtprobectl, /etc/rtprobe/rtprobe.conf (an existing one is kept), the systemd unit
#   initramfs   the hook to probe from early boot, for initramfs-tools; then run: update-initramfs -u
#   dkms        the sources under /usr/src, for dkms add/build/install
#   uninstall   removes all of this, except the configuration
#
# Environment variables: DESTDIR, SBINDIR, UNITDIR, SYSCONFDIR, DOCDIR.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kmod=$(dirname "$here")
root=${DESTDIR:-}
sbin=${SBINDIR:-/usr/sbin}
units=${UNITDIR:-/lib/systemd/system}
etc=${SYSCONFDIR:-/etc}
doc=${DOCDIR:-/usr/share/doc/rtprobe}
version=$(sed -n 's/^#define RTP_VERSION "\(.*\)"/\1/p' "$kmod/src/base/machine.h")
source_dir=$root/usr/src/rtprobe-$version

# put MODE FILE TO: installs a file and replaces its @WORDS@.
put() {
	mkdir -p "$(dirname "$3")"
	sed "s|@SBINDIR@|$sbin|g; s|@VERSION@|$version|g" "$2" >"$3.new"
	chmod "$1" "$3.new"
	mv "$3.new" "$3"
	echo "$3"
}

install_tools() {
	put 755 "$here/rtprobectl" "$root$sbin/rtprobectl"
	[ -e "$root$etc/rtprobe/rtprobe.conf" ] || put 644 "$here/rtprobe.conf" "$root$etc/rtprobe/rtprobe.conf"
	put 644 "$here/rtprobe-module.service" "$root$units/rtprobe-module.service"
	put 644 "$here/modprobe.conf" "$root$doc/modprobe.conf"
	put 644 "$here/modules-load.conf" "$root$doc/modules-load.conf"
}

install_initramfs() {
	put 755 "$here/initramfs/hook" "$root$etc/initramfs-tools/hooks/rtprobe"
	put 755 "$here/initramfs/script" "$root$etc/initramfs-tools/scripts/init-top/rtprobe"
}

install_dkms() {
	mkdir -p "$source_dir"
	cp -r "$kmod/src" "$kmod/compat" "$kmod/uapi" "$kmod/Kbuild" "$kmod/Makefile" "$source_dir/"
	rm -f "$source_dir/compat/probes.h"
	put 644 "$here/dkms.conf" "$source_dir/dkms.conf"
}

uninstall() {
	rm -f "$root$sbin/rtprobectl" "$root$units/rtprobe-module.service" "$root$etc/initramfs-tools/hooks/rtprobe" \
		"$root$etc/initramfs-tools/scripts/init-top/rtprobe"
	rm -rf "$source_dir" "$root$doc"
}

[ $# -gt 0 ] || { sed -n '4,12s/^# \{0,1\}//p' "$0"; exit 2; }
for what; do
	case $what in
	tools) install_tools ;;
	initramfs) install_initramfs ;;
	dkms) install_dkms ;;
	uninstall) uninstall ;;
	*) echo "install.sh: E_WORD $what: tools, initramfs, dkms or uninstall" >&2; exit 2 ;;
	esac
done
