// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/queue_site.h"

#include <linux/irqflags.h>

#include "compat/kprobe.h"
#include "recorder/recorder.h"

DEFINE_PER_CPU(struct rtp_queue_site, rtp_queue_site);

#ifdef CONFIG_KRETPROBES

/* In each of these functions, the third argument is the item, or the delayed item around it. */
static int queue_site_reached(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long flags;

	if (!rtp_recorder_is_on())
		return 0;
	local_irq_save(flags);
	*this_cpu_ptr(&rtp_queue_site) = (struct rtp_queue_site) {
		.work = (const void *)regs_get_kernel_argument(regs, 2),
		.task = current,
		.in_interrupt = rtp_queue_site_in_interrupt(),
		.site = compat_return_address(regs),
	};
	local_irq_restore(flags);
	return 0;
}
NOKPROBE_SYMBOL(queue_site_reached);

RTP_KPROBE_SET(queue_site, RTPROBE_CALLBACK_WORK, 1,
	RTP_KPROBE("queue_work_on", queue_site_reached),
	RTP_KPROBE("queue_work_node", queue_site_reached),
	RTP_KPROBE("queue_delayed_work_on", queue_site_reached),
	RTP_KPROBE("mod_delayed_work_on", queue_site_reached),
);

#else

const struct rtp_kprobe_set rtp_queue_site_set = {
	.callback = RTPROBE_CALLBACK_WORK,
	.needed = 1,
};

#endif
