// SPDX-License-Identifier: GPL-2.0-or-later

#include "base/clock.h"

#include <linux/compiler.h>
#include <linux/cpufeature.h>
#include <linux/delay.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/time64.h>
#ifdef CONFIG_ARM64
#include <asm/arch_timer.h>
#endif

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

#define PS_PER_SEC 1000000000000ULL

static u64 rate_hz;	/* that the conversions are of */

static __maybe_unused void counter_take_rate(u64 hz)
{
	rate_hz = hz;
	WRITE_ONCE(rtp_clock_mult,
		   mul_u64_u64_div_u64(NSEC_PER_SEC, 1ULL << RTP_CLOCK_SHIFT, hz));
	WRITE_ONCE(rtp_clock_inverse,
		   mul_u64_u64_div_u64(hz, 1ULL << RTP_CLOCK_INVERSE_SHIFT, NSEC_PER_SEC));
}

static __maybe_unused bool counter_has_rate(u64 hz)
{
	return hz > RTP_CLOCK_HZ_MIN && hz < RTP_CLOCK_HZ_MAX;
}

#ifdef CONFIG_X86
#define COUNTER "tsc"
#define COUNTER_REPORTED RTPROBE_CLOCK_TSC

static bool stable_at_load;

static u64 counter_hz(void)
{
	return (u64)READ_ONCE(tsc_khz) * 1000;
}

static bool counter_exists(void)
{
	return boot_cpu_has(X86_FEATURE_TSC) && counter_has_rate(counter_hz());
}

/*
 * Only the rate must be reliable: both readings of a duration are from one CPU, so offsets between
 * CPUs do not matter. A counter that the kernel marked as unstable is not used.
 */
static bool counter_trusted(void)
{
	bool steady =
		boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && boot_cpu_has(X86_FEATURE_NONSTOP_TSC);

	return counter_exists() && (steady || boot_cpu_has(X86_FEATURE_TSC_RELIABLE)) &&
	       !check_tsc_unstable();
}

/*
 * Returns whether the kernel reads CLOCK_MONOTONIC from the counter: the value that it reads is
 * then between two readings of the counter.
 */
static bool counter_is_monotonic(void)
{
	u64 before = rdtsc_ordered();
	u64 read = compat_clocksource_read();

	return read - before <= rdtsc_ordered() - before;
}

static void counter_use(void)
{
	counter_take_rate(counter_hz());
	stable_at_load = !check_tsc_unstable();
	rtp_clock_chosen = RTPROBE_CLOCK_TSC;
	if (stable_at_load && counter_is_monotonic())
		static_branch_enable(&rtp_clock_shared_key);
}

/*
 * The kernel refines the rate within seconds of boot, by less than the difference between two
 * conversions could matter to a value that is under way.
 */
static bool counter_look(void)
{
	u64 hz = counter_hz();

	if (hz != rate_hz && counter_has_rate(hz)) {
		counter_take_rate(hz);
		note_change(RTPROBE_CLOCK_CHANGE_REFINED);
	}
	/* clock=tsc can have been set even though the counter was unstable at load. */
	return stable_at_load && check_tsc_unstable();
}
#elif defined(CONFIG_ARM64)
#define COUNTER "cntvct"
#define COUNTER_REPORTED RTPROBE_CLOCK_CNTVCT

/* Time between two comparisons of the counter with CLOCK_MONOTONIC_RAW. */
#define COMPARED_US 2000
/* A rate that differs by less than one in this number is taken as the same. */
#define RATE_TOLERANCE 1000

/* A reading of CLOCK_MONOTONIC_RAW between two readings of the counter. */
struct counter_pair {
	u64 before, after;
	u64 raw;		/* ns */
};

/* Architectures before Armv8.6 leave the rate to the machine; firmware stores it in a register. */
static u64 counter_hz(void)
{
	return arch_timer_get_cntfrq();
}

static bool counter_exists(void)
{
	return counter_has_rate(counter_hz());
}

/* The same as on x86: both readings are of one CPU's counter and in order. */
static bool counter_is_monotonic(void)
{
	u64 before = arch_timer_read_counter();
	u64 read = compat_clocksource_read();

	return read - before <= arch_timer_read_counter() - before;
}

/* Returns the closest of some readings: interrupts and a hypervisor can come between them. */
static struct counter_pair counter_compare(void)
{
	struct counter_pair best = {}, pair;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		pair.before = arch_timer_read_counter();
		pair.raw = ktime_get_raw_ns();
		pair.after = arch_timer_read_counter();
		if (!i || pair.after - pair.before < best.after - best.before)
			best = pair;
	}
	return best;
}

/*
 * A device tree can contradict a wrong register. Then the kernel's time, which uses the tree's
 * rate, and the counter drift apart by more than the readings can explain.
 */
static bool counter_has_register_rate(void)
{
	struct counter_pair first, last;
	u64 least, most, raw;

	counter_take_rate(counter_hz());
	first = counter_compare();
	usleep_range(COMPARED_US, 2 * COMPARED_US);
	last = counter_compare();
	raw = last.raw - first.raw;
	least = rtp_clock_to_ns(RTPROBE_CLOCK_TSC, last.before - first.after);
	most = rtp_clock_to_ns(RTPROBE_CLOCK_TSC, last.after - first.before);
	return raw + raw / RATE_TOLERANCE >= least && raw - raw / RATE_TOLERANCE <= most;
}

/*
 * The architecture defines the rate as constant and the counters of all CPUs as one. The kernel
 * reads this counter, unless the user chose another clocksource.
 */
static bool counter_trusted(void)
{
	return counter_exists() && counter_is_monotonic() && counter_has_register_rate();
}

static void counter_use(void)
{
	counter_take_rate(counter_hz());
	rtp_clock_chosen = RTPROBE_CLOCK_TSC;
	if (counter_is_monotonic())
		static_branch_enable(&rtp_clock_shared_key);
}

static bool counter_look(void)
{
	return false;
}
#else
#define COUNTER "tsc"
#define COUNTER_REPORTED RTPROBE_CLOCK_TSC

static bool counter_exists(void)
{
	return false;
}

static bool counter_trusted(void)
{
	return false;
}

static void counter_use(void)
{
}

static bool counter_look(void)
{
	return false;
}
#endif

static int choose_counter(const char *name)
{
	if (strcmp(name, COUNTER) || !counter_exists()) {
		pr_err("clock_missing clock=%s: this processor has no usable counter of this kind\n",
		       name);
		return -EINVAL;
	}
	if (!counter_trusted())
		pr_warn("clock=%s was requested, but the kernel does not guarantee its rate\n", name);
	counter_use();
	return 0;
}

int rtp_clock_choose(const char *name)
{
	if (!strcmp(name, "mono"))
		return 0;
	if (!strcmp(name, "tsc") || !strcmp(name, "cntvct"))
		return choose_counter(name);
	if (strcmp(name, "auto")) {
		pr_err("unknown_word clock=%s: auto, tsc, cntvct or mono\n", name);
		return -EINVAL;
	}
	if (counter_trusted())
		counter_use();
	return 0;
}

bool rtp_clock_look(void)
{
	return READ_ONCE(rtp_clock_chosen) == RTPROBE_CLOCK_TSC && counter_look();
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
	return static_key_enabled(&rtp_clock_shared_key.key) ? COUNTER : "mono";
}

const char *rtp_clock_name(void)
{
	return rtp_clock_chosen == RTPROBE_CLOCK_TSC ? COUNTER : "mono";
}

enum rtprobe_clock rtp_clock_reported(void)
{
	return rtp_clock_chosen == RTPROBE_CLOCK_TSC ? COUNTER_REPORTED : RTPROBE_CLOCK_MONO;
}

u32 rtp_clock_resolution(void)
{
	if (rtp_clock_chosen == RTPROBE_CLOCK_TSC)
		return DIV64_U64_ROUND_UP(PS_PER_SEC, rate_hz);
	return 1000;
}
