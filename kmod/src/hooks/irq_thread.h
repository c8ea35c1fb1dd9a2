/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_thread_latency: from the wake-up by the hard handler until the irq thread runs.
 * irq_thread_duration: time of an irq thread on a CPU between two switches, without hard handlers,
 * vectors and NMIs, but including softirqs that it runs.
 *
 * The module learns a thread's action when the action's handler wakes the thread. The data of such
 * a kernel thread is its irqaction, and must equal the action that the CPU entered last. A thread
 * therefore has no values until its handler has woken it once after the measure was switched on.
 */
#ifndef RTPROBE_IRQ_THREAD_H
#define RTPROBE_IRQ_THREAD_H

#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "base/cpu.h"
#include "tasks/task.h"

/* Returns whether a task is an irq thread; the kernel gives all of them the same prefix. */
static __always_inline bool rtp_irq_thread_is(const struct task_struct *task)
{
	return task->flags & PF_KTHREAD && !strncmp(task->comm, "irq/", 4);
}

/*
 * Returns whether @task is the irq thread of the handler that is returning on this CPU, and stores
 * the action in @entry. Called in sched_waking, in a hard interrupt.
 */
bool rtp_irq_thread_woken(const struct rtp_cpu *c, struct rtp_task_entry *entry,
			  struct task_struct *task);

/* Records the switch to a thread @ns after its handler woke it. In sched_switch, interrupts off. */
void rtp_irq_thread_record_latency(struct rtp_cpu *c, struct rtp_task_entry *entry,
				   struct task_struct *task, u64 ns, u64 now);

/* Records the switch away from a thread that ran since entry->since. Same context. */
void rtp_irq_thread_record_duration(struct rtp_cpu *c, struct rtp_task_entry *entry,
				    struct rtp_mark now);

/*
 * Retires the rows of the freed action's thread on all CPUs; those of all actions of the line if
 * @any. Does not sleep.
 */
void rtp_irq_thread_retire(unsigned int irq, const void *dev_id, bool any);

/* Returns whether this kernel has the hooks that irq threads need. Process context. */
bool rtp_irq_threads_find(void);

#endif
