// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/irq_thread.h"

#include <linux/interrupt.h>

#include "base/edge.h"
#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "hooks/handlers.h"
#include "hooks/hardirq.h"
#include "hooks/sched.h"
#include "values/record.h"

/* The action may be dereferenced: it exists as long as its thread, which is being woken. */
static noinline void irq_thread_learn(struct rtp_task_entry *entry, const struct irqaction *action)
{
	entry->irq.action = action;
	entry->irq.dev_id = action->dev_id;
	entry->irq.number = action->irq;
	strscpy(entry->irq.name, action->name ?: "", sizeof(entry->irq.name));
}

bool rtp_irq_thread_woken(const struct rtp_cpu *c, struct rtp_task_entry *entry,
			  struct task_struct *task)
{
	const struct irqaction *action;

	if (!rtp_irq_thread_is(task))
		return false;
	action = kthread_data(task);
	if (!action || (c->hardirq.key & ~RTP_EDGE_NMI) != (unsigned long)action)
		return false;
	if (entry->irq.action != action)
		irq_thread_learn(entry, action);
	return true;
}

static struct rtp_row *irq_thread_find(struct rtp_cpu *c, unsigned int slot,
				       enum rtprobe_measure measure, const void *key)
{
	struct rtp_row *row;

	for (row = rtp_row_first(c, slot); row; row = rtp_row_next(row))
		if (row->measure == measure && READ_ONCE(row->key) == key)
			return row;
	return NULL;
}

static struct rtp_row *irq_thread_row(struct rtp_cpu *c, enum rtprobe_measure measure,
				      const struct rtp_task_entry *entry)
{
	unsigned int slot = rtp_named_slot(measure, entry->irq.number, 0);
	struct rtp_row *row = irq_thread_find(c, slot, measure, entry->irq.action);
	struct rtp_row_id id = {
		.measure = measure,
		.number = entry->irq.number,
		.name = entry->irq.name,
		.dev_id = entry->irq.dev_id,
		.threaded = true,
	};

	return row ?: rtp_row_adopt(c, slot, entry->irq.action, &id);
}

static noinline void irq_thread_capture_latency(struct rtp_cpu *c, const struct rtp_row *row,
						const struct rtp_task_entry *entry,
						struct task_struct *task, u64 ns, u64 now)
{
	struct rtp_task waker;
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.waker = &waker,
		.chain_cpu = { entry->waker_cpu },
		.chain_cpus = 1,
	};

	rtp_task_of_note(&waker, &entry->waker);
	rtp_capture(c, row, &value);
}

void rtp_irq_thread_record_latency(struct rtp_cpu *c, struct rtp_task_entry *entry,
				   struct task_struct *task, u64 ns, u64 now)
{
	struct rtp_row *row = irq_thread_row(c, RTPROBE_MEASURE_IRQ_THREAD_LATENCY, entry);

	if (row && rtp_record(row, ns))
		irq_thread_capture_latency(c, row, entry, task, ns, now);
}

static noinline void irq_thread_capture_duration(struct rtp_cpu *c, const struct rtp_row *row,
						 u64 ns, u64 begin, u64 end)
{
	struct rtp_value value = { .ns = ns, .begin = begin, .end = end };

	rtp_capture(c, row, &value);
}

void rtp_irq_thread_record_duration(struct rtp_cpu *c, struct rtp_task_entry *entry,
				    struct rtp_mark now)
{
	s64 net = rtp_mark_net(&entry->since, &now);
	struct rtp_row *row;
	u64 ns;

	if (!rtp_is_possible(net))
		return;
	ns = rtp_clock_to_ns(rtp_clock_chosen, net);
	row = irq_thread_row(c, RTPROBE_MEASURE_IRQ_THREAD_DURATION, entry);
	if (row && rtp_record(row, ns))
		irq_thread_capture_duration(c, row, ns, entry->since.ticks, now.ticks);
}

static void irq_thread_retire_on(struct rtp_cpu *c, enum rtprobe_measure measure, unsigned int irq,
				 const void *dev_id, bool any)
{
	struct rtp_row *row;

	for (row = rtp_row_first(c, rtp_named_slot(measure, irq, 0)); row; row = rtp_row_next(row))
		if (row->measure == measure && row->number == irq && smp_load_acquire(&row->key) &&
		    (any || READ_ONCE(row->dev_id) == dev_id))
			WRITE_ONCE(row->key, NULL);
}

void rtp_irq_thread_retire(unsigned int irq, const void *dev_id, bool any)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		irq_thread_retire_on(c, RTPROBE_MEASURE_IRQ_THREAD_LATENCY, irq, dev_id, any);
		irq_thread_retire_on(c, RTPROBE_MEASURE_IRQ_THREAD_DURATION, irq, dev_id, any);
	}
}

bool rtp_irq_threads_find(void)
{
	return rtp_hardirq_find() && rtp_sched_find();
}

static int irq_thread_latency_start(u64 period)
{
	int err = rtp_hardirq_hold();

	if (err)
		return err;
	err = rtp_sched_start(RTP_SCHED_IRQ_THREAD_LATENCY);
	if (err)
		rtp_hardirq_release();
	return err;
}

static void irq_thread_latency_stop(void)
{
	rtp_sched_stop(RTP_SCHED_IRQ_THREAD_LATENCY);
	rtp_hardirq_release();
}

/*
 * Holds the vector hooks because their time is subtracted from the threads' durations. On a kernel
 * without vector tracepoints the hold does nothing.
 */
static int irq_thread_duration_start(u64 period)
{
	int err = rtp_handlers_hold();

	if (err)
		return err;
	err = rtp_sched_start(RTP_SCHED_IRQ_THREAD_DURATION);
	if (err)
		rtp_handlers_release();
	return err;
}

static void irq_thread_duration_stop(void)
{
	rtp_sched_stop(RTP_SCHED_IRQ_THREAD_DURATION);
	rtp_handlers_release();
}

const struct rtp_measure rtp_measure_irq_thread_latency = {
	.available = rtp_irq_threads_find,
	.start = irq_thread_latency_start,
	.stop = irq_thread_latency_stop,
};

const struct rtp_measure rtp_measure_irq_thread_duration = {
	.available = rtp_irq_threads_find,
	.start = irq_thread_duration_start,
	.stop = irq_thread_duration_stop,
};
