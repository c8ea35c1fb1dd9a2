// SPDX-License-Identifier: GPL-2.0-or-later
#include "tasks/trail.h"

#include <linux/interrupt.h>

#include "base/cpu.h"
#include "base/nest.h"
#include "tasks/softirq_run.h"
#include "tasks/task.h"

DEFINE_STATIC_KEY_FALSE(rtp_trail_key);

static void of_handler(const struct rtp_cpu *c, struct rtp_origin *origin)
{
	unsigned int irq;
	const struct rtp_edge *edge = rtp_nest_open(c, &irq);

	if (edge)
		*origin = (struct rtp_origin) { .entry = rtp_clock_shared_at(edge->start),
						.irq = irq,
						.cpu = c->cpu };
}

void rtp_trail_find(const struct rtp_cpu *c, struct rtp_origin *origin)
{
	const struct rtp_softirq_run *run;

	if (in_hardirq())
		return of_handler(c, origin);
	if (!in_serving_softirq()) {
		*origin = c->running->irq.origin;
		return;
	}
	run = rtp_softirq_run_of(c->softirq, current);
	if (run)
		*origin = run->origin;
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
		entry->irq.origin = (struct rtp_origin){
			.entry = rtp_clock_shared_at(c->hardirq.start),
			.irq = irq,
			.cpu = c->cpu,
			.passed = rtp_clock_shared(rtp_clock_chosen, rtp_clock_now()),
			.recorded = local_read(&c->recorded),
		};
}
