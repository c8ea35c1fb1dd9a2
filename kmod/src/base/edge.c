// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/edge.h"

#include <linux/minmax.h>

#include "base/lost.h"

static void mark_nmi(struct rtp_edge *edge)
{
	WRITE_ONCE(edge->key, edge->key | RTP_EDGE_NMI);
}

/* NMIs do not nest on a CPU, and the interrupted code only reads what is written here. */
void rtp_edge_nmi(struct rtp_cpu *c, u64 ticks)
{
	struct rtp_nmi *nmi = &c->nmi_log[c->nmis % RTP_NMI_LOG];

	WRITE_ONCE(c->nmi_ticks, c->nmi_ticks + ticks);
	nmi->end = rtp_clock_now();
	nmi->total = c->nmi_ticks;
	WRITE_ONCE(c->nmis, c->nmis + 1);
	WRITE_ONCE(c->stolen_due, true);
	mark_nmi(&c->hardirq);
	mark_nmi(&c->vector);
}

/*
 * Returns the ticks of the NMI handlers that ended until @time. If these are no longer in the log,
 * the oldest entry of the log is used.
 */
static u64 nmi_ticks_until(const struct rtp_cpu *c, u64 time)
{
	unsigned int newest = READ_ONCE(c->nmis);
	unsigned int n = min_t(unsigned int, newest, RTP_NMI_LOG);
	u64 total = 0;
	unsigned int i;

	for (i = 1; i <= n; i++) {
		const struct rtp_nmi *nmi = &c->nmi_log[(newest - i) % RTP_NMI_LOG];

		total = nmi->total;
		if ((s64)(time - nmi->end) >= 0)
			break;
	}
	return i > newest ? 0 : total;
}

bool rtp_edge_settle(struct rtp_cpu *c, struct rtp_edge *edge, const void *key, u64 end, u64 inside,
		     u64 *ticks)
{
	u64 start = READ_ONCE(edge->start);

	/* With or without the mark of an NMI: this is called for other reasons, too. */
	if ((READ_ONCE(edge->key) & ~RTP_EDGE_NMI) != (unsigned long)key) {
		rtp_lost_unpaired();
		return false;
	}
	*ticks = end - start - (nmi_ticks_until(c, end) - nmi_ticks_until(c, start)) - inside;
	return rtp_is_possible(*ticks);
}
