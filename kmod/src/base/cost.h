/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's own overhead on a CPU.
 *
 * For each histogram, the second value of every reporting interval is timed: from the exit probe's
 * reading of the clock to the end of the probe, with the work of an entry repeated. Such a value
 * takes the slow path, so the overhead is overestimated rather than underestimated. Of the softirq
 * and scheduler hooks, every 256th call is timed. The timer and the handovers to process context
 * are always timed. The tracepoints' own code, about 15 instructions per probe, is not included.
 */
#ifndef RTPROBE_COST_H
#define RTPROBE_COST_H

#include "base/clock.h"

/* Overhead of one CPU; written only by that CPU, interrupts off. */
struct rtp_cost {
	u64 sampled;		/* handlers timed ... */
	u64 sampled_ticks;	/* ... and the time of their probes */
	u64 hooks;		/* calls of other hooks ... */
	u64 hooks_sampled;	/* ... those that were timed ... */
	u64 hooks_ticks;	/* ... and their time */
	u64 own_ticks;		/* of the timer and handovers, without NMIs */
	u64 vector_ticks;	/* part of own_ticks since the current vector began */
	u64 own_kept;		/* ns of own_ticks, while the clock changes */
};

/* One of this many hook calls is timed; a power of two. */
#define RTP_COST_SAMPLE 256

/* Counts the call of a softirq or scheduler hook that began at @since and ends now. */
static __always_inline void rtp_cost_hook(struct rtp_cost *cost, u64 since)
{
	if (likely(++cost->hooks % RTP_COST_SAMPLE))
		return;
	cost->hooks_ticks += rtp_clock_now() - since;
	cost->hooks_sampled++;
}

struct rtp_cost_total {
	u64 events;
	u64 ns;
};

/*
 * rtp_cost_convert begins the change of the clock from ticks to ns, rtp_cost_converted ends it. The
 * hooks are silent. Between them the interrupt of a handover may add a difference of two clocks,
 * which is dropped: before the second call the module waits for such interrupts.
 */
void rtp_cost_convert(struct rtp_cost *cost);
void rtp_cost_converted(struct rtp_cost *cost);

/* Returns the overhead of a CPU since load; @handlers were recorded on it. Any context. */
struct rtp_cost_total rtp_cost_of(const struct rtp_cost *cost, u64 handlers);

#endif
