/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wakeup_latency: sched_waking to sched_switch of a real-time task, or of a task a rule names. One
 * row a name and CPU: tasks of one name share it.
 */
#ifndef RTPROBE_WAKEUP_H
#define RTPROBE_WAKEUP_H

#include <linux/types.h>

struct rtp_cpu;
struct rtp_task_entry;
struct task_struct;

/*
 * A task that was woken @ns ago is switched to at @now, in ticks of this CPU. In sched_switch. The
 * value is the difference of two readings of CLOCK_MONOTONIC, as the waker may have been another
 * CPU.
 */
void rtp_wakeup_record(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *task,
		       s64 ns, u64 now);

#endif
