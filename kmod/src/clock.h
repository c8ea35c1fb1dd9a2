/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one clock that durations are measured with.
 *
 * Where the processor's time stamp counter runs at a constant rate through all sleep states it is read
 * raw and unordered: +18 guest instructions for two reads where ktime_get_mono_fast_ns costs +112
 * (docs/measures.md). Else that function is used. Chosen once at load; the hot path sees a static branch.
 *
 * A reading is a number of ticks and means something only as the difference of two readings taken on
 * the same CPU. Time stamps that leave the module come from CLOCK_MONOTONIC.
 */
#ifndef RTPROBE_CLOCK_H
#define RTPROBE_CLOCK_H

#include <linux/jump_label.h>
#include <linux/math64.h>
#include <linux/ktime.h>
#ifdef CONFIG_X86
#include <asm/msr.h>
#include <asm/tsc.h>
#endif

#include "uapi/rtprobe.h"

#define RTP_CLOCK_SHIFT 32

DECLARE_STATIC_KEY_FALSE(rtp_clock_is_tsc);
extern u64 rtp_clock_mult;	/* nanoseconds a tick, << RTP_CLOCK_SHIFT */
extern u64 rtp_clock_inverse;	/* ticks a nanosecond, << RTP_CLOCK_SHIFT */

/* Now, in ticks. Any context, NMI included. */
static __always_inline u64 rtp_clock(void)
{
#ifdef CONFIG_X86
	if (static_branch_likely(&rtp_clock_is_tsc))
		return rdtsc();
#endif
	return ktime_get_mono_fast_ns();
}

/* Ticks to nanoseconds, rounded down. */
static __always_inline u64 rtp_clock_to_ns(u64 ticks)
{
	if (static_branch_likely(&rtp_clock_is_tsc))
		return mul_u64_u64_shr(ticks, rtp_clock_mult, RTP_CLOCK_SHIFT);
	return ticks;
}

/* Nanoseconds to ticks, rounded down. */
static __always_inline u64 rtp_clock_from_ns(u64 ns)
{
	if (static_branch_likely(&rtp_clock_is_tsc))
		return mul_u64_u64_shr(ns, rtp_clock_inverse, RTP_CLOCK_SHIFT);
	return ns;
}

/*
 * Choose the clock. @name is auto, tsc or mono. Process context, before any probe runs.
 * Returns -EINVAL for another word and for tsc where there is no such counter; the reason is logged.
 */
int rtp_clock_choose(const char *name);

enum rtprobe_clock rtp_clock_chosen(void);
const char *rtp_clock_name(void);

#endif
