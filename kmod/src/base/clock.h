/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one clock that durations are measured with.
 *
 * Where the processor's time stamp counter runs at a constant rate through all sleep states it is
 * read raw and unordered, which is three instructions; else ktime_get_mono_fast_ns is called, some
 * fifty. Chosen once at load. The hot probes exist twice, once per clock, so that they hold neither
 * a branch nor a call they don't need: there the clock is a constant argument. All else asks which
 * was chosen.
 *
 * A reading is a number of ticks and means something only as the difference of two readings taken
 * on the same CPU. Time stamps that leave the module come from CLOCK_MONOTONIC.
 */
#ifndef RTPROBE_CLOCK_H
#define RTPROBE_CLOCK_H

#include <linux/math64.h>
#include <linux/ktime.h>
#ifdef CONFIG_X86
#include <asm/msr.h>
#include <asm/tsc.h>
#endif

#include "uapi/rtprobe.h"

/*
 * Conversions are one multiplication of 64 by 64 bits and a shift: exact to 2^-60 for any counter
 * of more than 62.5 MHz, as then a tick is less than 16 ns.
 */
#define RTP_CLOCK_SHIFT 60
#define RTP_CLOCK_INVERSE_SHIFT 32

extern enum rtprobe_clock rtp_clock_chosen;
extern u64 rtp_clock_mult;	/* nanoseconds a tick of the counter, << RTP_CLOCK_SHIFT */
extern u64 rtp_clock_inverse;	/* ticks a nanosecond, << RTP_CLOCK_INVERSE_SHIFT */

/* Now, in ticks of @clock. Any context, NMI included. */
static __always_inline u64 rtp_clock_read(enum rtprobe_clock clock)
{
#ifdef CONFIG_X86
	if (clock == RTPROBE_CLOCK_TSC)
		return rdtsc();
#endif
	return ktime_get_mono_fast_ns();
}

/* Ticks of @clock to nanoseconds, rounded down. */
static __always_inline u64 rtp_clock_to_ns(enum rtprobe_clock clock, u64 ticks)
{
	if (clock == RTPROBE_CLOCK_TSC)
		return mul_u64_u64_shr(ticks, rtp_clock_mult, RTP_CLOCK_SHIFT);
	return ticks;
}

/* Now, in ticks of the chosen clock. */
static inline u64 rtp_clock_now(void)
{
	return rtp_clock_read(rtp_clock_chosen);
}

/* Nanoseconds to ticks of the chosen clock, rounded down. */
static inline u64 rtp_clock_from_ns(u64 ns)
{
	if (rtp_clock_chosen == RTPROBE_CLOCK_TSC)
		return mul_u64_u64_shr(ns, rtp_clock_inverse, RTP_CLOCK_INVERSE_SHIFT);
	return ns;
}

/*
 * Choose the clock. @name is auto, tsc or mono. Process context, before any probe runs.
 * Returns -EINVAL for another word and for tsc where there is no such counter or none fast enough;
 * the reason is logged.
 */
int rtp_clock_choose(const char *name);

const char *rtp_clock_name(void);

#endif
