/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timer_latency: programmed expiry to handler of a hard hrtimer pinned to each online CPU.
 *
 * The CPUs' expiries are spread over the period, so that the probes of two CPUs do not wait for each
 * other's cache lines. Periods without an expiry of their own are counted as timer_missed.
 *
 * Process context, config mutex held.
 */
#ifndef RTPROBE_TIMER_H
#define RTPROBE_TIMER_H

#include <linux/types.h>

/* Start on all online CPUs, or restart with another period, in ns. */
void rtp_timer_start(u64 period);

/* Cancel on all CPUs; after this no expiry is handled. */
void rtp_timer_stop(void);

int rtp_timer_init(void);
void rtp_timer_exit(void);

#endif
