#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The module's counts against /proc/interrupts over the same window, per line and CPU.
#
# Interrupts continue while the two files are read one after the other. So /proc/interrupts is read before and after the
# module's table. If both readings agree, the line had no interrupt in between, and the module's count must be exact.
# Other lines are read again. The kernel counts at the start of an interrupt and the module at its end, so an interrupt
# in progress also needs another attempt. A count that was really lost fails in all attempts. Vectors such as the local
# timer never pause; their count must be between the two readings. On arm64 the kernel lists inter-processor interrupts
# by their texts, which the module must know, too; the local timer is a line.
. "$(dirname "$0")/lib.sh"

SECONDS_OF_LOAD=${1:-5}
TRIES=40

# Prints "name cpu count", one per line, from /proc/interrupts: irq numbers and labels, of IPIs the text.
kernel_counts() {
	awk 'NR == 1 { n = NF; for (i = 1; i <= n; i++) cpu[i] = substr($i, 4); next }
		{ name = $1; sub(/:$/, "", name)
			if (name ~ /^IPI[0-9]/) { name = $(n + 2); for (i = n + 3; i <= NF; i++) name = name "\\x20" $i }
			for (i = 1; i <= n && $(i + 1) ~ /^[0-9]+$/; i++) print name, cpu[i], $(i + 1) }' \
		/proc/interrupts
}

# Prints the same from the module. On a shared line all actions see all interrupts, so the largest count is used.
module_counts() {
	rows 'f["measure"] == "hardirq_duration" { key = f["number"] " " f["cpu"]; action = key " " f["name"]
			n[action] += f["count"] + f["none"]; if (n[action] > most[key]) most[key] = n[action] }
		f["measure"] == "hardirq_duration" && f["name"] ~ /interrupts$/ { most[f["name"] " " f["cpu"]] = f["count"] }
		f["measure"] == "vector_duration" { name = f["name"]; sub(/_.*/, "", name); most[name " " f["cpu"]] += f["count"] }
		END { for (key in most) print key, most[key] }'
}

sandwich() { # FILE: name cpu before module after
	kernel_counts >"$scratch/a"
	module_counts >"$scratch/m"
	kernel_counts >"$scratch/b"
	awk 'FILENAME ~ /a$/ { a[$1 " " $2] = $3; next } FILENAME ~ /m$/ { m[$1 " " $2] = $3; next }
		{ key = $1 " " $2; print key, a[key] + 0, m[key] + 0, $3 }' "$scratch/a" "$scratch/m" "$scratch/b" >"$1"
}

# Reads repeatedly and writes to FILE, for each line without interrupts in between: name cpu difference. Two attempts
# must agree.
differences() {
	: >"$scratch/tries"
	for try in 1 2 3 4 5 6; do
		sandwich "$scratch/s"
		awk '$1 ~ /^[0-9]+$/ && $3 == $5 { print $1, $2, $3 - $4 }' "$scratch/s" >>"$scratch/tries"
	done
	sort "$scratch/tries" | uniq -c | awk '{ key = $2 " " $3 } $1 > seen[key] { seen[key] = $1; d[key] = $4 }
		END { for (key in d) if (seen[key] > 1) print key, d[key] }' >"$1"
}

# Succeeds if each line has the same difference as before the window.
exact_again() {
	cp "$scratch/base" "$scratch/open"
	for try in $(seq $TRIES); do
		sandwich "$scratch/s"
		awk 'FILENAME ~ /s$/ { if ($3 == $5) d[$1 " " $2] = $3 - $4; next }
			{ key = $1 " " $2; if (!(key in d) || d[key] != $3) print $0 (key in d ? " now " d[key] : " moving") }' \
			"$scratch/s" "$scratch/open" >"$scratch/left"
		[ -s "$scratch/left" ] || return 0
		awk '{ print $1, $2, $3 }' "$scratch/left" >"$scratch/open"
		sleep 0.1
	done
	sed 's/^/# not exact: /' "$scratch/left"
	return 1
}

# Compares each vector's increase in the module with the minimum and maximum increase of the kernel's count. One
# interrupt on each side may have been in progress.
vectors_between() {
	sandwich "$scratch/s"
	awk 'FILENAME ~ /v$/ { a[$1 " " $2] = $3; m[$1 " " $2] = $4; b[$1 " " $2] = $5; next }
		$1 ~ /^(LOC|RES|CAL|IWI|.*interrupts)$/ && ($3 || $4 || $5) { key = $1 " " $2; grown = $4 - m[key]; least = $3 - b[key] - 1; most = $5 - a[key] + 1
			print "# " key ": " least + 1 " to " most - 1 " counted by the kernel, " grown " by the module"
			if (grown < least || grown > most) bad = 1; checked++ }
		END { exit bad || !checked }' "$scratch/v" "$scratch/s"
}

work() {
	end=$(($(date +%s) + SECONDS_OF_LOAD))
	while [ "$(date +%s)" -lt $end ]; do
		dd if=/dev/zero of="$scratch/disk" bs=4k count=200 oflag=direct
		printf '          ' >"$SERIAL"
		ping -c 20 -f -w 1 10.0.2.2
		disturb kind=hardirq us=100 cpu=$((RANDOM_CPU = (${RANDOM_CPU:-0} + 1) % CPUS))
	done >/dev/null 2>&1
}

plan 5
load rtprobe measures=$HANDLERS || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
CPUS=$(online_cpus | wc -l)
disturb kind=hardirq us=100 cpu=0 # every line has a row before the window opens
differences "$scratch/base"
sandwich "$scratch/v"
kernel_counts >"$scratch/start"
work
check "the count of each vector is between the two readings of the kernel" vectors_between
check "the count of each irq line is exact on each CPU" exact_again
kernel_counts >"$scratch/end"
awk 'NR == FNR { was[$1 " " $2] = $3; next } $1 ~ /^[0-9]+$/ { n = $3 - was[$1 " " $2]; total += n; if (n) lines++ }
	END { print "# " total " interrupts on " lines " lines and CPUs in the window" }' "$scratch/start" "$scratch/end"
compared() { [ "$(wc -l <"$scratch/base")" -ge $((10 * CPUS)) ]; }
figures "$(wc -l <"$scratch/base") lines and CPUs compared"
check "most lines were compared" compared
nothing_lost() { [ "$(status_of lost_no_row)" = 0 ] && [ "$(status_of lost_irq_out_of_range)" = 0 ]; }
check "no value was lost because of a missing row" nothing_lost
check "the kernel log has no warnings" no_splat
finish
