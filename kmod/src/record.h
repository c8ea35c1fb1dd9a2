/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every probe does with a finished value: histogram, candidate for a cause, spike.
 *
 * Hard interrupt context, interrupts off. No lock, no allocation, no division.
 */
#ifndef RTPROBE_RECORD_H
#define RTPROBE_RECORD_H

#include "capture.h"
#include "cpu.h"
#include "interval.h"
#include "row.h"

/*
 * Add a value to its histogram. True, rarely, when it may be a spike: then the caller writes down what
 * it knows in a struct rtp_value and calls rtp_capture, which asks the rules.
 */
static __always_inline bool rtp_record(struct rtp_row *row, u64 ns)
{
	rtp_hist_add(&row->hist, ns, READ_ONCE(rtp_generation));
	return unlikely(ns > READ_ONCE(row->threshold));
}

/* The duration of a handler that ended at @end, in ticks. */
static __always_inline void rtp_record_handler(struct rtp_cpu *c, struct rtp_row *row, u64 ns, u64 end)
{
	/* Ran longest since the timer_latency expiry fell due: the cause, should that be late. */
	if (ns > c->longest_ns && end >= c->timer_due) {
		c->longest_ns = ns;
		c->longest = row;
	}
	if (rtp_record(row, ns))
		rtp_capture_duration(c, row, ns, end);
}

#endif
