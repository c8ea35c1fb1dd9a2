#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A dump during which the data changes says so (NLM_F_DUMP_INTR), so that its reader asks again. An undisturbed dump does
# not say so.
. "$(dirname "$0")/lib.sh"

GET_SOURCES=4 GET_HISTS=5 GET_SPIKES=6 GET_RULES=12
EAGAIN=-11

# COMMAND CHANGE: dumps, with a change after the first part. The kernel has made the second part by then; a third must
# follow. Parts of spikes and histograms cannot be smaller.
dump() {
	[ "$1" = $GET_RULES ] && part=8192 || part=16384
	CHANGE=$2 PART=$part perl "$here/genl.pl" dump "$1" >"$scratch/dump"
}

whole() { # COMMAND MESSAGES
	dump "$1" "" || return 1
	figures "$(grep -c ^message "$scratch/dump") messages of $(awk '$1 == "message" { n += $2 } END { print n }' "$scratch/dump") bytes"
	[ "$(grep -c ^message "$scratch/dump")" -ge "$2" ] && ! grep -q ^interrupted "$scratch/dump" && grep -qx 'error 0' "$scratch/dump"
}

# COMMAND ERROR CHANGE
interrupted() {
	dump "$1" "$3" || return 1
	grep -q ^interrupted "$scratch/dump" && grep -qx "error $2" "$scratch/dump" || { figures "$(tail -n 1 "$scratch/dump")"; return 1; }
}

# COMMAND CHANGE: a change that does not make the dump inconsistent
undisturbed() {
	dump "$1" "$2" && ! grep -q ^interrupted "$scratch/dump" && grep -qx 'error 0' "$scratch/dump"
}

# Fills the list of rules with long ones.
fill_rules() {
	rules clear
	long=$(printf '%060d' 0)
	for i in $(seq 60); do
		rules "add name=$long comm=$long cgroup=$long cpus=0 irq=$i threshold=1s" || return 1
	done
}

fill_spikes() {
	for i in $(seq 300); do
		disturb kind=hardirq us=6000 cpu=1 || return 1
		[ "$(status_of spikes_held)" -ge 60 ] && return
		sleep 0.05
	done
	figures "$(status_of spikes_held) of $(status_of spikes_total) spikes; $(grep '^lost_spike' $PROBE/status | xargs)"
	return 1
}

plan 11
load rtprobe measures=hardirq_duration threshold=4ms self_limit=off max_spikes=64 max_rows=2000 || bail "rtprobe.ko does not load"
load rtprobe_disturb && load rtprobe_many lines=900 || bail "the disturbances do not load"

check "spikes fill the list" fill_spikes
check "a dump of spikes is whole" whole $GET_SPIKES 40
check "a spike during a dump of spikes does not interrupt it" undisturbed $GET_SPIKES "echo kind=hardirq us=6000 cpu=1 >$DISTURB"
check "a clear interrupts a dump of spikes" interrupted $GET_SPIKES 0 "echo clear >$PROBE/spikes"
check "rules fill the list" fill_rules
check "a dump of rules is whole" whole $GET_RULES 60
check "a change of the rules interrupts a dump of them" interrupted $GET_RULES 0 "echo 'add irq=4000 threshold=1s' >$PROBE/rules"
check "a dump of histograms is whole" whole $GET_HISTS 900
check "a clear interrupts a dump of histograms, and ends it" interrupted $GET_HISTS $EAGAIN "echo clear=histograms >$PROBE/control"
check "a dump of sources is whole" whole $GET_SOURCES 900
check "the kernel log has no warnings" no_splat
finish
