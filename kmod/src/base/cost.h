/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the module itself costs a CPU.
 *
 * Of each histogram the second value of every reporting interval is timed, from the clock reading
 * of the exit's probe to the probe's end, the work of an entry done once more within; it takes the
 * slower path, so this is rather too much than too little. Of the hooks of softirqs and the
 * scheduler every 256th is timed. The timer and the hand-overs to process context are timed each
 * time. The tracepoints' own work, some 15 instructions a probe, is in none of it.
 */
#ifndef RTPROBE_COST_H
#define RTPROBE_COST_H

#include "base/clock.h"

/* Of one CPU; written by it alone, interrupts off. */
struct rtp_cost {
	u64 sampled;		/* handlers timed ... */
	u64 sampled_ticks;	/* ... and what their probes took */
	u64 hooks;		/* calls of other hooks ... */
	u64 hooks_sampled;	/* ... of them timed ... */
	u64 hooks_ticks;	/* ... and what these took */
	u64 own_ticks;		/* the timer's and the hand-overs', without NMIs */
	u64 vector_ticks;	/* of them since the vector around was entered */
};

/* One in this many hooks is timed; a power of two. */
#define RTP_COST_SAMPLE 256

/* A hook of a softirq or of the scheduler that began at @since ends. */
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

/* What a CPU has spent since load, of @handlers that were recorded on it. Any context. */
struct rtp_cost_total rtp_cost_of(const struct rtp_cost *cost, u64 handlers);

#endif
