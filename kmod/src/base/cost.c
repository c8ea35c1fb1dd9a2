// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cost.h"

#include <linux/math64.h>

/* Extrapolates the ticks of @n events from @sampled events that took @ticks. */
static u64 cost_extrapolate(u64 n, u64 sampled, u64 ticks)
{
	return sampled ? mul_u64_u64_div_u64(n, ticks, sampled) : 0;
}

void rtp_cost_convert(struct rtp_cost *cost)
{
	cost->sampled_ticks = rtp_clock_to_ns(rtp_clock_chosen, cost->sampled_ticks);
	cost->hooks_ticks = rtp_clock_to_ns(rtp_clock_chosen, cost->hooks_ticks);
	cost->own_kept = rtp_clock_to_ns(rtp_clock_chosen, READ_ONCE(cost->own_ticks));
}

void rtp_cost_converted(struct rtp_cost *cost)
{
	cost->own_ticks = cost->own_kept;
	cost->vector_ticks = 0;
}

struct rtp_cost_total rtp_cost_of(const struct rtp_cost *cost, u64 handlers)
{
	u64 hooks = READ_ONCE(cost->hooks);
	u64 ticks = cost_extrapolate(handlers, READ_ONCE(cost->sampled),
				     READ_ONCE(cost->sampled_ticks)) +
		    cost_extrapolate(hooks, READ_ONCE(cost->hooks_sampled),
				     READ_ONCE(cost->hooks_ticks)) +
		    READ_ONCE(cost->own_ticks);

	return (struct rtp_cost_total) {
		.events = handlers + hooks,
		.ns = rtp_clock_to_ns(rtp_clock_chosen, ticks),
	};
}
