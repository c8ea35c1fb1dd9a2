/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain from an interrupt to the task that it woke. irq_to_task follows it from a hard handler,
 * through the softirq it raised and its irq thread, to the woken task.
 */
#ifndef RTPROBE_TRAIL_H
#define RTPROBE_TRAIL_H

#include <linux/jump_label.h>
#include <linux/preempt.h>

#include "base/cpu.h"
#include "compat/compat.h"
#include "tasks/origin.h"
#include "tasks/task.h"

/* Enabled while irq_to_task is on. */
DECLARE_STATIC_KEY_FALSE(rtp_trail_key);

void rtp_trail_find(const struct rtp_cpu *c, struct rtp_origin *origin);

/* Returns whether an interrupt may have led to the code this CPU runs. Context as below. */
static __always_inline bool rtp_trail_exists(const struct rtp_cpu *c)
{
	const struct rtp_task_entry *thread = c->running;

	return in_hardirq() || in_serving_softirq() || (thread && unlikely(thread->irq.action));
}

/*
 * Stores the interrupt that led to the code this CPU runs. Called on the CPU, interrupts off. A
 * handler counts until its exit tracepoint; after that it only wakes its thread.
 */
static __always_inline void rtp_trail_here(const struct rtp_cpu *c, struct rtp_origin *origin)
{
	origin->entry = 0;
	if (rtp_trail_exists(c))
		rtp_trail_find(c, origin);
}

/* Notes at the exit of a handler of @irq that it wakes @thread. Hard interrupt context. */
void rtp_trail_thread_woken(const struct rtp_cpu *c, unsigned int irq,
			    const struct task_struct *thread);

#endif
