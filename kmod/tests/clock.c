// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes what the kernel says of the time stamp counter, while it is loaded for the rate, for good for the rest. */
#include <linux/module.h>
#ifdef CONFIG_X86
#include <asm/tsc.h>

static bool unstable;
module_param(unstable, bool, 0);
MODULE_PARM_DESC(unstable, "Mark the counter unstable, as the kernel's watchdog does");

static bool twice;
module_param(twice, bool, 0);
MODULE_PARM_DESC(twice, "Say that the counter is twice as fast, until unloaded");

static int __init clock_init(void)
{
	if (twice)
		tsc_khz *= 2;
	if (unstable)
		mark_tsc_unstable("a test of rtprobe");
	return 0;
}

static void __exit clock_exit(void)
{
	if (twice)
		tsc_khz /= 2;
}
#else
static int __init clock_init(void)
{
	return -ENODEV;
}

static void __exit clock_exit(void)
{
}
#endif

module_init(clock_init);
module_exit(clock_exit);

MODULE_DESCRIPTION("Changes what the kernel says of the time stamp counter");
MODULE_LICENSE("GPL");
