/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_to_task: from the entry of a hard handler until the task that it woke runs. The handler wakes
 * the task directly, through a softirq it raised, or through its irq thread and the softirqs of
 * that.
 *
 * The origin is passed along: a softirq has it from its first raise to its execution, an irq thread
 * from the return of the handler that woke it, a task's entry from the wake-up to the switch. Tasks
 * that the woken task wakes in turn get no origin.
 *
 * If an interrupt repeats while its softirq is pending, the first one stays the origin, because it
 * waits longest. If it repeats while its thread still runs, the newer one becomes the origin:
 * wake-ups by the thread are then measured from the newer entry. This can be too short, but it
 * never counts the thread's own long run as latency of the interrupt.
 *
 * Interrupts without a line (timer, IPIs) are never origins.
 */
#ifndef RTPROBE_IRQ_TO_TASK_H
#define RTPROBE_IRQ_TO_TASK_H

#include <linux/types.h>

struct rtp_cpu;
struct rtp_task_entry;
struct task_struct;

/*
 * Records the switch to a task that has an origin. Called in sched_switch; @now is in ticks,
 * @shared and the time of the wake-up, @woken, are shared times (clock.h).
 */
void rtp_irq_to_task_record(struct rtp_cpu *c, struct rtp_task_entry *entry,
			    struct task_struct *task, u64 woken, u64 shared, u64 now);

#endif
