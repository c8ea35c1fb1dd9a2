#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Nested handlers, as demultiplexers have them: three lines deep, on top of a task and inside a vector. Each row has the
# time of its own handler. Nothing is counted twice, and nothing is attributed to the task.
. "$(dirname "$0")/lib.sh"

TIMES=20
US=1000
OWN_NS=$((2 * US * 1000))

nest() { # CPU
	for i in $(seq $TIMES); do disturb kind=nested us=$US cpu="$1" || return 1; done
}

# Prints column COLUMN of the row NAME on CPU.
of_row() { # MEASURE NAME CPU COLUMN
	rows 'f["measure"] == "'"$1"'" && f["name"] == "'"$2"'" && f["cpu"] == '"$3"' { n += f["'"$4"'"] } END { printf "%d\n", n }'
}

counted() { # CPU: every handler each time
	for line in 0 1 2; do
		[ "$(of_row hardirq_duration rtprobe-nest$line "$1" count)" -eq $TIMES ] || return 1
	done
}

# The shortest value of each is its own time: pauses of an emulated CPU only make some values longer.
own_time() { # CPU
	for line in 0 1 2; do
		least=$(of_row hardirq_duration rtprobe-nest$line "$1" min_ns)
		[ "$least" -ge $OWN_NS ] && [ "$least" -le $((OWN_NS * 13 / 10)) ] || return 1
	done
}

show() { # CPU
	for line in 0 1 2; do
		figures "CPU $1 rtprobe-nest$line: count $(of_row hardirq_duration rtprobe-nest$line "$1" count), least $(of_row hardirq_duration rtprobe-nest$line "$1" min_ns) ns of $OWN_NS"
	done
}

# Looks at the timer_latency spikes on CPU 0 of at least 5 of the 6 ms that the handlers take. Prints how many are
# attributed to them and not to the task, how many are not, and the longest of those: value, task, ns of hard handlers,
# ns of the task.
attributed() {
	awk -v own=$((5 * OWN_NS / 2)) '{ key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value) }
	function close_spike() {
		if (measure == "timer_latency" && cpu == 0 && whole >= own) {
			if (handlers >= whole * 3 / 4 && task <= whole / 10) right++
			else { others++; if (whole > most) { most = whole; longest = whole " " comm " " handlers + 0 " " task + 0 } } }
		handlers = task = whole = 0; measure = comm = "" }
	key == "spike" { close_spike() }
	key == "measure" { measure = value }
	key == "comm" { comm = value }
	key == "cpu" { cpu = value }
	key == "value_ns" { whole = value + 0 }
	key == "part" { split(value, p, " "); if (p[1] == "hardirq") handlers += p[5]; if (p[1] == "irqs_off") task += p[5] }
	END { close_spike(); print right + 0, others + 0, longest }' $PROBE/spikes
}

# The module follows five nested handlers: of seven, those around them have no value.
deep() { for i in $(seq $TIMES); do disturb kind=nesteddeep us=1 cpu=0 || return 1; done; }
ends_lost() {
	unpaired=$(status_of lost_unpaired)
	deep || return 1
	sleep 0.3
	lost=$(($(status_of lost_unpaired) - unpaired))
	figures "$TIMES times seven nested handlers: $lost ends without an entry, lost_negative $(status_of lost_negative)"
	for line in 0 1 2 3; do [ "$(of_row hardirq_duration rtprobe-nest$line 0 count)" -eq 0 ] || return 1; done
	for line in 4 5 6; do [ "$(of_row hardirq_duration rtprobe-nest$line 0 count)" -eq $TIMES ] || return 1; done
	[ "$lost" -eq $((4 * TIMES)) ] && [ "$(status_of lost_negative)" -eq 0 ]
}
right_again() { control clear=histograms && nest 0 && sleep 0.3 && counted 0 && own_time 0; }

plan 11
load rtprobe measures=hardirq_duration,vector_duration,timer_latency threshold=4ms || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
[ -e /sys/devices/system/cpu/cpu1 ] || bail "two CPUs are needed"
taskset -pc 0 $$ >/dev/null

# From the first one the module learns that handlers nest here.
disturb kind=nested us=1 cpu=0
disturb kind=nested us=1 cpu=1
sleep 0.5
control clear=histograms
control clear=spikes
unpaired=$(status_of lost_unpaired)
check "handlers nest on top of a task" nest 0
sleep 0.3
show 0
check "each handler has a value each time" counted 0
check "each value is the handler's own time" own_time 0
figures "lost_unpaired grew by $(($(status_of lost_unpaired) - unpaired)), lost_negative $(status_of lost_negative)"
check "no exit is unpaired" [ "$(status_of lost_unpaired)" -eq "$unpaired" -a "$(status_of lost_negative)" -eq 0 ]
read -r right others longest <<VERDICT
$(attributed)
VERDICT
figures "$right of $TIMES late timers are attributed to the handlers; $others other spikes as long: ${longest:-none}"
check "the timers that the handlers made late are attributed to the handlers, not to the task" [ "$right" -ge $((TIMES * 3 / 4)) ]

check "handlers nest inside a vector" nest 1
show 1
inside() { counted 1 && own_time 1; }
check "each handler has a value of its own time each time" inside
vectors=$(of_row vector_duration CAL_SINGLE 1 count)
# In sum, because the host may stop the CPU inside one of them. One handler of 2 ms in each would be more.
own=$(of_row vector_duration CAL_SINGLE 1 sum_ns)
figures "CAL_SINGLE on CPU 1: $vectors values, $own ns in sum, the largest $(of_row vector_duration CAL_SINGLE 1 max_ns)"
check "the vectors' time does not include the handlers" [ "$vectors" -ge $TIMES -a "$own" -lt $((TIMES * OWN_NS)) ]
control clear=histograms
check "handlers nested deeper than the module follows are counted as lost, and have no value" ends_lost
check "and the next ones that nest are right again" right_again
check "the kernel log has no warnings" no_splat
finish
