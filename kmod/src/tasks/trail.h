/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain from an interrupt to the task that it woke. irq_to_task follows it from a hard handler,
 * through the softirq it raised and its irq thread, to the woken task.
 */
#ifndef RTPROBE_TRAIL_H
#define RTPROBE_TRAIL_H

#include <linux/jump_label.h>

#include "tasks/origin.h"

struct rtp_cpu;
struct task_struct;

/* Enabled while irq_to_task is on. */
DECLARE_STATIC_KEY_FALSE(rtp_trail_key);

/*
 * Returns the interrupt that led to the code this CPU runs. Called on the CPU, interrupts off. A
 * handler counts until its exit tracepoint; after that it only wakes its thread.
 */
struct rtp_origin rtp_trail_here(const struct rtp_cpu *c);

/* Notes at the exit of a handler of @irq that it wakes @thread. Hard interrupt context. */
void rtp_trail_thread_woken(const struct rtp_cpu *c, unsigned int irq,
			    const struct task_struct *thread);

#endif
