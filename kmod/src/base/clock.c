// SPDX-License-Identifier: GPL-2.0-or-later

#include "base/clock.h"

#include <linux/compiler.h>
#include <linux/cpufeature.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "compat/compat.h"

enum rtprobe_clock rtp_clock_chosen __read_mostly = RTPROBE_CLOCK_MONO;
u64 rtp_clock_mult __read_mostly;
u64 rtp_clock_inverse __read_mostly;

DEFINE_STATIC_KEY_FALSE(rtp_clock_shared_key);

static enum rtprobe_clock_change changed;
static u64 changed_at;

static void note_change(enum rtprobe_clock_change why)
{
	WRITE_ONCE(changed_at, ktime_get_mono_fast_ns());
	WRITE_ONCE(changed, why);
}

#ifdef CONFIG_X86
/* Minimum frequency for the conversion; see clock.h. */
#define TSC_KHZ_MIN 62500

/* Nanoseconds per millisecond: kHz are ticks per millisecond. */
#define NS_PER_MS 1000000

static unsigned int rate_khz;	/* that the conversions are of */
static bool stable_at_load;

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

static void tsc_take_rate(unsigned int khz)
{
	rate_khz = khz;
	WRITE_ONCE(rtp_clock_mult,
		   mul_u64_u64_div_u64(NS_PER_MS, 1ULL << RTP_CLOCK_SHIFT, khz));
	WRITE_ONCE(rtp_clock_inverse, div_u64((u64)khz << RTP_CLOCK_INVERSE_SHIFT, NS_PER_MS));
}

/*
 * Returns whether the kernel reads CLOCK_MONOTONIC from the counter: the value that it reads is
 * then between two readings of the counter.
 */
static bool tsc_is_monotonic(void)
{
	u64 before = rdtsc_ordered();
	u64 read = compat_clocksource_read();

	return read - before <= rdtsc_ordered() - before;
}

static void tsc_use(void)
{
	tsc_take_rate(tsc_khz);
	stable_at_load = !check_tsc_unstable();
	rtp_clock_chosen = RTPROBE_CLOCK_TSC;
	if (stable_at_load && tsc_is_monotonic())
		static_branch_enable(&rtp_clock_shared_key);
}

/*
 * The kernel refines the rate within seconds of boot, by less than the difference between two
 * conversions could matter to a value that is under way.
 */
static bool tsc_look(void)
{
	unsigned int khz = READ_ONCE(tsc_khz);

	if (khz != rate_khz && khz > TSC_KHZ_MIN) {
		tsc_take_rate(khz);
		note_change(RTPROBE_CLOCK_CHANGE_REFINED);
	}
	/* clock=tsc can have been set even though the counter was unstable at load. */
	return stable_at_load && check_tsc_unstable();
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

static bool tsc_look(void)
{
	return false;
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

bool rtp_clock_look(void)
{
	return READ_ONCE(rtp_clock_chosen) == RTPROBE_CLOCK_TSC && tsc_look();
}

void rtp_clock_give_up(void)
{
	WRITE_ONCE(rtp_clock_chosen, RTPROBE_CLOCK_MONO);
	static_branch_disable(&rtp_clock_shared_key);
	note_change(RTPROBE_CLOCK_CHANGE_UNSTABLE);
	pr_warn("clock_unstable: the kernel marked the time stamp counter unstable; the clock is mono from now on\n");
}

enum rtprobe_clock_change rtp_clock_change(u64 *since)
{
	*since = READ_ONCE(changed_at);
	return READ_ONCE(changed);
}

const char *rtp_clock_change_name(enum rtprobe_clock_change change)
{
	static const char *const names[] = {
		[RTPROBE_CLOCK_CHANGE_NONE] = "none",
		[RTPROBE_CLOCK_CHANGE_UNSTABLE] = "unstable",
		[RTPROBE_CLOCK_CHANGE_REFINED] = "refined",
	};

	return names[change];
}

const char *rtp_clock_shared_name(void)
{
	return static_key_enabled(&rtp_clock_shared_key.key) ? "tsc" : "mono";
}

const char *rtp_clock_name(void)
{
	return rtp_clock_chosen == RTPROBE_CLOCK_TSC ? "tsc" : "mono";
}
