/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of everything lost or flagged since load, one per attribute of `lost` in the ABI. */
#ifndef RTPROBE_LOST_H
#define RTPROBE_LOST_H

#include <linux/types.h>

#include "base/cpu.h"

/* Adds to a counter. Any context; atomic with respect to interrupts of this CPU. */
void rtp_lost_add(enum rtp_lost kind, u64 n);

/*
 * Counts an exit without its entry as unpaired. Hooks of exits are registered before those of
 * entries, so exits without an entry are expected until shortly after: rtp_lost_hooks_changing
 * comes before a registration and rtp_lost_hooks_changed after it, with the config mutex held.
 * rtp_lost_unpaired may be called in any context.
 */
void rtp_lost_hooks_changing(void);
void rtp_lost_hooks_changed(void);
void rtp_lost_unpaired(void);

/*
 * Returns whether a difference of two clocks or counters is plausible. A negative one is counted as
 * a loss and must not be recorded. Call this before the conversion to ns, which loses the sign. Any
 * context.
 */
static inline bool rtp_is_possible(s64 difference)
{
	if (likely(difference >= 0))
		return true;
	rtp_lost_add(RTP_LOST_NEGATIVE, 1);
	return false;
}

/* Returns the sum of a counter over all CPUs. */
u64 rtp_lost_get(enum rtp_lost kind);

/* Returns the name of a counter, as in the ABI with underscores. */
const char *rtp_lost_name(enum rtp_lost kind);

/* Returns the attribute of a counter in a `lost` nest. */
int rtp_lost_attr(enum rtp_lost kind);

/*
 * Limit loss events to one per reporting interval. The end of an interval calls
 * rtp_lost_close_interval, which returns whether a counter grew. The sender of events calls
 * rtp_lost_take_due, which returns whether an event is due. Any context.
 */
bool rtp_lost_close_interval(void);
bool rtp_lost_take_due(void);

#endif
