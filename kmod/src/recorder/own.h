/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's own work in interrupts. The flight recorder has an event at the end of each, so that
 * a spike attributes the time to the probe and not to what it interrupted.
 *
 * On the CPU, interrupts off, not NMI.
 */
#ifndef RTPROBE_RECORDER_OWN_H
#define RTPROBE_RECORDER_OWN_H

#include "base/edge.h"
#include "recorder/recorder.h"

/* Set in the payload of own work that was a part of the module's timer handler. */
#define RTP_RECORD_IN_TIMER BIT_ULL(55)

static inline void rtp_own_note(struct rtp_cpu *c, u64 ticks, u64 flags)
{
	c->thread_own += ticks;
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_PROBE,
			 rtp_clock_to_ns(rtp_clock_chosen, ticks) | flags, rtp_clock_now());
}

/* Ends the work of a timer or IPI of the module, which began at @since. */
static inline void rtp_own_end(struct rtp_cpu *c, const struct rtp_mark *since)
{
	rtp_own_note(c, rtp_cost_own(c, since), 0);
}

/* Begins the handler of timer.h. Captures in it are a part of it. */
static inline void rtp_own_timer_begin(struct rtp_cpu *c)
{
	c->own = rtp_mark(rtp_clock_chosen, c);
}

/* Ends a section of the handler and returns its ticks. The time since then is the next section. */
static inline u64 rtp_own_timer_section(struct rtp_cpu *c)
{
	u64 ticks = rtp_cost_own(c, &c->own);

	c->own = rtp_mark(rtp_clock_chosen, c);
	return ticks;
}

/* Ends the handler; returns the ticks of its last section. */
static inline u64 rtp_own_timer_end(struct rtp_cpu *c)
{
	u64 ticks = rtp_cost_own(c, &c->own);

	c->own.ticks = 0;
	c->thread_own += ticks;
	return ticks;
}

/* Records the irq_work of a handover, whose cost was added. */
void rtp_own_handover(struct rtp_cpu *c, u64 ticks);

/* Ends a capture, which began at @since, and returns its ticks. */
u64 rtp_own_captured(struct rtp_cpu *c, const struct rtp_mark *since);

#endif
