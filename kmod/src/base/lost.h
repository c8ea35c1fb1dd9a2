/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of everything dropped or flagged since load, one per attribute of `lost` in the ABI. */
#ifndef RTPROBE_LOST_H
#define RTPROBE_LOST_H

#include <linux/types.h>

#include "base/cpu.h"

/* Add to a counter. Any context; atomic against interrupts of this CPU. */
void rtp_lost_add(enum rtp_lost kind, u64 n);

/*
 * Whether a difference of two clocks or counters can be true. One below 0 is counted as negative
 * and must not be recorded. Ask before converting to ns, which loses the sign. Any context.
 */
static inline bool rtp_is_possible(s64 difference)
{
	if (likely(difference >= 0))
		return true;
	rtp_lost_add(RTP_LOST_NEGATIVE, 1);
	return false;
}

/* Sum of a counter over all CPUs. */
u64 rtp_lost_get(enum rtp_lost kind);

/* Its name, as in the ABI with underscores. */
const char *rtp_lost_name(enum rtp_lost kind);

/* Its attribute inside a `lost` nest. */
int rtp_lost_attr(enum rtp_lost kind);

/*
 * What listeners are to hear of losses, at most once a reporting interval: at the end of each it is
 * asked whether a counter grew, and whoever sends the event then asks whether one is due. Any
 * context.
 */
bool rtp_lost_close_interval(void);
bool rtp_lost_take_due(void);

#endif
