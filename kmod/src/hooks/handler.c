// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/handler.h"

#include "base/edge.h"

void rtp_handler_timed(struct rtp_cpu *c, u64 end)
{
	/* Repeats the work of the entry probe, so that its cost is measured, too. */
	rtp_edge_enter(rtp_clock_chosen, &c->cost_edge, c);
	rtp_cost_timed(&c->cost, &c->cost.handlers, end);
}
