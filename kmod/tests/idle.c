// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_idle: a cpuidle driver with a shallow and a deep state. Writing a CPU's number to the parameter `armed` makes
 * the next exit of that CPU from the deep state last `spin_us`, with interrupts disabled, as on hardware: the CPU waits
 * until its next timer is due, and then as long again as it takes to wake up. `entered` and `left` are when, in ns
 * of CLOCK_MONOTONIC. With `frequency_khz`, a cpufreq driver reports that frequency.
 */
#include <linux/cpufreq.h>
#include <linux/cpuidle.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/sched/idle.h>
#include <linux/timekeeping.h>

/* A CPU does not wait longer than this for its timer. */
#define WAIT_MAX_NS (20 * NSEC_PER_MSEC)

static int armed = -1;
module_param(armed, int, 0600);
static unsigned long spin_us = 5000;
module_param(spin_us, ulong, 0600);
static unsigned long long entered, left;
module_param(entered, ullong, 0400);
module_param(left, ullong, 0400);
static unsigned int frequency_khz;
module_param(frequency_khz, uint, 0400);

/* Interrupts are disabled at entry and at return. */
static int enter_shallow(struct cpuidle_device *dev, struct cpuidle_driver *drv, int index)
{
	if (current_clr_polling_and_test())
		return index;
#ifdef CONFIG_X86
	raw_safe_halt();
	raw_local_irq_disable();
#endif
	return index;
}

static int enter_deep(struct cpuidle_device *dev, struct cpuidle_driver *drv, int index)
{
	u64 now = ktime_get_mono_fast_ns(), next = READ_ONCE(dev->next_hrtimer), end = next + spin_us * NSEC_PER_USEC;

	if (READ_ONCE(armed) != dev->cpu || next > now + WAIT_MAX_NS)
		return enter_shallow(dev, drv, index);
	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
	entered = now;
	left = ktime_get_mono_fast_ns();
	WRITE_ONCE(armed, -1);
	return index;
}

static struct cpuidle_driver driver = {
	.name = "rtprobe_idle",
	.owner = THIS_MODULE,
	.states = {
		{ .name = "SHALLOW", .desc = "halt", .enter = enter_shallow, .exit_latency = 1, .target_residency = 1 },
		{ .name = "DEEP", .desc = "halt, a long way out", .enter = enter_deep,
		  .exit_latency = 13, .target_residency = 15 },
	},
	.state_count = 2,
};

static int frequency_init(struct cpufreq_policy *policy)
{
	policy->cpuinfo.min_freq = policy->cpuinfo.max_freq = frequency_khz;
	policy->min = policy->max = policy->cur = frequency_khz;
	policy->policy = CPUFREQ_POLICY_PERFORMANCE;
	return 0;
}

static int frequency_verify(struct cpufreq_policy_data *policy)
{
	return 0;
}

static int frequency_set(struct cpufreq_policy *policy)
{
	return 0;
}

static unsigned int frequency_get(unsigned int cpu)
{
	return frequency_khz;
}

static struct cpufreq_driver frequencies = {
	.name = "rtprobe_idle",
	.init = frequency_init,
	.verify = frequency_verify,
	.setpolicy = frequency_set,
	.get = frequency_get,
};

static int __init idle_init(void)
{
	int err = IS_ENABLED(CONFIG_X86) ? cpuidle_register(&driver, NULL) : -ENODEV;

	if (err || !frequency_khz)
		return err;
	err = cpufreq_register_driver(&frequencies);
	if (err)
		cpuidle_unregister(&driver);
	return err;
}

static void __exit idle_exit(void)
{
	if (frequency_khz)
		cpufreq_unregister_driver(&frequencies);
	cpuidle_unregister(&driver);
}

module_init(idle_init);
module_exit(idle_exit);
MODULE_DESCRIPTION("A cpuidle driver with an exit that takes long");
MODULE_LICENSE("GPL");
