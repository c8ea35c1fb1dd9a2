#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Actions of rules: the trace stops where the threshold is crossed, behind a marker; a process gets a signal, once.
. "$(dirname "$0")/lib.sh"

TRACING=/sys/kernel/tracing

refused() { # TEXT CODE WORD
	cat $PROBE/rules >"$scratch/before"
	if rules "$1"; then figures "it was accepted"; return 1; fi
	[ "$(cat $PROBE/rules)" = "$(cat "$scratch/before")" ] || { figures "the rules changed"; return 1; }
	figures "last_error=$(status_of last_error)"
	case $(status_of last_error) in "$2 "*"$3"*) ;; *) return 1 ;; esac
}

newest() { tail -n 1 $PROBE/rules; }
newest_id() { newest | sed 's/^id=\([0-9]*\).*/\1/'; }
of_newest() { newest | sed -n "s/.* $1=\([^ ]*\).*/\1/p"; }
add() {
	rules clear
	control clear=spikes
	rules "add irq=$irq threshold=1ms $1" || { figures "$(status_of last_error)"; return 1; }
}
hold() { # TIMES
	for i in $(seq "$1"); do disturb kind=hardirq us=3000 cpu=1 || return 1; done
	sleep 0.3
}
trace_again() { echo 0 >$TRACING/tracing_on && echo >$TRACING/trace && echo 1 >$TRACING/tracing_on; }
markers() { grep -c 'rtprobe: rule=' $TRACING/trace; }

# The marker is the last line of the trace, was written inside of the handler, and has the values of the spike.
stops() {
	trace_again && add action=stop_trace && hold 1 || return 1
	grep -v '^#' $TRACING/trace >"$scratch/trace"
	tail -n 2 "$scratch/trace" | sed 's/^/# /'
	newest | sed 's/^/# /'
	[ "$(cat $TRACING/tracing_on)" = 0 ] && [ "$(markers)" = 1 ] || return 1
	marker=$(tail -n 1 "$scratch/trace" | sed 's/.*rtprobe: //')
	for pair in "rule=$(newest_id)" measure=hardirq_duration cpu=1 threshold_ns=1000000 \
		"time_ns=$(sed -n 's/^time=//p' $PROBE/spikes | head -n 1)" "value_ns=$(sed -n 's/^value_ns=//p' $PROBE/spikes | head -n 1)"; do
		case " $marker " in *" $pair "*) ;; *) figures "the marker lacks $pair"; return 1 ;; esac
	done
	grep -qx acted=stop_trace $PROBE/spikes
}

# The trace has the handler's entry, and the exit comes too late for it: rtprobe's hook was registered before the event's.
within_the_handler() {
	grep "irq_handler_[a-z]*: irq=$irq " "$scratch/trace" | tail -n 1 >"$scratch/last"
	sed 's/^/# /' "$scratch/last"
	grep -q irq_handler_entry "$scratch/last" || return 1
	[ "$(of_newest stop_ns)" -gt 0 ] && [ "$(of_newest stop_ns)" -lt "$limit" ]
}

# Later hits do nothing until the rule is armed again.
once() {
	echo 1 >$TRACING/tracing_on
	hold 3
	newest | sed 's/^/# /'
	[ "$(cat $TRACING/tracing_on)" = 1 ] && [ "$(markers)" = 1 ] && [ "$(of_newest acted)" = 1 ] &&
		[ "$(of_newest unarmed)" = 3 ] && [ "$(of_newest armed)" = 0 ] &&
		[ "$(grep -c ^acted= $PROBE/spikes)" = 1 ]
}
again() {
	rules "arm $(newest_id)" && hold 1 || return 1
	[ "$(cat $TRACING/tracing_on)" = 0 ] && [ "$(markers)" = 2 ] && [ "$(of_newest acted)" = 2 ]
}
# A rule that finds the trace stopped stays armed.
waits_for_a_trace() {
	add action=stop_trace && hold 2 || return 1
	[ "$(of_newest armed)" = 1 ] && [ "$(of_newest unarmed)" = 2 ] && [ "$(of_newest acted)" = 0 ]
}

# A process that counts a signal into a file.
receiver() { # NAME SIGNAL
	background perl -e '$0 = $ARGV[0]; $SIG{$ARGV[1]} = sub { open my $f, ">>", $ARGV[2]; print $f "$ARGV[1]\n" };
		sleep 1 while 1' "$1" "$2" "$scratch/got.$1"
	until grep -qsx "$1" "/proc/$last/comm"; do [ -d "/proc/$last" ] || bail "$1 ended"; sleep 0.05; done
	sleep 0.2
}
got() { cat "$scratch/got.$1" 2>/dev/null | wc -l; }
signalled() { # TARGET NAME TRACE-STATE
	add "action=$1" && hold 3 || return 1
	newest | sed 's/^/# /'
	figures "latency of the signal: $(of_newest signal_ns) ns"
	[ "$(got "$2")" = 1 ] && [ "$(of_newest signal_ns)" -gt 0 ] && [ "$(of_newest signal_error)" = 0 ] &&
		[ "$(of_newest acted)" = 1 ] && [ "$(of_newest unarmed)" = 2 ]
}
both() {
	rm -f "$scratch/got.$1"
	trace_again && add "action=stop_trace,signal:$1:USR2" && hold 2 || return 1
	[ "$(got "$1")" = 1 ] && [ "$(cat $TRACING/tracing_on)" = 0 ] && [ "$(of_newest stop_ns)" -gt 0 ] &&
		grep -qx acted=stop_trace,signal $PROBE/spikes
}
# The process has ended: its pid gets no signal, and the rule says so.
gone() {
	receiver rtp-ending USR1
	add "action=signal:$last" || return 1
	stop "$last"
	hold 1
	figures "signal_error=$(of_newest signal_error)"
	[ "$(of_newest signal_error)" = 3 ] && [ "$(of_newest signal_ns)" = 0 ]
}
shown_words() {
	add 'action=stop_trace,signal:a\x2cb\x3a\x20c:9' || return 1
	words=$(newest | sed 's/^id=[0-9]* \(.*\) hits=.*/\1/')
	rules "clear; add $words" || return 1
	[ "$(newest | sed 's/^id=[0-9]* \(.*\) hits=.*/\1/')" = "$words" ] || { figures "$words"; newest | sed 's/^/# /'; return 1; }
}
without_cap_kill() {
	before=$(cat $PROBE/rules)
	setpriv --bounding-set -kill sh -c "echo 'add irq=$irq threshold=1ms action=signal:rtp-by-name' >$PROBE/rules" 2>/dev/null && return 1
	figures "last_error=$(status_of last_error)"
	case $(status_of last_error) in missing_capability*CAP_KILL*) ;; *) return 1 ;; esac
	[ "$(cat $PROBE/rules)" = "$before" ]
}
log_is_quiet() { ! dmesg | grep -q 'trace_printk() being used'; }

plan 31
load rtprobe measures=hardirq_duration threshold=off || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
mountpoint -q $TRACING || mount -t tracefs tracefs $TRACING || bail "no tracefs"
taskset -pc 0 $$ >/dev/null
irq=$(edu_irq)
# An emulated CPU executes a few hundred million instructions a second.
limit=1000000
watches_itself && limit=20000000

while IFS='|' read -r text code word; do
	check "rules refuses '$text' with $code and names $word" refused "$text" "$code" "$word"
done <<WORDS
add threshold=1ms action=|bad_word|action=
add threshold=1ms action=explode|unknown_word|explode
add threshold=1ms action=stop_trace:now|unknown_word|stop_trace
add threshold=1ms action=stop_trace,stop_trace|duplicate_word|stop_trace
add threshold=1ms action=stop_trace action=stop_trace|duplicate_word|action
add threshold=off action=stop_trace|bad_word|threshold=off
add threshold=1ms action=signal|missing_word|signal
add threshold=1ms action=signal:|missing_word|signal
add threshold=1ms action=signal:1|unknown_process|1
add threshold=1ms action=signal:2|unknown_process|2
add threshold=1ms action=signal:4000000|unknown_process|4000000
add threshold=1ms action=signal:99999999|out_of_range|99999999
add threshold=1ms action=signal:servo:BOOM|unknown_signal|BOOM
add threshold=1ms action=signal:servo:65|unknown_signal|65
add threshold=1ms action=signal:servo:0|unknown_signal|0
add threshold=1ms action=signal:a-name-of-16-byte|too_long|a-name-of-16-byte
arm|bad_number|arm
arm 4000000|unknown_rule|4000000
WORDS
rules "add irq=$irq threshold=1ms"
check "arming a rule without an action is refused" refused "arm $(newest_id)" no_action "$(newest_id)"
check "a signal needs CAP_KILL" without_cap_kill
check "the words shown for an action create the same rule" shown_words

echo 1 >$TRACING/events/irq/irq_handler_entry/enable
echo 1 >$TRACING/events/irq/irq_handler_exit/enable
check "the trace stops, and its last line is the marker with the values of the spike" stops
check "it stops within the handler and $limit ns of the crossing" within_the_handler
check "later hits do nothing" once
check "after arm, the next hit stops the trace again" again
check "a rule that finds no running trace stays armed" waits_for_a_trace
receiver rtp-by-name USR2
check "a process gets the signal of a rule that names it, once" signalled signal:rtp-by-name:USR2 rtp-by-name
check "one rule does both" both rtp-by-name
receiver rtp-by-pid USR1
check "a process gets the signal of a rule with its pid, once" signalled "signal:$last" rtp-by-pid
check "a process that has ended gets none, and the rule shows the error" gone
unload rtprobe
check "the kernel log has no warnings, also not of a debug trace" eval 'no_splat && log_is_quiet'
finish
