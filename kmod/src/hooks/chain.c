// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/chain.h"

#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/preempt.h>

#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "compat/compat.h"
#include "hooks/hardirq.h"
#include "hooks/irq_thread.h"
#include "hooks/sched.h"
#include "hooks/softirq.h"
#include "hooks/vector.h"
#include "tasks/task.h"
#include "values/record.h"

DEFINE_STATIC_KEY_FALSE(rtp_chain_key);

/* When this CPU entered the handler it entered last, on the clock that all CPUs share. */
static u64 entry_time(const struct rtp_cpu *c)
{
	u64 ago = rtp_clock_now() - c->hardirq.start;

	return ktime_get_mono_fast_ns() - rtp_clock_to_ns(rtp_clock_chosen, ago);
}

/*
 * Handlers and vectors do not nest, so a handler is under way if none of them has ended since it was
 * entered. Its action is still there then.
 */
static struct rtp_origin of_handler(const struct rtp_cpu *c)
{
	const struct irqaction *action = (const struct irqaction *)(c->hardirq.key & ~RTP_EDGE_NMI);

	if (!action || (s64)(c->hardirq.start - c->last_exit) < 0)
		return (struct rtp_origin) {};
	return (struct rtp_origin) { .entry = entry_time(c), .irq = action->irq, .cpu = c->cpu };
}

struct rtp_origin rtp_chain_here(const struct rtp_cpu *c)
{
	const struct rtp_task_entry *thread = c->running;

	if (in_hardirq())
		return of_handler(c);
	if (in_serving_softirq())
		return rtp_softirq_origin(c->softirq);
	if (thread && thread->irq.action)
		return thread->irq.origin;
	return (struct rtp_origin) {};
}

void rtp_chain_thread_woken(const struct rtp_cpu *c, unsigned int irq, const struct task_struct *thread)
{
	struct rtp_task_entry *entry = thread ? rtp_task_follow(thread) : NULL;

	/* Read by the CPU that runs the thread, perhaps just now: all of a thread's origins have one irq. */
	if (entry)
		entry->irq.origin = (struct rtp_origin) { .entry = entry_time(c), .irq = irq, .cpu = c->cpu };
}

void rtp_chain_record(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *task, u64 mono,
		      u64 now)
{
	s64 ns = mono - entry->origin.entry;
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.waker = &entry->waker,
		.chain_cpu = { entry->waker_cpu, entry->origin.cpu },
		.chain_cpus = 2,
	};
	struct rtp_row *row;

	if (ns < 0) {
		rtp_lost_add(RTP_LOST_NEGATIVE, 1);
		return;
	}
	row = rtp_task_row(c, RTPROBE_MEASURE_IRQ_TO_TASK, entry->origin.irq, entry);
	if (row && rtp_record(row, ns))
		rtp_capture(c, row, &value);
}

static int hold(void)
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

static void release(void)
{
	rtp_softirq_release();
	rtp_vector_release();
	rtp_hardirq_release();
}

static int irq_to_task_start(u64 period)
{
	int err = hold();

	if (err)
		return err;
	err = rtp_sched_start(RTP_SCHED_IRQ_TO_TASK);
	if (err) {
		release();
		return err;
	}
	static_branch_enable(&rtp_chain_key);
	return 0;
}

static void irq_to_task_stop(void)
{
	static_branch_disable(&rtp_chain_key);
	rtp_sched_stop(RTP_SCHED_IRQ_TO_TASK);
	release();
}

const struct rtp_measure rtp_measure_irq_to_task = {
	.available = rtp_irq_threads_find,
	.start = irq_to_task_start,
	.stop = irq_to_task_stop,
	.of_lines = true,
	.by_task = true,
	.is_wait = true,
};
