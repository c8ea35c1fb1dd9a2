/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_to_task: entry of a hard handler to the task that it woke running on a CPU; by itself,
 * through a softirq it raised, or through its irq thread and what that raised.
 *
 * The origin travels with what carries the work: a softirq from its first raise to its execution,
 * an irq thread from the return of the handler that wakes it, the woken task's entry to its switch.
 * It ends there: what the task wakes in turn is no longer the interrupt's. An interrupt that comes
 * again while its softirq is still pending adds nothing, the first one is waited for longest. One
 * that comes again while its thread still runs takes over: what the thread wakes from then on is
 * counted from the newer entry, which can be too short, but never blames the interrupt for a thread
 * that has been busy all along.
 *
 * Interrupts without a line (timer, IPIs) are no origins.
 */
#ifndef RTPROBE_IRQ_TO_TASK_H
#define RTPROBE_IRQ_TO_TASK_H

#include <linux/types.h>

struct rtp_cpu;
struct rtp_task_entry;
struct task_struct;

/*
 * In sched_switch: a task with an origin is switched to at @now, in ticks; @mono is
 * CLOCK_MONOTONIC.
 */
void rtp_irq_to_task_record(struct rtp_cpu *c, struct rtp_task_entry *entry,
			    struct task_struct *task, u64 mono, u64 now);

#endif
