#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The self-test of the module's debug build, without what needs the rest of the module: buckets, histograms, durations,
# states of tasks.
. "$(dirname "$0")/lib.sh"

said() { dmesg | grep 'rtprobe_selftest: selftest: '; }

passes() {
	said >"$scratch/said"
	sed 's/^/# /' "$scratch/said"
	[ "$(grep -c 'selftest: passed$' "$scratch/said")" -gt "$before" ] && ! grep -v 'selftest: passed$' "$scratch/said"
}

plan 3
before=$(said | grep -c 'selftest: passed$')
check "the self-test loads" load rtprobe_selftest
check "it reports that it passed, and no failure" passes
unload rtprobe_selftest
check "the kernel log has no warnings" no_splat
finish
