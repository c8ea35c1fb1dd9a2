/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reporting interval and its number, the generation: one counter for all CPUs, advanced by one
 * hard timer on an active CPU. A late timer makes one interval longer; no generation is skipped,
 * save 0 when 32 bits wrap.
 */
#ifndef RTPROBE_INTERVAL_H
#define RTPROBE_INTERVAL_H

#include <linux/types.h>

/* Number of the open interval, from 1. Any context. */
extern u32 rtp_generation;

/*
 * The open interval's number, and through @start when it began, ns of CLOCK_MONOTONIC. Any context.
 */
u32 rtp_interval_open(u64 *start);

/* Whether generation @a is @b or later, across a wrap. */
static inline bool rtp_generation_reached(u32 a, u32 b)
{
	return (s32)(a - b) >= 0;
}

/* Start, or restart with another length, in ns. Process context, config mutex held. */
void rtp_interval_start(u64 length);
void rtp_interval_init(void);

/* The timer of the interval moves from @cpu, which goes offline. In its hotplug callback. */
void rtp_interval_leave(int cpu);

/* It moves to an active CPU if it is on none. cpus_read_lock held, or in a hotplug callback. */
void rtp_interval_settle(void);

void rtp_interval_exit(void);

#endif
