/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wakeup_latency: from sched_waking to sched_switch of a real-time task, or of a task that a rule
 * names. One row per name and CPU: tasks with equal names share it.
 */
#ifndef RTPROBE_WAKEUP_H
#define RTPROBE_WAKEUP_H

#include <linux/types.h>

struct rtp_cpu;
struct rtp_task_entry;
struct task_struct;

/*
 * Records the switch to a task that was woken @ns ago, at @now in ticks of this CPU. In
 * sched_switch. @ns is the difference of two readings of CLOCK_MONOTONIC, because the waker may run
 * on another CPU.
 */
void rtp_wakeup_record(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *task,
		       s64 ns, u64 now);

#endif
