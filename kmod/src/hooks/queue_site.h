/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where work items are queued: the return address of the kernel's functions that queue one, such as
 * queue_work_on(). The tracepoint of a queued item is hit under the lock of its pool with
 * interrupts disabled, which is no place to read a stack. Kprobes at the entries of these functions
 * read one word of it instead. They are armed while the flight recorder runs.
 */
#ifndef RTPROBE_HOOKS_QUEUE_SITE_H
#define RTPROBE_HOOKS_QUEUE_SITE_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "hooks/kprobe.h"

/* The newest call on a CPU. */
struct rtp_queue_site {
	const void *work;	/* NULL: none */
	const struct task_struct *task;
	bool in_interrupt;
	unsigned long site;
};

DECLARE_PER_CPU(struct rtp_queue_site, rtp_queue_site);

extern const struct rtp_kprobe_set rtp_queue_site_set;

static inline bool rtp_queue_site_in_interrupt(void)
{
	return hardirq_count() || in_serving_softirq();
}

/*
 * Returns from where a work item is being queued; 0 if that is unknown: another call came in
 * between, or the task has moved to another CPU. Interrupts off.
 */
static __always_inline unsigned long rtp_queue_site_take(const void *work)
{
	struct rtp_queue_site *newest = this_cpu_ptr(&rtp_queue_site);

	if (newest->work != work || newest->task != current ||
	    newest->in_interrupt != rtp_queue_site_in_interrupt())
		return 0;
	newest->work = NULL;
	return newest->site;
}

#endif
