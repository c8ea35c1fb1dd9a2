/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reporting interval and its number, the generation. One counter serves all CPUs. A hard timer
 * on an active CPU advances it. A late timer makes one interval longer. No generation is skipped,
 * except 0 when 32 bits wrap.
 */
#ifndef RTPROBE_INTERVAL_H
#define RTPROBE_INTERVAL_H

#include <linux/types.h>

/* Number of the open interval, starting with 1. Readable in any context. */
extern u32 rtp_generation;

/*
 * Returns the number of the open interval and stores its start time, ns of CLOCK_MONOTONIC, in
 * @start. Any context.
 */
u32 rtp_interval_open(u64 *start);

/* Returns whether generation @a equals @b or is later, also across a wrap. */
static inline bool rtp_generation_reached(u32 a, u32 b)
{
	return (s32)(a - b) >= 0;
}

/* Starts the timer, or restarts it with another length in ns. May sleep; config mutex held. */
void rtp_interval_start(u64 length);
void rtp_interval_init(void);

/* Moves the interval timer away from @cpu, which goes offline. Called in its hotplug callback. */
void rtp_interval_leave(int cpu);

/*
 * Moves the interval timer to an active CPU if it is on a passive one. Call with cpus_read_lock
 * held, or from a hotplug callback.
 */
void rtp_interval_settle(void);

void rtp_interval_exit(void);

#endif
