// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/nest.h"

#include <linux/interrupt.h>

#include "base/housekeeping.h"

DEFINE_STATIC_KEY_FALSE(rtp_nest_key);

static bool wanted;

/*
 * Returns whether the newest handler has not ended. Misses a handler if the clock did not advance
 * between the previous exit and its entry.
 */
static bool nest_is_open(const struct rtp_cpu *c)
{
	return c->hardirq.key && (s64)(c->hardirq.start - c->last_exit) > 0;
}

void rtp_nest_enter(struct rtp_cpu *c)
{
	struct rtp_outer *outer;

	if (!nest_is_open(c))
		return;
	if (c->outers == RTP_OUTERS)
		c->outers = 0;
	outer = &c->outer[c->outers++];
	outer->edge.key = c->hardirq.key & ~RTP_EDGE_NMI;
	outer->edge.start = c->hardirq.start;
	outer->taken = c->irq_ticks;
	/* The handler is running, so its action exists. */
	outer->irq = ((const struct irqaction *)outer->edge.key)->irq;
}

static void nest_want(void)
{
	if (READ_ONCE(wanted))
		return;
	WRITE_ONCE(wanted, true);
	rtp_housekeeping_kick();
}

u64 rtp_nest_leave(struct rtp_cpu *c, const void *key)
{
	unsigned int i = c->outers;

	while (i--) {
		if (c->outer[i].edge.key != (unsigned long)key)
			continue;
		c->outers = i;
		c->hardirq = c->outer[i].edge;
		return c->irq_ticks - c->outer[i].taken;
	}
	/* If there was no entry at all, the handler began before the hooks were registered. */
	if (c->hardirq.key)
		nest_want();
	return 0;
}

const struct rtp_edge *rtp_nest_open(const struct rtp_cpu *c, unsigned int *irq)
{
	if (nest_is_open(c)) {
		*irq = ((const struct irqaction *)(c->hardirq.key & ~RTP_EDGE_NMI))->irq;
		return &c->hardirq;
	}
	if (!c->outers)
		return NULL;
	*irq = c->outer[c->outers - 1].irq;
	return &c->outer[c->outers - 1].edge;
}

void rtp_nest_housekeep(void)
{
	if (READ_ONCE(wanted) && !static_key_enabled(&rtp_nest_key.key))
		static_branch_enable(&rtp_nest_key);
}

void rtp_nest_forget(struct rtp_cpu *c)
{
	c->hardirq.key = 0;
	c->outers = 0;
}
