// SPDX-License-Identifier: GPL-2.0-or-later
#include "tasks/trail.h"

#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/preempt.h>

#include "base/cpu.h"
#include "base/nest.h"
#include "compat/compat.h"
#include "tasks/softirq_run.h"
#include "tasks/task.h"

DEFINE_STATIC_KEY_FALSE(rtp_trail_key);

/* Returns when this CPU entered a handler, on the clock that all CPUs share. */
static u64 entry_time(const struct rtp_edge *edge)
{
	u64 ago = rtp_clock_now() - edge->start;

	return ktime_get_mono_fast_ns() - rtp_clock_to_ns(rtp_clock_chosen, ago);
}

static struct rtp_origin of_handler(const struct rtp_cpu *c)
{
	unsigned int irq;
	const struct rtp_edge *edge = rtp_nest_open(c, &irq);

	if (!edge)
		return (struct rtp_origin) {};
	return (struct rtp_origin) { .entry = entry_time(edge), .irq = irq, .cpu = c->cpu };
}

struct rtp_origin rtp_trail_here(const struct rtp_cpu *c)
{
	const struct rtp_task_entry *thread = c->running;

	if (in_hardirq())
		return of_handler(c);
	if (in_serving_softirq())
		return rtp_softirq_run_origin(c->softirq);
	if (thread && thread->irq.action)
		return thread->irq.origin;
	return (struct rtp_origin) {};
}

void rtp_trail_thread_woken(const struct rtp_cpu *c, unsigned int irq,
			    const struct task_struct *thread)
{
	struct rtp_task_entry *entry = thread ? rtp_task_follow(thread) : NULL;

	/*
	 * The CPU that runs the thread may read this at the same time. That is harmless: all
	 * origins of a thread have the same irq.
	 */
	if (entry)
		entry->irq.origin =
			(struct rtp_origin){ .entry = entry_time(&c->hardirq),
					     .irq = irq,
					     .cpu = c->cpu,
					     .passed = ktime_get_mono_fast_ns(),
					     .recorded = local_read(&c->recorded) };
}
