// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/irq_to_task.h"

#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "hooks/hardirq.h"
#include "hooks/irq_thread.h"
#include "hooks/sched.h"
#include "hooks/softirq.h"
#include "hooks/vector.h"
#include "tasks/task.h"
#include "tasks/trail.h"
#include "values/record.h"

/* Converts a time of CLOCK_MONOTONIC to ticks; @mono and @now are the same moment. 0 stays 0. */
static u64 ticks_at(u64 time, u64 mono, u64 now)
{
	return time ? now - rtp_clock_from_ns(mono - time) : 0;
}

void rtp_irq_to_task_record(struct rtp_cpu *c, struct rtp_task_entry *entry,
			    struct task_struct *task, u64 woken, u64 mono, u64 now)
{
	const struct rtp_origin *origin = &entry->origin;
	s64 ns = mono - origin->entry;
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.waker = &entry->waker,
		.chain_cpu = { entry->waker_cpu, origin->cpu },
		.chain_until = { ticks_at(woken, mono, now), ticks_at(origin->passed, mono, now) },
		.chain_recorded = { entry->waker_recorded, origin->recorded },
		.chain_cpus = 2,
	};
	struct rtp_row *row;

	if (!rtp_is_possible(ns))
		return;
	row = rtp_task_row(c, RTPROBE_MEASURE_IRQ_TO_TASK, origin->irq, entry);
	if (row && rtp_record(row, ns))
		rtp_capture(c, row, &value);
}

static int irq_to_task_hold(void)
{
	int err = rtp_hardirq_hold();

	if (err)
		return err;
	err = rtp_vector_hold();
	if (err)
		goto release_hardirq;
	err = rtp_softirq_hold();
	if (!err)
		return 0;
	rtp_vector_release();
release_hardirq:
	rtp_hardirq_release();
	return err;
}

static void irq_to_task_release(void)
{
	rtp_softirq_release();
	rtp_vector_release();
	rtp_hardirq_release();
}

static int irq_to_task_start(u64 period)
{
	int err = irq_to_task_hold();

	if (err)
		return err;
	err = rtp_sched_start(RTP_SCHED_IRQ_TO_TASK);
	if (err) {
		irq_to_task_release();
		return err;
	}
	static_branch_enable(&rtp_trail_key);
	return 0;
}

static void irq_to_task_stop(void)
{
	static_branch_disable(&rtp_trail_key);
	rtp_sched_stop(RTP_SCHED_IRQ_TO_TASK);
	irq_to_task_release();
}

const struct rtp_measure rtp_measure_irq_to_task = {
	.available = rtp_irq_threads_find,
	.start = irq_to_task_start,
	.stop = irq_to_task_stop,
};
