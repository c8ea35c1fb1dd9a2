// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/irq_work.h"

#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/module.h>

#ifdef CONFIG_KRETPROBES

/* irq_work_single(work). That of this module records its own event, see recorder/own.h. */
static int irq_work_began(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct irq_work *work = (const void *)regs_get_kernel_argument(regs, 0);
	const void *function = READ_ONCE(work->func);

	if (within_module((unsigned long)function, THIS_MODULE))
		return 1;
	rtp_kprobe_began(RTPROBE_CALLBACK_IRQ_WORK, function, work);
	return 0;
}
NOKPROBE_SYMBOL(irq_work_began);

static int irq_work_ended(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	rtp_kprobe_ended(RTPROBE_CALLBACK_IRQ_WORK);
	return 0;
}
NOKPROBE_SYMBOL(irq_work_ended);

RTP_KPROBE_SET(irq_work, RTPROBE_CALLBACK_IRQ_WORK, 2,
	RTP_KPROBE_NO_JUMP("irq_work_single"),
	RTP_KRETPROBE("irq_work_single", irq_work_began, irq_work_ended),
);

#else

const struct rtp_kprobe_set rtp_irq_work_set = {
	.callback = RTPROBE_CALLBACK_IRQ_WORK,
	.needed = 1,
};

#endif
