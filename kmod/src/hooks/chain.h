/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_to_task: entry of a hard handler to the task that it woke running on a CPU; by itself, through a
 * softirq it raised, or through its irq thread and what that raised.
 *
 * The origin travels with what carries the work: a softirq from its first raise to its execution, an irq
 * thread from the return of the handler that wakes it, the woken task's entry to its switch. It ends there:
 * what the task wakes in turn is no longer the interrupt's. An interrupt that comes again while its softirq
 * is still pending adds nothing, the first one is waited for longest. One that comes again while its thread
 * still runs takes over: what the thread wakes from then on is counted from the newer entry, which can be
 * too short, but never blames the interrupt for a thread that has been busy all along.
 *
 * Interrupts without a line (timer, IPIs) are no origins.
 */
#ifndef RTPROBE_CHAIN_H
#define RTPROBE_CHAIN_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct rtp_cpu;
struct rtp_task_entry;
struct task_struct;

/* The interrupt that led to something. */
struct rtp_origin {
	u64 entry;	/* of its hard handler, ns of CLOCK_MONOTONIC; 0: there is none */
	u32 irq;
	u32 cpu;	/* that took it */
};

/* On while irq_to_task is. */
DECLARE_STATIC_KEY_FALSE(rtp_chain_key);

/*
 * What this CPU is doing has come from. On the CPU, interrupts off. A handler counts until its tracepoint of
 * the exit; after that it only wakes its thread.
 */
struct rtp_origin rtp_chain_here(const struct rtp_cpu *c);

/* At the exit of a handler of @irq that wakes its thread. Hard interrupt context. */
void rtp_chain_thread_woken(const struct rtp_cpu *c, unsigned int irq, const struct task_struct *thread);

/* In sched_switch: a task with an origin is switched to at @now, in ticks; @mono is CLOCK_MONOTONIC. */
void rtp_chain_record(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *task, u64 mono,
		      u64 now);

#endif
