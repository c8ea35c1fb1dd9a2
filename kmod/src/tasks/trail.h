/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which interrupt led to what runs on a CPU: the trail that irq_to_task follows from a hard
 * handler, through the softirq it raised and its irq thread, to the task that is woken.
 */
#ifndef RTPROBE_TRAIL_H
#define RTPROBE_TRAIL_H

#include <linux/jump_label.h>

#include "tasks/origin.h"

struct rtp_cpu;
struct task_struct;

/* On while irq_to_task is. */
DECLARE_STATIC_KEY_FALSE(rtp_trail_key);

/*
 * What this CPU is doing has come from. On the CPU, interrupts off. A handler counts until its
 * tracepoint of the exit; after that it only wakes its thread.
 */
struct rtp_origin rtp_trail_here(const struct rtp_cpu *c);

/* At the exit of a handler of @irq that wakes its thread. Hard interrupt context. */
void rtp_trail_thread_woken(const struct rtp_cpu *c, unsigned int irq,
			    const struct task_struct *thread);

#endif
