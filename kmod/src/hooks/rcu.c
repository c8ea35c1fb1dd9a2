// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/rcu.h"

#include <linux/kernel.h>
#include <linux/rcu_segcblist.h>

#include "base/cpu.h"
#include "recorder/recorder.h"

#ifdef CONFIG_KRETPROBES

/* In place of a function, older kernels have the offset of an object that is only to be freed. */
#define RCU_OFFSETS 4096

static void rcu_finish(struct rtp_cpu *c)
{
	if (!c->rcu_function)
		return;
	c->rcu_function = NULL;
	rtp_kprobe_ended(RTPROBE_CALLBACK_RCU);
}
NOKPROBE_SYMBOL(rcu_finish);

/* rcu_cblist_dequeue(list) */
static int rcu_dequeued(struct kprobe *probe, struct pt_regs *regs)
{
	const struct rcu_cblist *list = (const void *)regs_get_kernel_argument(regs, 0);
	const struct rcu_head *head = READ_ONCE(list->head);
	const void *function = head ? READ_ONCE(head->func) : NULL;
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);

	if (!rtp_recorder_is_on())
		return 0;
	if (function == c->rcu_function && list == c->rcu_list)
		return 0;
	if ((uintptr_t)function < RCU_OFFSETS) {
		rcu_finish(c);
		return 0;
	}
	rtp_kprobe_began(RTPROBE_CALLBACK_RCU, function, NULL);
	c->rcu_function = function;
	c->rcu_list = list;
	return 0;
}
NOKPROBE_SYMBOL(rcu_dequeued);

/* rcu_segcblist_insert_done_cbs(): the kernel has left the loop, also before the list was empty. */
static int rcu_returned(struct kprobe *probe, struct pt_regs *regs)
{
	rcu_finish(this_cpu_ptr(rtp_cpus));
	return 0;
}
NOKPROBE_SYMBOL(rcu_returned);

RTP_KPROBE_SET(rcu, RTPROBE_CALLBACK_RCU, 2,
	RTP_KPROBE("rcu_cblist_dequeue", rcu_dequeued),
	RTP_KPROBE("rcu_segcblist_insert_done_cbs", rcu_returned),
);

#else

const struct rtp_kprobe_set rtp_rcu_set = {
	.callback = RTPROBE_CALLBACK_RCU,
	.needed = 1,
};

#endif
