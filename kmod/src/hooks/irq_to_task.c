// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/irq_to_task.h"

#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "hooks/handlers.h"
#include "hooks/irq_thread.h"
#include "hooks/sched.h"
#include "hooks/softirq.h"
#include "tasks/task.h"
#include "tasks/trail.h"
#include "values/record.h"

static noinline void irq_to_task_capture(struct rtp_cpu *c, const struct rtp_row *row,
					 const struct rtp_task_entry *entry,
					 struct task_struct *task, u64 ns, u64 woken, u64 shared,
					 u64 now)
{
	const struct rtp_origin *origin = &entry->origin;
	struct rtp_task waker;
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.waker = &waker,
		.chain_cpu = { entry->waker_cpu, origin->cpu },
		.chain_until = { now - rtp_clock_shared_to_ticks(shared - woken) },
		.chain_recorded = { entry->waker_recorded, origin->recorded },
		.chain_cpus = 2,
	};

	rtp_task_of_note(&waker, &entry->waker);
	if (origin->passed)
		value.chain_until[1] = now - rtp_clock_shared_to_ticks(shared - origin->passed);
	rtp_capture(c, row, &value);
}

void rtp_irq_to_task_record(struct rtp_cpu *c, struct rtp_task_entry *entry,
			    struct task_struct *task, u64 woken, u64 shared, u64 now)
{
	s64 past = shared - entry->origin.entry;
	struct rtp_row *row;
	u64 ns;

	if (!rtp_is_possible(past))
		return;
	ns = rtp_clock_shared_to_ns(rtp_clock_chosen, past);
	row = rtp_task_row(c, RTPROBE_MEASURE_IRQ_TO_TASK, entry->origin.irq, entry);
	if (row && rtp_record(row, ns))
		irq_to_task_capture(c, row, entry, task, ns, woken, shared, now);
}

static int irq_to_task_hold(void)
{
	int err = rtp_handlers_hold();

	if (err)
		return err;
	err = rtp_softirq_hold();
	if (err)
		rtp_handlers_release();
	return err;
}

static void irq_to_task_release(void)
{
	rtp_softirq_release();
	rtp_handlers_release();
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
