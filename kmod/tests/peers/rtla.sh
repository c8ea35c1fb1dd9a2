#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# timer_latency and thread_latency compared with rtla timerlat, alternately on one guest: p50 and p99 of all CPUs.
# Prints both results. The test only requires that both measured, because latencies of an emulated guest depend on the
# host. Needs rtla (RTLA=, or in PATH) and a kernel with timerlat.
. "$(dirname "$0")/../lib.sh"

ROUNDS=${ROUNDS:-3}
SECONDS_EACH=${SECONDS_EACH:-8}
rtla=${RTLA:-rtla}

# Prints p50 and p99 in us of the columns of a kind: upper ends of rtla's 1 us buckets.
rtla_percentiles() { # IRQ|Thr FILE
	awk -v kind="$1" '
	$1 == "Index" { for (i = 2; i <= NF; i++) if (index($i, kind) == 1) columns[++n] = i; next }
	$1 ~ /^[0-9]+$/ { for (i = 1; i <= n; i++) { count[$1] += $columns[i]; total += $columns[i] } if ($1 + 0 > last) last = $1 + 0 }
	$1 == "over:" { for (i = 1; i <= n; i++) total += $columns[i] }
	function rank(share,   i, sum) { for (i = 0; i <= last; i++) { sum += count[i]; if (sum >= total * share) return i + 1 } return "over" }
	END { if (total) print rank(0.5), rank(0.99), total; else print "none none 0" }' "$2"
}

# Prints the same for rtprobe: CPUs weighted by their counts; for p99 the larger of the two CPUs.
probe_percentiles() { # MEASURE
	rows 'f["measure"] == "'"$1"'" { n += f["count"]; p50 += f["p50_ns"] * f["count"]; if (f["p99_ns"] > p99) p99 = f["p99_ns"] }
		END { printf "%.1f %.1f %d\n", n ? p50 / n / 1000 : 0, p99 / 1000, n }'
}

[ -d /sys/kernel/tracing/osnoise ] || mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
[ -d /sys/kernel/tracing/osnoise ] || bail "this kernel has no timerlat"
"$rtla" --help >/dev/null 2>&1 || command -v "$rtla" >/dev/null || bail "there is no rtla"

plan 3
load rtprobe measures=none period=1ms || bail "rtprobe.ko does not load"
measured=0
for round in $(seq $ROUNDS); do
	"$rtla" timerlat hist -p 1000 -d "${SECONDS_EACH}s" -b 1 -E 9000 >"$scratch/rtla" 2>"$scratch/rtla-errors" || head -n 5 "$scratch/rtla-errors"
	control measures=timer_latency,thread_latency clear=histograms
	sleep "$SECONDS_EACH"
	control measures=none
	irq=$(rtla_percentiles IRQ "$scratch/rtla") thread=$(rtla_percentiles Thr "$scratch/rtla")
	timer=$(probe_percentiles timer_latency) own=$(probe_percentiles thread_latency)
	figures "round $round (p50 us, p99 us, values): timer: rtla $irq, rtprobe $timer; thread: rtla $thread, rtprobe $own"
	[ "${irq##* }" -gt 0 ] && [ "${thread##* }" -gt 0 ] && [ "${timer##* }" -gt 0 ] && [ "${own##* }" -gt 0 ] && measured=$((measured + 1))
done
check "both measured in each of $ROUNDS rounds" [ "$measured" -eq "$ROUNDS" ]
check "a thread is never earlier than its timer" [ "$(rows 'f["measure"] == "thread_latency" { thread[f["cpu"]] = f["p50_ns"] } f["measure"] == "timer_latency" { timer[f["cpu"]] = f["p50_ns"] } END { for (cpu in thread) if (thread[cpu] < timer[cpu]) bad++; print bad + 0 }')" -eq 0 ]
check "the kernel log has no warnings" no_splat
finish
