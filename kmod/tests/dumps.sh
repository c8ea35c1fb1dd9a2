#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A dump during which the data changes says so (NLM_F_DUMP_INTR), so that its reader asks again. An undisturbed dump does
# not say so.
. "$(dirname "$0")/lib.sh"

# From kmod/uapi/rtprobe.h: commands, attributes.
GET_SOURCES=4 GET_HISTS=5 GET_SPIKES=6 GET_RULES=12 GET_TRACE=17 GET_CPUS=19
TRACE_ID=2 SOURCE_NAME=4 SOURCE_AFFINITY=6
ENOENT=-2 EAGAIN=-11
CPU1=/sys/devices/system/cpu/cpu1/online

# CHANGE COMMAND [ATTRIBUTE VALUE u64]: dumps, with a change after the first part.
dump() {
	CHANGE=$1
	shift
	CHANGE=$CHANGE perl "$here/genl.pl" dump "$@" >"$scratch/dump"
}

whole() { # MESSAGES COMMAND [ATTRIBUTE VALUE u64]
	least=$1
	shift
	dump "" "$@" || return 1
	figures "$(grep -c ^message "$scratch/dump") messages of $(awk '$1 == "message" { n += $2 } END { print n }' "$scratch/dump") bytes"
	[ "$(grep -c ^message "$scratch/dump")" -ge "$least" ] && ! grep -q ^interrupted "$scratch/dump" && grep -qx 'error 0' "$scratch/dump"
}

# ERROR CHANGE COMMAND [ATTRIBUTE VALUE u64]
interrupted() {
	error=$1
	shift
	dump "$@" || return 1
	grep -q ^interrupted "$scratch/dump" && grep -qx "error $error" "$scratch/dump" || { figures "$(tail -n 1 "$scratch/dump")"; return 1; }
}

# CHANGE COMMAND: a change that does not make the dump inconsistent
undisturbed() {
	dump "$@" && ! grep -q ^interrupted "$scratch/dump" && grep -qx 'error 0' "$scratch/dump"
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

has_no_trace() { # SPIKE
	dump "" $GET_TRACE $TRACE_ID "$1" u64
	grep -qx "error $ENOENT" "$scratch/dump"
}

newest_spike() { sed -n 's/^spike=//p' $PROBE/spikes | tail -n 1; }

# Prints the CPUs that the interrupt of the disturbing device may use, as the sources have them.
affinity() {
	TEXT="$SOURCE_NAME $SOURCE_AFFINITY" perl "$here/genl.pl" dump $GET_SOURCES |
		awk '$1 == "message" && $4 == "rtprobe-edu" && $5 != "-" { print $5 }'
}
# Succeeds if a new affinity is in a dump after the line fired: it then moves to another CPU.
shows_affinity() { # CPU
	echo "$1" >"/proc/irq/$(edu_irq)/smp_affinity_list" || return 1
	for try in 1 2 3 4 5; do
		disturb kind=hardirq us=20
		[ "$(affinity)" = "$1" ] && return
	done
	figures "affinity $(affinity)"
	return 1
}

# A command that makes more spikes than traces are stored.
replace_traces="echo clear >$PROBE/spikes; for i in \$(seq 50); do echo kind=hardirq us=6000 cpu=1 >$DISTURB; sleep 0.05; done"

# Rows for less names than the short-lived tasks have.
fill_rows() {
	load rtprobe measures=wakeup_latency threshold=off max_rows=200 max_irqs=1024 interval=10ms || return 1
	rules 'add comm=x* threshold=1s'
	short_lived 1000 || return 1
	figures "$(status_of rows) of $(status_of rows_max) rows, $(status_of sources) sources"
	[ "$(status_of rows)" -gt 100 ]
}
short_lived() { echo "$1" >/sys/module/rtprobe_many/parameters/tasks && sleep 0.5; }

plan 22
load rtprobe measures=hardirq_duration threshold=4ms self_limit=off max_spikes=64 max_rows=2000 || bail "rtprobe.ko does not load"
load rtprobe_disturb && load rtprobe_many lines=900 || bail "the disturbances do not load"
[ -e $CPU1 ] || bail "two CPUs are needed"

check "spikes fill the list" fill_spikes
check "a dump of spikes is whole" whole 40 $GET_SPIKES
check "a spike during a dump of spikes does not interrupt it" undisturbed "echo kind=hardirq us=6000 cpu=1 >$DISTURB" $GET_SPIKES
check "a dump of a trace is whole" whole 3 $GET_TRACE $TRACE_ID "$(newest_spike)" u64
check "newer traces interrupt a dump of a trace that they replace, and end it" interrupted $ENOENT "$replace_traces" $GET_TRACE $TRACE_ID "$(newest_spike)" u64
check "spikes fill the list again" fill_spikes
last=$(newest_spike)
check "a clear interrupts a dump of spikes" interrupted 0 "echo clear >$PROBE/spikes" $GET_SPIKES
check "a spike that was cleared has no trace" has_no_trace "$last"
check "rules fill the list" fill_rules
check "a dump of rules is whole" whole 60 $GET_RULES
check "a change of the rules interrupts a dump of them" interrupted 0 "echo 'add irq=4000 threshold=1s' >$PROBE/rules" $GET_RULES
echo 1 >/sys/module/rtprobe_many/parameters/fire	# a busy machine had no row for each the first time
check "a dump of histograms is whole" whole 900 $GET_HISTS
check "a clear interrupts a dump of histograms, and ends it" interrupted $EAGAIN "echo clear=histograms >$PROBE/control" $GET_HISTS
check "a dump of sources is whole" whole 900 $GET_SOURCES
check "a source has the CPUs that its interrupt may use" shows_affinity 0
check "a source has them after they changed" shows_affinity 1
check "a dump of CPUs is whole" whole 2 $GET_CPUS
check "a CPU that goes offline interrupts a dump of CPUs" interrupted 0 "echo 0 >$CPU1" $GET_CPUS
check "a CPU that returns interrupts it, too" interrupted 0 "echo 1 >$CPU1" $GET_CPUS
check "short-lived tasks fill the rows" fill_rows
check "rows that get another name interrupt a dump of sources" interrupted 0 "echo 100 >/sys/module/rtprobe_many/parameters/tasks; sleep 0.5" $GET_SOURCES
check "the kernel log has no warnings" no_splat
finish
