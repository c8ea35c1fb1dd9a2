/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_thread_latency: a hard handler wakes its irq thread, to the thread on a CPU.
 * irq_thread_duration: an irq thread's time on a CPU between two switches; hard handlers, vectors
 * and NMIs taken out, what it ran of softirqs not.
 *
 * Which action a thread belongs to is seen when the action's handler wakes it: a kernel thread's
 * data is the irqaction it was made for, and the CPU remembers the action it entered last. So a
 * thread that has not been woken by its handler since a measure that needs it was switched on has
 * no values yet.
 */
#ifndef RTPROBE_IRQ_THREAD_H
#define RTPROBE_IRQ_THREAD_H

#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "base/cpu.h"
#include "tasks/task.h"

/* Whether a task is an irq thread: the kernel names them all alike. */
static __always_inline bool rtp_irq_thread_is(const struct task_struct *task)
{
	return task->flags & PF_KTHREAD && !strncmp(task->comm, "irq/", 4);
}

/*
 * In sched_waking: whether @task is the irq thread of the handler that is just returning on this
 * CPU. Then its entry knows its action.
 */
bool rtp_irq_thread_woken(const struct rtp_cpu *c, struct rtp_task_entry *entry,
			  struct task_struct *task);

/* In sched_switch, interrupts off. The thread is switched to @ns after its handler woke it. */
void rtp_irq_thread_record_latency(struct rtp_cpu *c, struct rtp_task_entry *entry,
				   struct task_struct *task, s64 ns, u64 now);

/* It is switched from; it ran since entry->since. */
void rtp_irq_thread_record_duration(struct rtp_cpu *c, struct rtp_task_entry *entry,
				    const struct rtp_mark *now);

/*
 * An action of @irq was freed: retire its threads' rows of all CPUs, or those of all actions of the
 * line.
 */
void rtp_irq_thread_retire(unsigned int irq, const void *dev_id, bool any);

/* Whether this kernel has what it takes to know irq threads. Process context. */
bool rtp_irq_threads_find(void);

#endif
