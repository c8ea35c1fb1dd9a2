#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# guest: cpus=2
# Mistakes made on purpose: findings.sh, which judges every other script, fails on each of them and passes without one.
# In a guest of its own, which is then given up: KASAN reports once, and lockdep ends with its first report and with one of
# KASAN, so KASAN's case is the last.
. "$(dirname "$0")/../lib.sh"

findings() { sh "$here/findings.sh" >"$scratch/findings" 2>&1; }

passes() { findings || { sed 's/^/# /' "$scratch/findings" | head -n 60; return 1; }; }

# fails KIND TEXT: with a mistake of the kind, findings.sh fails and shows the text.
fails() {
	insmod "$(module_path rtprobe_faulty)" "kind=$1" || return 1
	unload rtprobe_faulty
	if findings; then
		figures "nothing was found"
		return 1
	fi
	grep -qE -- "$2" "$scratch/findings" || { grep -v '^ok' "$scratch/findings" | sed 's/^/# /' | head -n 40; return 1; }
}

if races_are_watched; then
	plan 2
	check "nothing is found where there is no mistake" passes
	check "a data race is found" fails race 'KCSAN: data-race in count'
	finish
fi
plan 6
check "nothing is found where there is no mistake" passes
check "a leak is found" fails leak 'unreferenced object'
check "a timer that is freed while it is active is found" fails timer 'ODEBUG: free active'
check "a shift that is too wide is found" fails shift 'UBSAN: shift-out-of-bounds'
check "a sleeping lock inside a raw spinlock is found" fails nesting 'Invalid wait context'
check "a read of freed memory is found" fails use_after_free 'KASAN: slab-use-after-free'
finish
