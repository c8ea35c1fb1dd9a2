/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records the duration of a hard handler or vector that is not usual. */
#ifndef RTPROBE_HANDLER_H
#define RTPROBE_HANDLER_H

#include "capture/capture.h"
#include "hooks/stolen.h"
#include "values/record.h"

/* Samples the cost of a handler's probes; its exit probe read the clock at @end. See cost.h. */
void rtp_handler_timed(struct rtp_cpu *c, u64 end);

/* Counts a handler whose measure is off, so that no histogram counts it. Context as below. */
static __always_inline void rtp_handler_account(struct rtp_cpu *c)
{
	if (rtp_cost_counts(&c->cost.handlers))
		rtp_handler_timed(c, c->last_exit);
}

/* Records the duration of a handler that ended at @end, in ticks. Hard interrupt context. */
static inline void rtp_handler_record(struct rtp_cpu *c, struct rtp_row *row, u64 ns, u64 end)
{
	bool timed = row->hist.reopened;

	if (unlikely(rtp_stolen_is_first(c, row)))
		rtp_stolen_note(c, row);
	if (rtp_record(row, ns))
		rtp_capture_duration(c, row, ns, end);
	else if (timed)
		rtp_handler_timed(c, end);
}

#endif
