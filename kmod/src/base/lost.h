/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of everything dropped or flagged since load, one per attribute of `lost` in the ABI. */
#ifndef RTPROBE_LOST_H
#define RTPROBE_LOST_H

#include <linux/types.h>

enum rtp_lost {
	RTP_LOST_NO_ROW,
	RTP_LOST_IRQ_OUT_OF_RANGE,
	RTP_LOST_UNPAIRED,
	RTP_LOST_NEGATIVE,
	RTP_LOST_TIMER_MISSED,
	RTP_LOST_SPIKE_NO_SLOT,
	RTP_LOST_SPIKE_LIST_FULL,
	RTP_LOST_EVENT_NOT_SENT,
	RTP_LOST_NO_TASK,
	RTP_LOST_SPIKE_LIMITED,
	RTP_LOST_STOLEN_FULL,
	RTP_LOST_TRACE_OVERWRITTEN,
	RTP_LOST_COUNT,
};

/* Add to a counter. Any context but NMI; atomic against interrupts of this CPU. */
void rtp_lost_add(enum rtp_lost kind, u64 n);

/* Sum of a counter over all CPUs. */
u64 rtp_lost_get(enum rtp_lost kind);

/* Its name, as in the ABI with underscores. */
const char *rtp_lost_name(enum rtp_lost kind);

/* Its attribute inside a `lost` nest. */
int rtp_lost_attr(enum rtp_lost kind);

/* True once after any counter grew since the last call. Any context. */
bool rtp_lost_take_grown(void);

#endif
