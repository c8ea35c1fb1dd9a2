// SPDX-License-Identifier: GPL-2.0-or-later
/*
  * rtprobe_shared: adds an action to a shared irq line and counts its calls. Loading requests the irq, unloading frees
  * it. The counter is in /sys/module/rtprobe_shared/parameters.
 *
 *   insmod rtprobe_shared.ko irq=11 name=neighbour answer=none
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/module.h>

static unsigned int irq;
module_param(irq, uint, 0444);
MODULE_PARM_DESC(irq, "number of the shared line");

static char *name = "rtprobe-shared";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "name of the action");

static char *answer = "none";
module_param(answer, charp, 0444);
MODULE_PARM_DESC(answer, "what the handler returns: none or handled");

static atomic_long_t calls = ATOMIC_LONG_INIT(0);
static irqreturn_t returned;

static int calls_get(char *text, const struct kernel_param *kp)
{
	return sprintf(text, "%ld\n", atomic_long_read(&calls));
}

static const struct kernel_param_ops calls_ops = { .get = calls_get };
module_param_cb(calls, &calls_ops, NULL, 0444);
MODULE_PARM_DESC(calls, "number of calls of the handler");

static irqreturn_t shared_interrupt(int number, void *data)
{
	atomic_long_inc(&calls);
	return returned;
}

static int __init shared_init(void)
{
	if (!strcmp(answer, "handled"))
		returned = IRQ_HANDLED;
	else if (strcmp(answer, "none")) {
		pr_err("E_VALUE answer=%s: use none or handled\n", answer);
		return -EINVAL;
	}
	return request_irq(irq, shared_interrupt, IRQF_SHARED | IRQF_NO_THREAD, name, &calls);
}

static void __exit shared_exit(void)
{
	free_irq(irq, &calls);
}

module_init(shared_init);
module_exit(shared_exit);
MODULE_DESCRIPTION("Adds an action to a shared irq line, to test rtprobe with");
MODULE_LICENSE("GPL");
