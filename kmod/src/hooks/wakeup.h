/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wakeup_latency: from sched_waking to sched_switch of a real-time task, or of a task that a rule
 * names. One row per name and CPU: tasks with equal names share it.
 */
#ifndef RTPROBE_WAKEUP_H
#define RTPROBE_WAKEUP_H

#include "tasks/task.h"
#include "values/record.h"

/* Captures a spike. Not inlined, so that the usual path is short. */
void rtp_wakeup_capture(struct rtp_cpu *c, const struct rtp_row *row,
			const struct rtp_task_entry *entry, struct task_struct *task, u64 ns,
			u64 now);

/*
 * Records the switch to a task that was woken @ns ago, at @now in ticks of this CPU. In
 * sched_switch. @ns is a difference of shared times, because the waker may run on another CPU.
 */
static __always_inline void rtp_wakeup_record(struct rtp_cpu *c, struct rtp_task_entry *entry,
					      struct task_struct *task, u64 ns, u64 now)
{
	struct rtp_row *row = entry->row[rtp_task_row_index(RTPROBE_MEASURE_WAKEUP_LATENCY)];

	/* As rtp_task_row(), but a row that fits is not tested for NULL. */
	if (!rtp_task_row_fits(row, c, entry)) {
		row = rtp_task_find_row(c, RTPROBE_MEASURE_WAKEUP_LATENCY, 0, entry);
		if (!row)
			return;
	}
	if (rtp_record(row, ns))
		rtp_wakeup_capture(c, row, entry, task, ns, now);
}

#endif
