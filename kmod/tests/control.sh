#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad words in control and in module parameters are refused, and the error names the word. Good words are applied.
. "$(dirname "$0")/lib.sh"

# A refused write must fail, change no setting and set last_error.
refused() { # TEXT WORD
	cat "$PROBE/control" >"$scratch/before"
	if control "$1"; then figures "it was accepted"; return 1; fi
	cat "$PROBE/control" >"$scratch/after"
	cmp -s "$scratch/before" "$scratch/after" || { diff "$scratch/before" "$scratch/after" | sed 's/^/# /'; return 1; }
	status_of last_error | grep -qF -- "$2" || { figures "last_error=$(status_of last_error)"; return 1; }
}

holds() { # KEY VALUE
	control "$1=$2" && [ "$(setting "$1")" = "$2" ] || { figures "$1=$(setting "$1")"; return 1; }
}

# A bad module parameter: insmod fails, nothing stays loaded, and the log names the word.
unloadable() { # PARAM WORD
	before=$(dmesg | wc -l)
	if insmod "$(module_path rtprobe)" "$1" 2>/dev/null; then figures "it loaded"; return 1; fi
	[ ! -e $PROBE ] && ! loaded rtprobe || { figures "a part of it stays loaded"; return 1; }
	dmesg | tail -n +$((before + 1)) | grep -qF -- "$2" || { dmesg | tail -n 3 | sed 's/^/# /'; return 1; }
}

loads_with() { # KEY VALUE
	load rtprobe "$1=$2" && [ "$(setting "$1")" = "$2" ]
}

lowest() {
	control threshold=off thresholds=irqsoff:3ms,wakeup_latency/kthreads:2ms && [ "$(setting threshold)" = 2ms ] &&
		setting thresholds | grep -q '^hardirq_duration:off,.*irqsoff:3ms,.*wakeup_latency:off,wakeup_latency/kthreads:2ms'
}

all_are() { # DURATION
	control "threshold=$1" && [ "$(setting threshold)" = "$1" ] &&
		[ -z "$(setting thresholds | tr , '\n' | grep -v ":$1\$")" ]
}

only_root() {
	[ -z "$(find $PROBE -perm /077)" ]
}

plan 82
load rtprobe || bail "rtprobe.ko does not load"

while IFS='|' read -r text word; do
	check "control refuses '$text' completely and names $word" refused "$text" "$word"
done <<WORDS
bogus=1|bogus
period|period
=1ms|=1ms
period=|period=
Period=1ms|Period
period=1|1
period=1.5|1.5
period=fast|fast
period=-1ms|-1ms
period=0x10us|0x10us
period=1 ms|1
period=1msms|1msms
period=1.2.3ms|1.2.3ms
period=0.0000001ms|0.0000001ms
period=49999ns|period
period=100000001ns|period
period=0|period
period=99999999999999999999s|99999999999999999999s
period=1ms period=2ms|period
threshold=60000000001ns|threshold
threshold=never|never
thresholds=|thresholds=
thresholds=timer_latency|timer_latency
thresholds=timer_latency:|timer_latency:
thresholds=nonsense:1ms|nonsense
thresholds=timer_latency:never|timer_latency=never
thresholds=timer_latency:61s|timer_latency=61s
thresholds=timer_latency:1ms,timer_latency:2ms|timer_latency
thresholds=timer_latency:1ms,|measure:duration
thresholds=timer_latency/kthreads:1ms|timer_latency/kthreads
thresholds=wakeup_latency/users:1ms|wakeup_latency/users
thresholds=stolen:1ms|stolen
interval=9999999ns|interval
interval=10.1s|interval
measures=hardirq_duration,nonsense|nonsense
measures=hardirq_duration,|measures
measures=timer_latency,timer_latency|timer_latency
measures=ALL|ALL
clear=everything|everything
capture=stack,everything|everything
capture=stack,stack|stack
recorder=maybe|maybe
clear=spikes,spikes|spikes
self_limit=0|self_limit
self_limit=101|self_limit
period=2ms bogus=1|bogus
bogus=1 period=2ms|bogus
threshold=5ms period=1us|period
WORDS

long=$(printf '%5000s' '' | tr ' ' x)
check "control refuses a text of 5000 bytes" refused "period=2ms $long" ''
check "control refuses a text without a word" refused ' ' ''
check "a control character in a word is shown escaped" refused "$(printf 'bo\001gus=1')" 'bo\x01gus'

while IFS='|' read -r key value; do
	check "control accepts $key=$value" holds "$key" "$value"
done <<WORDS
period|50us
period|100ms
threshold|1ns
threshold|off
threshold|60s
interval|10ms
interval|10s
measures|none
measures|hardirq_duration
capture|none
capture|stack,registers,process,files,sockets,locks,trace
capture|stack,files
recorder|off
recorder|on
self_limit|1
self_limit|100
self_limit|off
WORDS
check "threshold shows the lowest that is on" lowest
check "threshold=50us sets every threshold" all_are 50us
check "writing back what control shows changes nothing" refused "$(tr '\n' ' ' <$PROBE/control) bogus=1" bogus
check "only root can read or write the files in /proc/rtprobe" only_root

unload rtprobe
while IFS='|' read -r param word; do
	check "the module refuses to load with $param" unloadable "$param" "$word"
done <<WORDS
period=1us|1us
threshold=forever|forever
thresholds=nonsense:1ms|nonsense
clock=sundial|sundial
max_rows=0|max_rows
capture=soul|soul
recorder=maybe|maybe
self_limit=often|often
WORDS
check "the module loads with period=2ms" loads_with period 2ms
check "the kernel log has no warnings" no_splat
finish
