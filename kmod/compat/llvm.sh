#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# llvm.sh KDIR: prints the word for make with which a module is built by the compiler of the kernel: LLVM=1 or, where the
# version that compiled the kernel has programs of its own, LLVM=-VERSION. Prints nothing for a kernel compiled by gcc.
# The configuration says it: gcc does not know the options of a kernel compiled by clang.
set -eu
config=$1/include/config/auto.conf
grep -qs '^CONFIG_CC_IS_CLANG=y' "$config" || exit 0
version=$(sed -n 's/^CONFIG_CLANG_VERSION=\([0-9]*\)[0-9][0-9][0-9][0-9]$/\1/p' "$config")
if command -v "clang-$version" >/dev/null && command -v "ld.lld-$version" >/dev/null; then
	echo "LLVM=-$version"
	exit
fi
echo LLVM=1
command -v clang >/dev/null && command -v ld.lld >/dev/null ||
	echo "rtprobe: this kernel was compiled by clang $version; install clang and lld of that version" >&2
