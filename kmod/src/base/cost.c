// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cost.h"

#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>	/* mutex.h is not self-contained on 5.10-rt */

static DEFINE_MUTEX(read_mutex);

/* A call that captured a spike is left out: the capture's time is always added. */
void rtp_cost_timed(struct rtp_cost *cost, struct rtp_cost_calls *calls, u64 since)
{
	if ((s64)(cost->captured - since) > 0)
		return;
	calls->ticks += rtp_clock_now() - since;
	calls->sampled++;
}

/* Returns the ns of the calls since the last reading, which was after @before calls. */
static u64 cost_new(const struct rtp_cost_calls *calls, u64 n, u64 *before)
{
	u64 sampled = READ_ONCE(calls->sampled);
	u64 ticks;

	/* A reading may miss a row that is being cleared; the next one has it. */
	if (!sampled || n <= *before)
		return 0;
	ticks = mul_u64_u64_div_u64(n - *before, READ_ONCE(calls->ticks), sampled);
	*before = n;
	return rtp_clock_to_ns(rtp_clock_chosen, ticks);
}

/* Returns the calls so far. A call in between can hide the newest RTP_COST_SAMPLE of them. */
static u64 cost_calls(const struct rtp_cost_calls *calls)
{
	u64 due;
	u8 since;

	do {
		due = READ_ONCE(calls->due);
		since = READ_ONCE(calls->calls);
	} while (due != READ_ONCE(calls->due));
	return due * RTP_COST_SAMPLE + since;
}

void rtp_cost_convert(struct rtp_cost *cost)
{
	struct rtp_cost_calls *const all[] = { &cost->handlers, &cost->hooks, &cost->nmi };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		all[i]->ticks = rtp_clock_to_ns(rtp_clock_chosen, all[i]->ticks);
	cost->captured = 0;
	cost->own_kept = rtp_clock_to_ns(rtp_clock_chosen, READ_ONCE(cost->own_ticks));
}

void rtp_cost_converted(struct rtp_cost *cost)
{
	cost->own_ticks = cost->own_kept;
	cost->vector_ticks = 0;
}

struct rtp_cost_total rtp_cost_of(struct rtp_cost *cost, u64 handlers)
{
	u64 hooks = cost_calls(&cost->hooks), nmi = cost_calls(&cost->nmi);
	u64 own = rtp_clock_to_ns(rtp_clock_chosen, READ_ONCE(cost->own_ticks));
	struct rtp_cost_read *read = &cost->read;
	struct rtp_cost_total total;

	handlers += cost_calls(&cost->handlers);
	mutex_lock(&read_mutex);
	read->ns += cost_new(&cost->handlers, handlers, &read->handlers) +
		    cost_new(&cost->hooks, hooks, &read->hooks) +
		    cost_new(&cost->nmi, nmi, &read->nmi);
	if (own > read->own) {
		read->ns += own - read->own;
		read->own = own;
	}
	read->events = max(read->events, handlers + hooks + nmi);
	total = (struct rtp_cost_total) { .events = read->events, .ns = read->ns };
	mutex_unlock(&read_mutex);
	return total;
}

void rtp_cost_add_thread(struct rtp_cost *cost, u64 ns)
{
	mutex_lock(&read_mutex);
	cost->read.ns += ns;
	mutex_unlock(&read_mutex);
}
