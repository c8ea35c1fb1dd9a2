// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_livepatch: a livepatch, to see what one costs and what it takes. It replaces a function of the kernel that
 * interrupts of chained controllers pass, and a function of rtprobe_bench that does nothing.
 *
 * Loading begins the transition: a task uses the new functions once it was seen not to run the old ones.
 * /sys/kernel/livepatch/rtprobe_livepatch/transition is 0 when all have; `echo 0 >enabled` goes back, and only then
 * can the module be unloaded.
 */
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/livepatch.h>
#include <linux/module.h>

static unsigned long interrupts;
module_param(interrupts, ulong, 0444);
MODULE_PARM_DESC(interrupts, "how often the new generic_handle_irq() ran");

/*
 * A replacement replaces: it cannot call the old function, so it must do its work, with what is exported. This is
 * 6.12's without its complaint about callers outside of a hard interrupt; on another kernel it may be wrong, which is
 * the mechanism's foremost risk.
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

/* The kernel lets it come to this only after the patch has been disabled and the transition has ended. */
static void __exit livepatch_exit(void)
{
}

module_init(livepatch_init);
module_exit(livepatch_exit);
MODULE_DESCRIPTION("A livepatch, to see what one costs");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
