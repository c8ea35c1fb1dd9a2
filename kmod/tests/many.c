// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_many: creates many interrupt lines, many tasks and many functions without any device.
 *
 * Loading creates `lines` lines, named many0, many1 and so on, and handles each once on the CPU that loads the module.
 * Unloading removes them. Parameters in /sys/module/rtprobe_many/parameters: writing 1 to `fire` handles each line once
 * more. Writing 1 to `toggle` disables all lines and enables them again. Writing a number to `tasks` runs that many
 * kernel threads one after the other, named x0, x1 and so on. Each is woken once and ends. Writing a number to
 * `functions` runs that many functions, see functions.h.
 *
 * insmod rtprobe_many.ko lines=5000
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "functions.h"

static unsigned int lines = 1000;
module_param(lines, uint, 0400);
MODULE_PARM_DESC(lines, "number of lines to create");

static int first_irq;
static char (*names)[16];

static irqreturn_t many_handler(int irq, void *unused)
{
	return IRQ_HANDLED;
}

static void fire_line(unsigned int irq)
{
	unsigned long flags;

	local_irq_save(flags);
	/* A real interrupt entry does the same. */
	preempt_count_add(HARDIRQ_OFFSET);
	generic_handle_irq(irq);
	preempt_count_sub(HARDIRQ_OFFSET);
	local_irq_restore(flags);
}

static void fire_all(void)
{
	unsigned int i;

	for (i = 0; i < lines; i++) {
		fire_line(first_irq + i);
		/* 16 at a time: a CPU has spare rows for that many new lines. */
		if (i % 16 == 15)
			schedule_timeout_uninterruptible(1);
	}
}

static int fire_set(const char *value, const struct kernel_param *param)
{
	fire_all();
	return 0;
}

static const struct kernel_param_ops fire_ops = { .set = fire_set };
module_param_cb(fire, &fire_ops, NULL, 0200);

static int toggle_set(const char *value, const struct kernel_param *param)
{
	unsigned int i;

	for (i = 0; i < lines; i++)
		disable_irq_nosync(first_irq + i);
	for (i = 0; i < lines; i++) {
		enable_irq(first_irq + i);
		if (i % 16 == 15)
			schedule_timeout_uninterruptible(1);
	}
	return 0;
}

static const struct kernel_param_ops toggle_ops = { .set = toggle_set };
module_param_cb(toggle, &toggle_ops, NULL, 0200);

static int task_run(void *unused)
{
	return 0;
}

static int tasks_set(const char *value, const struct kernel_param *param)
{
	unsigned int n, i;
	int err = kstrtouint(value, 0, &n);

	for (i = 0; i < n && !err; i++) {
		struct task_struct *task = kthread_create(task_run, NULL, "x%u", i);

		err = PTR_ERR_OR_ZERO(task);
		if (err)
			break;
		/* Wait until it sleeps, so that starting it is a wake-up of a waiting task. */
		while (READ_ONCE(task->on_cpu))
			cond_resched();
		wake_up_process(task);
		/* The stacks of ended tasks are freed after a grace period. */
		if (i % 64 == 63)
			schedule_timeout_uninterruptible(1);
	}
	return err;
}

static const struct kernel_param_ops tasks_ops = { .set = tasks_set };
module_param_cb(tasks, &tasks_ops, NULL, 0200);

static int functions_set(const char *value, const struct kernel_param *param)
{
	unsigned int n;

	return kstrtouint(value, 0, &n) ?: functions_run(n);
}

static const struct kernel_param_ops functions_ops = { .set = functions_set };
module_param_cb(functions, &functions_ops, NULL, 0200);

static void remove_lines(unsigned int n)
{
	while (n--)
		free_irq(first_irq + n, names);
	irq_free_descs(first_irq, lines);
	kvfree(names);
}

static int __init many_init(void)
{
	unsigned int i;
	int err;

	names = kvcalloc(lines, sizeof(*names), GFP_KERNEL);
	if (!names)
		return -ENOMEM;
	/* Not owned by a module: request_irq takes a reference on the owner, which then could not be unloaded. */
	first_irq = __irq_alloc_descs(-1, 0, lines, NUMA_NO_NODE, NULL, NULL);
	if (first_irq < 0) {
		kvfree(names);
		return first_irq;
	}
	for (i = 0; i < lines; i++) {
		snprintf(names[i], sizeof(names[i]), "many%u", i);
		irq_set_chip_and_handler(first_irq + i, &dummy_irq_chip, handle_simple_irq);
		irq_clear_status_flags(first_irq + i, IRQ_NOREQUEST | IRQ_NOPROBE);
		err = request_irq(first_irq + i, many_handler, IRQF_NO_THREAD, names[i], names);
		if (err) {
			remove_lines(i);
			return err;
		}
	}
	fire_all();
	return 0;
}

static void __exit many_exit(void)
{
	remove_lines(lines);
}

module_init(many_init);
module_exit(many_exit);

MODULE_DESCRIPTION("Creates many interrupt lines, tasks and functions, to test rtprobe with");
MODULE_LICENSE("GPL");
