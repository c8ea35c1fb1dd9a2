/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two edges of a handler, entry and exit, with the NMI handlers between them taken out; and
 * moments of a CPU. The state is in struct rtp_cpu.
 */
#ifndef RTPROBE_EDGE_H
#define RTPROBE_EDGE_H

#include "base/clock.h"
#include "base/cpu.h"
#include "base/lost.h"

/* An NMI handler that took @ticks ended now. In NMI. */
void rtp_edge_nmi(struct rtp_cpu *c, u64 ticks);

/*
 * The exit whose key is not the one entered as it was: true and the ticks without the NMI handlers
 * that ran between and without @inside, what handlers inside it took. Returns false, counted, if
 * this is the exit of another entry or the result is impossible.
 */
bool rtp_edge_settle(struct rtp_cpu *c, struct rtp_edge *edge, const void *key, u64 end, u64 inside,
		     u64 *ticks);

/*
 * Remember an entry, and return its ticks. The key goes first: an NMI before the reading of the
 * clock marks it in vain, one after it is found.
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

/* This moment. On the CPU with interrupts off; an NMI meanwhile is waited out. */
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

/* Ticks between two moments of one CPU, hard handlers, vectors and NMIs taken out. */
static __always_inline u64 rtp_mark_net(const struct rtp_mark *from, const struct rtp_mark *to)
{
	return (to->ticks - from->ticks) - (to->taken - from->taken);
}

/*
 * The module's own work in a vector, from @since until now: returns its ticks and adds them to its
 * cost. NMIs in between are not part of it, because they are subtracted from the vector on their
 * own. On the CPU with interrupts off.
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
