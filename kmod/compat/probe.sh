#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# probe.sh PROBES SYMVERS HEADER COMPILER [FLAG...]
#
# Compiles each PROBES/NAME.c against the kernel that is built for, and writes HEADER. HEADER has
# `#define RTPROBE_HAVE_NAME` for those that compile, and `#define RTPROBE_HAVE_EXPORT_NAME` for each symbol of
# PROBES/exports that is in SYMVERS, the kernel's list of exported symbols. (Calls of other symbols compile, too.)
# PROBES/baseline.c must compile. Otherwise a broken compiler or wrong flags would make all probes fail and silently
# select the wrong branches.
#
# The probes are compiled side by side, since each reads the kernel's headers; as many as there are CPUs. A compiler that
# ends without an error in a line of code, for example because memory was short, ends the build.
set -eu
probes=$1 symvers=$2 header=$3
shift 3
# The word for an error.
export LC_ALL=C

compiles() {
	"$@" -Werror -Wno-unused -Wno-missing-prototypes -Wno-missing-declarations \
		-Wno-unused-parameter -Wno-unused-const-variable -fsyntax-only
}

results=$(mktemp -d "$header.XXXXXX")
trap 'rm -rf "$results"' EXIT

if ! compiles "$@" "$probes/baseline.c"; then
	echo "rtprobe: this kernel tree does not compile an empty module; is it prepared?" >&2
	exit 1
fi

probe() { # NAME COMPILER [FLAG...]
	name=$1
	shift
	if compiles "$@" "$probes/$name.c" 2>"$results/$name.errors"; then
		echo "#define RTPROBE_HAVE_$(echo "$name" | tr a-z A-Z) 1" >"$results/$name"
	elif grep -qE '^[^:]+:[0-9]+:([0-9]+:)? (fatal )?error: ' "$results/$name.errors"; then
		: >"$results/$name"
	fi
}

names=$(cd "$probes" && ls -- *.c | sed 's/\.c$//' | grep -vx baseline)
cpus=$(nproc 2>/dev/null || echo 1)
started=0
for name in $names; do
	probe "$name" "$@" &
	started=$((started + 1))
	[ $((started % cpus)) -ne 0 ] || wait
done
wait
for name in $names; do
	[ -e "$results/$name" ] && continue
	echo "rtprobe: the compiler failed on compat/probes/$name.c:" >&2
	cat "$results/$name.errors" >&2
	exit 1
done
{
	echo '/* Written by compat/probe.sh for one kernel tree; do not edit. */'
	for name in $names; do cat "$results/$name"; done
	awk 'NR == FNR { wanted[$1]; next }
	$2 in wanted { print "#define RTPROBE_HAVE_EXPORT_" toupper($2) " 1" }' "$probes/exports" "$symvers"
} >"$header.tmp"
mv "$header.tmp" "$header"
