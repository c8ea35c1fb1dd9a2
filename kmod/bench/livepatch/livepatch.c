// SPDX-License-Identifier: GPL-2.0-or-later
/*
  * rtprobe_livepatch: a livepatch, to measure what it costs. It replaces a kernel function that interrupts of chained
  * controllers call, and a function of rtprobe_bench that does nothing.
  *
  * Loading starts the transition. A task uses the new functions after it was seen not to run the old ones.
  * /sys/kernel/livepatch/rtprobe_livepatch/transition is 0 when all tasks use them. `echo 0 >enabled` reverts this, and
  * only then can the module be unloaded.
 */
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/livepatch.h>
#include <linux/module.h>

static unsigned long interrupts;
module_param(interrupts, ulong, 0444);
MODULE_PARM_DESC(interrupts, "number of calls of the new generic_handle_irq()");

/*
 * A replacement cannot call the old function, so it must do the same work with exported symbols. This is the function
 * of 6.12 without its warning about callers outside of a hard interrupt. On another kernel it may be wrong, which is
 * the main risk of the mechanism.
 */
static int new_generic_handle_irq(unsigned int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);

	if (!data)
		return -EINVAL;
	interrupts++;
	generic_handle_irq_desc(irq_data_to_desc(data));
	return 0;
}

static unsigned long new_target(unsigned long value)
{
	return value;
}

static struct klp_func kernel_functions[] = {
	{ .old_name = "generic_handle_irq", .new_func = new_generic_handle_irq },
	{}
};

static struct klp_func bench_functions[] = {
	{ .old_name = "rtprobe_bench_target", .new_func = new_target },
	{}
};

static struct klp_object objects[] = {
	{ .funcs = kernel_functions },
	{ .name = "rtprobe_bench", .funcs = bench_functions },
	{}
};

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init livepatch_init(void)
{
	return klp_enable_patch(&patch);
}

/* The kernel calls this only after the patch was disabled and the transition has ended. */
static void __exit livepatch_exit(void)
{
}

module_init(livepatch_init);
module_exit(livepatch_exit);
MODULE_DESCRIPTION("A livepatch, to measure what it costs");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
