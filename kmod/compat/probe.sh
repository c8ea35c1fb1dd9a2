#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# probe.sh PROBES SYMVERS HEADER COMPILER [FLAG...]
#
# Compiles every PROBES/NAME.c against the kernel being built for and writes HEADER, with
# `#define RTPROBE_HAVE_NAME` for those that compile, and `#define RTPROBE_HAVE_EXPORT_NAME` for each symbol of
# PROBES/exports that stands in SYMVERS, the kernel's list of what modules may use: a call compiles all the same.
# PROBES/baseline.c must compile: were the compiler or the flags broken, every other probe would fail too and silently
# choose the wrong branch.
set -eu
probes=$1 symvers=$2 header=$3
shift 3

compiles() {
	"$@" -Werror -Wno-unused -Wno-missing-prototypes -Wno-missing-declarations \
		-Wno-unused-parameter -Wno-unused-const-variable -fsyntax-only
}

if ! compiles "$@" "$probes/baseline.c"; then
	echo "rtprobe: this kernel tree does not compile an empty module; is it prepared?" >&2
	exit 1
fi
{
	echo '/* Written by compat/probe.sh for one kernel tree; do not edit. */'
	for file in "$probes"/*.c; do
		name=$(basename "$file" .c)
		[ "$name" = baseline ] && continue
		if compiles "$@" "$file" 2>/dev/null; then
			echo "#define RTPROBE_HAVE_$(echo "$name" | tr a-z A-Z) 1"
		fi
	done
	while read -r symbol; do
		if awk -v symbol="$symbol" '$2 == symbol { found = 1 } END { exit !found }' "$symvers"; then
			echo "#define RTPROBE_HAVE_EXPORT_$(echo "$symbol" | tr a-z A-Z) 1"
		fi
	done <"$probes/exports"
} >"$header.tmp"
mv "$header.tmp" "$header"
