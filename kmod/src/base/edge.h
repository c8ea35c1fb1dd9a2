/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry and exit of a handler without the NMI handlers in between, and moments on a CPU. The state
 * is in struct rtp_cpu.
 */
#ifndef RTPROBE_EDGE_H
#define RTPROBE_EDGE_H

#include "base/clock.h"
#include "base/cpu.h"
#include "base/lost.h"

/* Notes that an NMI handler ended now, which took @ticks. NMI context. */
void rtp_edge_nmi(struct rtp_cpu *c, u64 ticks);

/*
 * Computes a handler's duration at an exit whose key has changed since the entry. Stores the ticks
 * without NMI handlers and without @inside, the ticks of nested handlers. Returns false and counts
 * a loss if the exit belongs to another entry or the result is negative.
 */
bool rtp_edge_settle(struct rtp_cpu *c, struct rtp_edge *edge, const void *key, u64 end, u64 inside,
		     u64 *ticks);

/*
 * Stores an entry and returns its ticks. The key is written first: an NMI before the reading of the
 * clock then marks it needlessly, but an NMI after the reading is never missed.
 */
static __always_inline u64 rtp_edge_enter(enum rtprobe_clock clock, struct rtp_edge *edge,
					  const void *key)
{
	u64 now;

	WRITE_ONCE(edge->key, (unsigned long)key);
	now = rtp_clock_read(clock);
	WRITE_ONCE(edge->start, now);
	return now;
}

/*
 * Returns the current moment. On the CPU, interrupts off. Repeats the reading if an NMI interferes.
 */
static __always_inline struct rtp_mark rtp_mark(enum rtprobe_clock clock, const struct rtp_cpu *c)
{
	struct rtp_mark mark;
	u64 nmi;

	do {
		nmi = READ_ONCE(c->nmi_ticks);
		mark.ticks = rtp_clock_read(clock);
	} while (unlikely(nmi != READ_ONCE(c->nmi_ticks)));
	mark.taken = c->irq_ticks + nmi;
	return mark;
}

/* Returns the ticks between two moments of one CPU, without hard handlers, vectors and NMIs. */
static __always_inline u64 rtp_mark_net(const struct rtp_mark *from, const struct rtp_mark *to)
{
	return (to->ticks - from->ticks) - (to->taken - from->taken);
}

/*
 * Adds the module's own work in a vector, from @since until now, to its cost and returns the ticks.
 * NMIs are not included, because they are subtracted from the vector separately. On the CPU,
 * interrupts off.
 */
static inline u64 rtp_cost_own(struct rtp_cpu *c, const struct rtp_mark *since)
{
	struct rtp_mark now = rtp_mark(rtp_clock_chosen, c);
	u64 ticks = rtp_mark_net(since, &now);

	if (!rtp_is_possible(ticks))
		return 0;
	c->cost.own_ticks += ticks;
	c->cost.vector_ticks += ticks;
	return ticks;
}

#endif
