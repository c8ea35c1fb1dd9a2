#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Under Secure Boot the kernel refuses the module, which has no signature: what rtprobectl says, and what to do.
# guest: secure-boot
. "$(dirname "$0")/lib.sh"

CTL=$here/../tools/rtprobectl

# modprobe finds the module here.
installed=$scratch/root
mkdir -p "$installed/lib/modules/$(uname -r)/updates"
cp "$(module_path rtprobe)" "$installed/lib/modules/$(uname -r)/updates/"
depmod -b "$installed" 2>/dev/null
export MODPROBE_OPTIONS="-d $installed"

refused() { # WORD...: by the command, with a code
	"$@" >"$scratch/said" 2>&1
	sed 's/^/# /' "$scratch/said"
	grep -q E_SIGNATURE "$scratch/said"
}

says() { grep -qF -- "$1" "$scratch/said"; }

plan 9
mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
# Real-time kernels have no variables of UEFI.
mount -t efivarfs efivarfs /sys/firmware/efi/efivars 2>/dev/null
check "the kernel was started under Secure Boot" sh -c 'dmesg | grep -i "secure boot enabled"'
check "and has locked itself" grep '\[integrity\]' /sys/kernel/security/lockdown
check "the module is refused, which load calls a matter of signatures" refused sh "$CTL" load "$here/../tools/rtprobe.conf"
check "load names Secure Boot" says "lockdown=integrity, Secure Boot is on)"
check "and the command that enrols a key" says "mokutil --import"
check "doctor says the same before" refused sh "$CTL" doctor
check "with Secure Boot" says "Secure Boot is on"
check "and the command" says "mokutil --import"
check "the kernel log has no warnings" no_splat
finish
