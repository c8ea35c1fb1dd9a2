/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * preemption_latency: from the switch away from a real-time task that could continue, or from such
 * a task that a rule names, until it runs again. One row per name and CPU, as wakeup_latency.
 *
 * A task that is switched out while its state is not TASK_RUNNING was about to sleep. It waits only
 * from the moment in which it is woken, which is its wakeup latency. A task in TASK_RUNNING cannot
 * be woken. So an entry notes either a wake-up or a preemption.
 *
 * While a preempted real-time task waits on a CPU, each switch there records the class of the next
 * task. That an ordinary task was chosen instead proves throttling, or the fair server.
 */
#ifndef RTPROBE_PREEMPTION_H
#define RTPROBE_PREEMPTION_H

#include <linux/types.h>

struct rtp_cpu;
struct rtp_task_entry;
struct task_struct;

/*
 * Notes that a task was switched out at @now, in ticks, though it could continue. In sched_switch.
 * @is_real_time: switches are recorded with the class of the next task until it runs.
 */
void rtp_preemption_begin(struct rtp_cpu *c, struct rtp_task_entry *entry, bool is_real_time,
			  u64 now);

/*
 * Records that a task runs again at @now, in ticks, @ns after @begin, a shared time. In
 * sched_switch.
 */
void rtp_preemption_end(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *task,
			u64 ns, u64 begin, u64 now);

/* Records the class of the task switched to at @now, in ticks. In sched_switch. */
void rtp_preemption_switched(struct rtp_cpu *c, const struct task_struct *next, u64 now);

#endif
