// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "base/clock.h"

#include <linux/cpufeature.h>
#include <linux/printk.h>
#include <linux/string.h>

enum rtprobe_clock rtp_clock_chosen __read_mostly = RTPROBE_CLOCK_MONO;
u64 rtp_clock_mult __read_mostly;
u64 rtp_clock_inverse __read_mostly;

#ifdef CONFIG_X86
/* Minimum frequency for the conversion; see clock.h. */
#define TSC_KHZ_MIN 62500

/* Nanoseconds per millisecond: kHz are ticks per millisecond. */
#define NS_PER_MS 1000000

static bool tsc_exists(void)
{
	return boot_cpu_has(X86_FEATURE_TSC) && tsc_khz > TSC_KHZ_MIN;
}

/*
 * Only the rate must be reliable: both readings of a duration are from one CPU, so offsets between
 * CPUs do not matter. A counter that the kernel marked as unstable is not used.
 */
static bool tsc_trusted(void)
{
	bool steady =
		boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && boot_cpu_has(X86_FEATURE_NONSTOP_TSC);

	return tsc_exists() && (steady || boot_cpu_has(X86_FEATURE_TSC_RELIABLE)) &&
	       !check_tsc_unstable();
}

static void tsc_use(void)
{
	rtp_clock_mult = mul_u64_u64_div_u64(NS_PER_MS, 1ULL << RTP_CLOCK_SHIFT, tsc_khz);
	rtp_clock_inverse = div_u64((u64)tsc_khz << RTP_CLOCK_INVERSE_SHIFT, NS_PER_MS);
	rtp_clock_chosen = RTPROBE_CLOCK_TSC;
}
#else
static bool tsc_exists(void)
{
	return false;
}

static bool tsc_trusted(void)
{
	return false;
}

static void tsc_use(void)
{
}
#endif

int rtp_clock_choose(const char *name)
{
	if (!strcmp(name, "mono"))
		return 0;
	if (!strcmp(name, "tsc")) {
		if (!tsc_exists()) {
			pr_err("clock_missing clock=tsc: this processor has no usable time stamp counter\n");
			return -EINVAL;
		}
		if (!tsc_trusted())
			pr_warn("clock=tsc was requested, but the kernel does not guarantee its rate\n");
		tsc_use();
		return 0;
	}
	if (strcmp(name, "auto")) {
		pr_err("unknown_word clock=%s: auto, tsc or mono\n", name);
		return -EINVAL;
	}
	if (tsc_trusted())
		tsc_use();
	return 0;
}

const char *rtp_clock_name(void)
{
	return rtp_clock_chosen == RTPROBE_CLOCK_TSC ? "tsc" : "mono";
}
