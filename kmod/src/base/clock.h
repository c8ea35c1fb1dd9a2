/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock that measures all durations.
 *
 * If the processor's counter has a constant rate in all sleep states, it is read: on x86 the time
 * stamp counter, raw and unordered, which takes three instructions; on arm64 the system counter, by
 * the kernel's function, which contains the workarounds of the processor. Otherwise
 * ktime_get_mono_fast_ns is called, which takes about fifty. In the module RTPROBE_CLOCK_TSC is the
 * counter of every architecture; rtp_clock_reported() returns what readers get. The clock is chosen
 * at load. It changes at most once, from the counter to the
 * other, when the kernel marks the counter unstable. Each hot probe exists twice, once per clock:
 * the clock is a constant argument there, which saves a branch and a call. All other code uses
 * rtp_clock_chosen.
 *
 * A reading is a number of ticks. Only the difference of two readings from the same CPU is
 * meaningful, if the clock did not change between them. Time stamps that leave the module are from
 * CLOCK_MONOTONIC.
 *
 * Shared times can be compared across CPUs. They are ns of CLOCK_MONOTONIC, or ticks of the counter
 * if the kernel's CLOCK_MONOTONIC reads the same counter: then they are as far apart on two CPUs as
 * CLOCK_MONOTONIC is, and need no second reading. This is decided at load.
 */
#ifndef RTPROBE_CLOCK_H
#define RTPROBE_CLOCK_H

#include <linux/jump_label.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#ifdef CONFIG_X86
#include <asm/msr.h>
#include <asm/tsc.h>
#elif defined(CONFIG_ARM64)
#include <clocksource/arm_arch_timer.h>
#endif

#include "uapi/rtprobe.h"

/*
 * A conversion is one 64 x 64 bit multiplication and a shift. On x86 it is exact to 2^-60 for each
 * counter of more than 62.5 MHz, whose ticks are shorter than 16 ns. The counter of an arm64
 * machine has 1 MHz to 1 GHz: there it is exact to 2^-53, and one tick can be a microsecond.
 */
#ifdef CONFIG_ARM64
#define RTP_CLOCK_SHIFT 53
#define RTP_CLOCK_INVERSE_SHIFT 60
#define RTP_CLOCK_HZ_MIN 1000000ULL
#define RTP_CLOCK_HZ_MAX 4000000000ULL
#else
#define RTP_CLOCK_SHIFT 60
#define RTP_CLOCK_INVERSE_SHIFT 32
#define RTP_CLOCK_HZ_MIN 62500000ULL
#define RTP_CLOCK_HZ_MAX U64_MAX
#endif

extern enum rtprobe_clock rtp_clock_chosen;
extern u64 rtp_clock_mult;	/* nanoseconds per tick of the counter, << RTP_CLOCK_SHIFT */
extern u64 rtp_clock_inverse;	/* ticks per nanosecond, << RTP_CLOCK_INVERSE_SHIFT */

/* Returns the current time in ticks of @clock. Any context, including NMI. */
static __always_inline u64 rtp_clock_read(enum rtprobe_clock clock)
{
#ifdef CONFIG_X86
	if (clock == RTPROBE_CLOCK_TSC)
		return rdtsc();
#elif defined(CONFIG_ARM64)
	if (clock == RTPROBE_CLOCK_TSC)
		return arch_timer_read_counter();
#endif
	return ktime_get_mono_fast_ns();
}

/* Converts ticks of @clock to nanoseconds, rounded down. */
static __always_inline u64 rtp_clock_to_ns(enum rtprobe_clock clock, u64 ticks)
{
#ifdef CONFIG_X86_64
	u64 high;
#endif

	if (clock != RTPROBE_CLOCK_TSC)
		return ticks;
#ifdef CONFIG_X86_64
	/* Not mul_u64_u64_shr(): the compiler would align the stack for its 128-bit product. */
	asm("mulq %[mult]" : "+a" (ticks), "=d" (high) : [mult] "m" (rtp_clock_mult) : "cc");
	asm("shrdq %[shift], %[high], %[low]"
	    : [low] "+r" (ticks)
	    : [high] "r" (high), [shift] "i" (RTP_CLOCK_SHIFT)
	    : "cc");
	return ticks;
#else
	return mul_u64_u64_shr(ticks, rtp_clock_mult, RTP_CLOCK_SHIFT);
#endif
}

/* Enabled if CLOCK_MONOTONIC reads the counter, and the counter is the clock. */
DECLARE_STATIC_KEY_FALSE(rtp_clock_shared_key);

/* Returns whether shared times are ticks of @clock. */
static __always_inline bool rtp_clock_is_shared(enum rtprobe_clock clock)
{
	return clock == RTPROBE_CLOCK_MONO || static_branch_likely(&rtp_clock_shared_key);
}

/* Returns the shared time; @ticks of @clock were just read on this CPU. Context as above. */
static __always_inline u64 rtp_clock_shared(enum rtprobe_clock clock, u64 ticks)
{
	return rtp_clock_is_shared(clock) ? ticks : ktime_get_mono_fast_ns();
}

/* Converts a difference of two shared times to ns. */
static __always_inline u64 rtp_clock_shared_to_ns(enum rtprobe_clock clock, u64 difference)
{
	return rtp_clock_is_shared(clock) ? rtp_clock_to_ns(clock, difference) : difference;
}

/* Returns the current time in ticks of the chosen clock. */
static inline u64 rtp_clock_now(void)
{
	return rtp_clock_read(rtp_clock_chosen);
}

/* Converts nanoseconds to ticks of the chosen clock, rounded down. */
static inline u64 rtp_clock_from_ns(u64 ns)
{
	if (rtp_clock_chosen == RTPROBE_CLOCK_TSC)
		return mul_u64_u64_shr(ns, rtp_clock_inverse, RTP_CLOCK_INVERSE_SHIFT);
	return ns;
}

/* Converts a difference of two shared times to ticks of the chosen clock, rounded down. */
static inline u64 rtp_clock_shared_to_ticks(u64 difference)
{
	return rtp_clock_is_shared(rtp_clock_chosen) ? difference : rtp_clock_from_ns(difference);
}

/* Returns the shared time of @ticks, a recent moment on this CPU. */
static inline u64 rtp_clock_shared_at(u64 ticks)
{
	if (rtp_clock_is_shared(rtp_clock_chosen))
		return ticks;
	return ktime_get_mono_fast_ns() -
	       rtp_clock_to_ns(rtp_clock_chosen, rtp_clock_now() - ticks);
}

/*
 * Chooses the clock. @name is auto, tsc, cntvct or mono. Process context, before any probe runs;
 * may sleep for some milliseconds. Returns -EINVAL and logs the reason if the word is unknown,
 * or for a counter that this machine does not have.
 */
int rtp_clock_choose(const char *name);

/*
 * Ask the kernel about the counter: takes over a refined rate, and returns true while the counter
 * is in use though the kernel has marked it unstable after load. One caller at a time; any context.
 */
bool rtp_clock_look(void);

/* Switches the clock to mono. No probe may run. Earlier readings are no longer comparable. */
void rtp_clock_give_up(void);

/* Why and when, as ns of CLOCK_MONOTONIC, the clock or its rate changed last; 0: not since load. */
enum rtprobe_clock_change rtp_clock_change(u64 *since);
const char *rtp_clock_change_name(enum rtprobe_clock_change change);

const char *rtp_clock_name(void);

/* Returns the chosen clock as readers know it. */
enum rtprobe_clock rtp_clock_reported(void);

/* Returns the picoseconds of one tick of the chosen clock, rounded up. */
u32 rtp_clock_resolution(void);

/* Returns the name of the clock of shared times. */
const char *rtp_clock_shared_name(void);

#endif
