// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorder/own.h"

#include "base/nest.h"

void rtp_own_handover(struct rtp_cpu *c, u64 ticks)
{
	rtp_own_note(c, ticks, 0);
}

u64 rtp_own_captured(struct rtp_cpu *c, const struct rtp_mark *since)
{
	struct rtp_mark now = rtp_mark(rtp_clock_chosen, c);
	u64 ticks = rtp_mark_net(since, &now);
	unsigned int irq;

	if (!rtp_is_possible(ticks))
		return 0;
	c->cost.captured = now.ticks;
	if (c->own.ticks) {
		rtp_own_note(c, rtp_own_timer_section(c), RTP_RECORD_IN_TIMER);
		return ticks;
	}
	c->cost.own_ticks += ticks;
	/* A handler's own value is without what it calls only if that is a handler, too. */
	if (!rtp_nest_open(c, &irq))
		c->irq_ticks += ticks;
	rtp_own_note(c, ticks, 0);
	return ticks;
}
