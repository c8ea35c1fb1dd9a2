/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's own overhead on a CPU, since load.
 *
 * For each histogram, the second value of every reporting interval is timed: from the exit probe's
 * reading of the clock to the end of the probe, with the work of an entry repeated. Such a value
 * takes the slow path, so the overhead is overestimated rather than underestimated. Of all other
 * hooks, every 256th call is timed. Timers, handovers to process context, captures and IPIs are
 * always timed. The threads of thread_latency and the worker are included with the run time that
 * the scheduler knows. The tracepoints' own code, about 15 instructions per probe, is not included.
 *
 * A reader adds what is new since the last reading to the sum, so the sum never falls: neither when
 * histograms are cleared nor when the average of the timed calls does.
 */
#ifndef RTPROBE_COST_H
#define RTPROBE_COST_H

#include <linux/compiler.h>

#include "base/clock.h"

/* One of this many hook calls is timed: the range of rtp_cost_calls.calls. */
#define RTP_COST_SAMPLE 256

/*
 * Hook calls, some of which are timed. Each call increments a byte, and the call with which it
 * wraps is timed: one instruction counts, and a jump tests.
 */
struct rtp_cost_calls {
	u8 calls;		/* since the newest one that was due to be timed */
	u64 due;		/* calls that were due */
	u64 sampled;		/* those of them that were timed ... */
	u64 ticks;		/* ... and their time */
};

/* What readers have added up, under their mutex. */
struct rtp_cost_read {
	u64 handlers, hooks, nmi, own;	/* calls and ns that are part of `ns` */
	u64 events;			/* largest number that was returned */
	u64 ns;
};

/* Overhead of one CPU; written only by that CPU, interrupts off, unless a member says otherwise. */
struct rtp_cost {
	struct rtp_cost_calls handlers;	/* calls: only those whose measure is off, see below */
	struct rtp_cost_calls hooks;	/* of softirqs, the scheduler, locks, kprobes, irqsoff */
	struct rtp_cost_calls nmi;	/* written from NMI */
	u64 own_ticks;		/* of timers, handovers, captures and IPIs, without NMIs */
	/* part of own_ticks since the current vector began; without vectors, the hard handler */
	u64 vector_ticks;
	u64 captured;		/* ticks when the newest capture ended */
	u64 own_kept;		/* ns of own_ticks, while the clock changes */
	struct rtp_cost_read read;
};

/*
 * Returns whether this call is timed. On the CPU, as all functions below. With interrupts on, the
 * time of an interrupt can be included in a timed call, and its own can be missed.
 */
static __always_inline bool rtp_cost_counts(struct rtp_cost_calls *calls)
{
	if (likely(data_race(++calls->calls)))
		return false;
	calls->due++;
	return true;
}

void rtp_cost_timed(struct rtp_cost *cost, struct rtp_cost_calls *calls, u64 since);

/* Counts the call of a hook that began at @since and ends now. */
static __always_inline void rtp_cost_hook(struct rtp_cost *cost, u64 since)
{
	if (rtp_cost_counts(&cost->hooks))
		rtp_cost_timed(cost, &cost->hooks, since);
}

/*
 * The same for hooks that do not read the clock: begin returns the time if this call is timed, else
 * 0.
 */
static __always_inline u64 rtp_cost_hook_begin(struct rtp_cost *cost)
{
	return rtp_cost_counts(&cost->hooks) ? rtp_clock_now() : 0;
}

static __always_inline void rtp_cost_hook_end(struct rtp_cost *cost, u64 since)
{
	if (unlikely(since))
		rtp_cost_timed(cost, &cost->hooks, since);
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

/*
 * Returns the overhead of a CPU since load; @handlers were recorded on it in histograms. Process
 * context.
 */
struct rtp_cost_total rtp_cost_of(struct rtp_cost *cost, u64 handlers);

/* Adds the run time of a thread of the module to the overhead of a CPU. Process context. */
void rtp_cost_add_thread(struct rtp_cost *cost, u64 ns);

#endif
