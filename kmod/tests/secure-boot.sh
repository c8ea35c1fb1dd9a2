#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Under Secure Boot the kernel refuses the module, which has no signature: what rtprobectl says, and what to do.
# guest: secure-boot
. "$(dirname "$0")/lib.sh"

CTL=$here/../tools/rtprobectl

install_for_modprobe

plan 9
mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
# Real-time kernels have no variables of UEFI.
mount -t efivarfs efivarfs /sys/firmware/efi/efivars 2>/dev/null
check "the kernel was started under Secure Boot" sh -c 'dmesg | grep -i "secure boot enabled"'
check "and has locked itself" grep '\[integrity\]' /sys/kernel/security/lockdown
check "the module is refused, which load calls a matter of signatures" refused_unsigned sh "$CTL" load "$here/../tools/rtprobe.conf"
check "load names Secure Boot" was_told "lockdown=integrity, Secure Boot is on)"
check "and the command that enrols a key" was_told "mokutil --import"
check "doctor says the same before" refused_unsigned sh "$CTL" doctor
check "with Secure Boot" was_told "Secure Boot is on"
check "and the command" was_told "mokutil --import"
check "the kernel log has no warnings" no_splat
finish
