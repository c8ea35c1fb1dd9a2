// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_window: while rtprobe is unloaded, has a housekeeping work run long, from before the worker is stopped.
 *
 * Loaded after rtprobe. Kprobes kick the housekeeping where the exits stop the table of tasks, hold the work for HOLD_MS,
 * and note what the exits do meanwhile. With a wrong order of the exits, the table is freed while the work is held, and
 * the work then reads it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#define HOLD_MS 200

static bool armed;	/* the exits have begun */
static bool held;	/* the work is being held now */

/* Read by the script. */
static unsigned int holds;
static unsigned int stops_meanwhile;
static unsigned int frees_meanwhile;
module_param(holds, uint, 0444);
MODULE_PARM_DESC(holds, "how often the work was held during an unload");
module_param(stops_meanwhile, uint, 0444);
MODULE_PARM_DESC(stops_meanwhile, "how often the exit of the worker began while it was held");
module_param(frees_meanwhile, uint, 0444);
MODULE_PARM_DESC(frees_meanwhile, "how often the table was freed while it was held");

static struct kprobe kick_probe = { .symbol_name = "rtprobe:rtp_housekeeping_kick" };

static int tasks_stop(struct kprobe *probe, struct pt_regs *regs)
{
	WRITE_ONCE(armed, true);
	((void (*)(void))kick_probe.addr)();
	return 0;
}

static int work_begins(struct kprobe *probe, struct pt_regs *regs)
{
	if (!READ_ONCE(armed))
		return 0;
	WRITE_ONCE(held, true);
	mdelay(HOLD_MS);
	WRITE_ONCE(holds, holds + 1);
	WRITE_ONCE(held, false);
	return 0;
}

/* Returns true if the work is being held. Waits for it first, because the worker may not be awake yet. */
static bool is_meanwhile(void)
{
	unsigned int ms;

	for (ms = 0; ms < HOLD_MS && !READ_ONCE(held) && !READ_ONCE(holds); ms++)
		mdelay(1);
	return READ_ONCE(held);
}

static int worker_stops(struct kprobe *probe, struct pt_regs *regs)
{
	stops_meanwhile += is_meanwhile();
	return 0;
}

static int table_freed(struct kprobe *probe, struct pt_regs *regs)
{
	frees_meanwhile += is_meanwhile();
	return 0;
}

static struct kprobe tasks_stop_probe = { .symbol_name = "rtprobe:rtp_tasks_stop", .pre_handler = tasks_stop };
static struct kprobe work_probe = { .symbol_name = "rtprobe:housekeeping_work", .pre_handler = work_begins };
static struct kprobe worker_probe = { .symbol_name = "rtprobe:rtp_housekeeping_exit", .pre_handler = worker_stops };
static struct kprobe table_probe = { .symbol_name = "rtprobe:rtp_tasks_exit", .pre_handler = table_freed };

static struct kprobe *probes[] = { &work_probe, &worker_probe, &table_probe, &tasks_stop_probe };

static int __init window_init(void)
{
	int err = register_kprobe(&kick_probe);

	if (err)
		return err;
	unregister_kprobe(&kick_probe);
	err = register_kprobes(probes, ARRAY_SIZE(probes));
	return err;
}

static void __exit window_exit(void)
{
	unregister_kprobes(probes, ARRAY_SIZE(probes));
}

module_init(window_init);
module_exit(window_exit);

MODULE_DESCRIPTION("Holds rtprobe's housekeeping while it is unloaded");
MODULE_LICENSE("GPL");
