/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Idle states and the frequency of a CPU, as the kernel knows them. Process context, one caller. */
#ifndef RTPROBE_IDLE_STATE_H
#define RTPROBE_IDLE_STATE_H

#include <linux/types.h>

#include "uapi/rtprobe.h"

/* No state was seen. */
#define RTP_IDLE_UNKNOWN U32_MAX

struct rtp_idle_state {
	u32 index;		/* RTP_IDLE_UNKNOWN: all else is unknown */
	bool has_driver;	/* else the name and the exit latency are unknown */
	char name[RTPROBE_NAME_LEN];
	u64 exit_latency;	/* ns, as its driver states it */
	u32 frequency;		/* kHz, now; 0: unknown */
};

/* Describes the idle state of @index of a CPU. */
void rtp_idle_state_describe(struct rtp_idle_state *state, int cpu, u32 index);

#endif
