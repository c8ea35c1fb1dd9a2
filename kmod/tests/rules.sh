#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Rules: their words, which rule decides, rate limits.
. "$(dirname "$0")/lib.sh"

CGROUPS=$scratch/cgroups

# A refused write must fail, change no rule and set last_error.
refused() { # TEXT WORD
	cat "$PROBE/rules" >"$scratch/before"
	if rules "$1"; then figures "it was accepted"; return 1; fi
	cat "$PROBE/rules" >"$scratch/after"
	cmp -s "$scratch/before" "$scratch/after" || { diff "$scratch/before" "$scratch/after" | sed 's/^/# /'; return 1; }
	status_of last_error | grep -qF -- "$2" || { figures "last_error=$(status_of last_error)"; return 1; }
}

words_of() { sed -n "$1"'s/^id=[0-9]* \(.*\) hits=[0-9]* limited=[0-9]*$/\1/p' $PROBE/rules; }
counter() { sed -n "s/^id=$1 .* $2=\([0-9]*\).*/\1/p" $PROBE/rules; }

# The words that are shown for a rule create the same rule again.
comes_back() { # WORDS
	rules clear
	rules "add $1" || { figures "$(status_of last_error)"; return 1; }
	first=$(words_of 1)
	rules "add $first" || { figures "$(status_of last_error)"; return 1; }
	[ -n "$first" ] && [ "$(words_of 2)" = "$first" ] || { sed 's/^/# /' $PROBE/rules; return 1; }
}

hold() { # TIMES MICROSECONDS
	for i in $(seq "$1"); do disturb kind=hardirq us="$2" cpu=1 || return 1; done
	sleep 0.3
}

# Prints the spikes of the edu device's handler by rule.
by_rule() {
	awk -F= '$1 == "spike" { name = rule = "" } $1 == "name" { name = $2 } $1 == "rule" { rule = $2 }
		$1 == "" && name == "rtprobe-edu" && rule == "'"$1"'" { n++ } END { print n + 0 }' $PROBE/spikes
}

# held RULES SPIKES RULE: with these rules, ten holds of 3 ms make that many spikes of the rule.
held() {
	rules clear
	rules "$1" || { figures "$(status_of last_error)"; return 1; }
	id=$(sed -n 's/^id=\([0-9]*\) .*/\1/p' $PROBE/rules | sed -n "${3}p")
	control clear=spikes
	hold 10 3000
	n=$(by_rule "${id:-0}")
	[ "$n" -eq "$2" ] || { figures "$n spikes of rule ${id:-0}"; sed 's/^/# /' $PROBE/rules; return 1; }
}

# by_task CRITERION: of ten holds, those that interrupt camera-grab match the rule. Another task may run for a moment;
# these match the next rule.
by_task() {
	rules clear
	rules "add $1 threshold=1ms; add irq=$irq threshold=1ms" || { figures "$(status_of last_error)"; return 1; }
	id=$(sed -n '1s/^id=\([0-9]*\) .*/\1/p' $PROBE/rules)
	control clear=spikes
	hold 10 3000
	awk -F= -v id="$id" '$1 == "spike" { name = "" } $1 == "name" { name = $2 } $1 == "rule" { rule = $2 }
		$1 == "comm" && name == "rtprobe-edu" { n[rule]++; if (($2 == "camera-grab") != (rule == id)) bad++ }
		END { print "# " n[id] + 0 " of the rule, " n[id + 1] + 0 " of the next, " bad + 0 " wrong"
			exit bad || !n[id] || n[id] + n[id + 1] != 10 }' $PROBE/spikes
}

limits() {
	rules clear
	before=$(status_of lost_spike_limited)
	rules "add irq=$irq threshold=1ms $1" || return 1
	id=$(sed -n 's/^id=\([0-9]*\) .*/\1/p' $PROBE/rules)
	control clear=spikes
	hold 20 3000
	figures "$1: hits $(counter "$id" hits), limited $(counter "$id" limited), spikes $(by_rule "$id")"
	[ "$(counter "$id" hits)" -eq 20 ] && [ "$(by_rule "$id")" -ge 1 ] && [ "$(by_rule "$id")" -lt 20 ] &&
		[ $(($(counter "$id" limited) + $(by_rule "$id"))) -eq 20 ] &&
		[ $(($(status_of lost_spike_limited) - before)) -eq "$(counter "$id" limited)" ]
}

# The first spike of a cooldown is not the only one if a later value is longer.
longest() {
	rules clear
	rules "add irq=$irq threshold=1ms cooldown=60s" || return 1
	control clear=spikes
	hold 3 3000
	hold 1 30000
	hold 3 3000
	most=$(sed -n 's/^value_ns=//p' $PROBE/spikes | sort -n | tail -n 1)
	figures "$(grep -c ^value_ns= $PROBE/spikes) spikes, the longest of $most ns"
	[ "${most:-0}" -ge 30000000 ] && [ "$(grep -c ^value_ns= $PROBE/spikes)" -lt 7 ]
}

too_many() {
	rules clear
	for i in $(seq 64); do rules "add irq=$i threshold=1ms" || return 1; done
	refused "add irq=65 threshold=1ms" too_many_rules
}

# A text with one wrong command changes nothing.
whole() {
	rules clear
	rules "add irq=1 threshold=1ms" || return 1
	refused "clear; add irq=2 threshold=1ms; del 4000000" 4000000
}

in_cgroup() {
	mkdir -p "$CGROUPS" && mount -t cgroup2 none "$CGROUPS" && mkdir -p "$CGROUPS/camera.slice/camera" &&
		echo "$1" >"$CGROUPS/camera.slice/camera/cgroup.procs"
}

plan 58
load rtprobe measures=hardirq_duration || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"

while IFS='|' read -r text word; do
	check "rules refuses '$text' completely and names $word" refused "$text" "$word"
done <<WORDS
bogus|bogus
add|threshold
add irq=24|threshold
add threshold=1|1
add threshold=61s|threshold
add threshold=1ms threshold=2ms|threshold
add threshold=1ms irq|irq
add threshold=1ms irq=|irq=
add threshold=1ms irq=-1|-1
add threshold=1ms irq=many|many
add threshold=1ms irq=all irq=3|irq
add threshold=1ms irq=all measure=hardirq_duration,nonsense|nonsense
add threshold=1ms measure=|measure=
add threshold=1ms measures=hardirq_duration|measures
add threshold=1ms cpus=x|x
add threshold=1ms cpus=9999999|9999999
add threshold=1ms pid=99999999|99999999
add threshold=1ms comm=$(printf '%70s' '' | tr ' ' x)|comm
add threshold=1ms capture=stack,soul|soul
add threshold=1ms capture=stack,stack|stack
add threshold=1ms rate=fast|fast
add threshold=1ms cooldown=61s|cooldown
add threshold=1ms cooldown=1|1
del|del
del 0|0
del 1000000|1000000
del x|x
clear all|all
add threshold=1ms; bogus|bogus
WORDS
check "rules refuses a text without a command" refused ' ; ' ''
check "rules refuses a text of 9000 bytes" refused "add threshold=1ms $(printf '%9000s' '')" ''

while read -r words; do
	check "the words shown for '$words' create the same rule" comes_back "$words"
done <<WORDS
threshold=off
threshold=1.5ms capture=none
irq=all threshold=50us
irq=24 name=virtio* cpus=0-1 threshold=50us capture=all rate=10 cooldown=1s
measure=hardirq_duration,vector_duration pid=1 comm=a\\x20b?* cgroup=/a.slice/* threshold=60s
WORDS
check "a text is applied completely or not at all" whole
check "rules beyond 64 are refused" too_many

taskset -pc 0 $$ >/dev/null
irq=$(edu_irq)
camera=$(named camera-grab dd)
background taskset -c 1 "$camera" if=/dev/zero of=/dev/null bs=1M
disturb kind=hardirq us=20 cpu=1
rules clear
check "a rule of an irq makes spikes without a general threshold" held "add irq=$irq threshold=1ms" 10 1
check "a rule of all irqs makes spikes" held "add irq=all threshold=1ms" 10 1
check "a rule of a name makes spikes" held "add name=rtprobe-e?u threshold=1ms" 10 1
check "a rule of another irq makes no spikes" held "add irq=$((irq + 1)) threshold=1ms" 0 1
check "a rule of another measure makes no spikes" held "add measure=timer_latency,vector_duration threshold=1ms" 0 1
check "a rule of another CPU makes no spikes" held "add cpus=0 threshold=1ms" 0 1
check "a rule of the interrupted task's name makes spikes" by_task comm=camera*
check "a rule of another task's name makes no spikes" held "add comm=modem* threshold=1ms" 0 1
check "a rule of its pid makes spikes" by_task pid=$last
check "a value at or under the rule's threshold is no spike" held "add irq=$irq threshold=50ms" 0 1
check "the first rule that matches decides" held "add irq=$irq threshold=50ms; add threshold=1ms" 0 2
control threshold=1ms
check "the general threshold is evaluated last" held "add cpus=0 threshold=off" 10 9
check "a rule with threshold=off exempts" held "add name=rtprobe-* threshold=off" 0 9
control threshold=off
check "a rate limits captures; limited ones are counted" limits rate=5
check "a cooldown limits captures; limited ones are counted" limits cooldown=500ms
check "in a cooldown, values longer than all before are captured" longest
in_cgroup "$last" || figures "no cgroup2 here"
check "a rule of the task's cgroup makes spikes" by_task cgroup=/camera.slice/*
check "a rule of another cgroup makes no spikes" held "add cgroup=/system.slice/* threshold=1ms" 0 1
stop "$last"
umount "$CGROUPS"
unload rtprobe
load rtprobe measures=hardirq_duration 'rules="add irq=3 threshold=1ms; add comm=a* threshold=off"'
check "the module's parameter rules= adds rules" [ "$(grep -c ^id= $PROBE/rules)" = 2 ]
check "the kernel log has no warnings" no_splat
finish
