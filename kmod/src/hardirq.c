// SPDX-License-Identifier: GPL-2.0-or-later
#include "hardirq.h"

#include <linux/interrupt.h>
#include <trace/events/irq.h>

#include "nmi.h"
#include "record.h"
#include "tracepoint.h"

static void notrace hardirq_entry(void *unused, int irq, struct irqaction *action)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);

	rtp_edge_enter(c, &c->hardirq, action);
}

static noinline struct rtp_row *first_sight(struct rtp_cpu *c, unsigned int irq,
					    const struct irqaction *action)
{
	struct rtp_row_id id = {
		.measure = RTPROBE_MEASURE_HARDIRQ_DURATION,
		.number = irq,
		.name = action->name,
		.dev_id = action->dev_id,
		.threaded = action->thread_fn,
	};

	return rtp_row_adopt(c, irq, action, &id);
}

static void notrace hardirq_exit(void *unused, int irq, struct irqaction *action, int ret)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	struct rtp_row *row;
	u64 ns, end;

	c->events++;
	if (!rtp_edge_exit(c, &c->hardirq, action, &ns, &end))
		return;
	if (unlikely((unsigned int)irq >= rtp_irq_slots)) {
		rtp_lost_add(RTP_LOST_IRQ_OUT_OF_RANGE, 1);
		return;
	}
	row = rtp_row_find(c, irq, action);
	if (unlikely(!row)) {
		row = first_sight(c, irq, action);
		if (!row)
			return;
	}
	rtp_record_longest(c, row, ns, end);
	if (unlikely(ret == IRQ_NONE))
		rtp_hist_add_none(&row->hist, READ_ONCE(rtp_generation));
	else
		rtp_record(c, row, ns);
}

/* In the order of registration: an exit without its entry is counted as unpaired. */
static struct rtp_hook hooks[] = {
	{ .name = "irq_handler_entry", .probe = hardirq_entry },
	{ .name = "irq_handler_exit", .probe = hardirq_exit },
};

static void __maybe_unused check_types(void)
{
	check_trace_callback_type_irq_handler_entry(hardirq_entry);
	check_trace_callback_type_irq_handler_exit(hardirq_exit);
}

bool rtp_hardirq_find(void)
{
	return rtp_hooks_find(hooks, ARRAY_SIZE(hooks)) == ARRAY_SIZE(hooks);
}

int rtp_hardirq_start(void)
{
	int err = rtp_nmi_start();

	if (err)
		return err;
	err = rtp_hooks_register(hooks, ARRAY_SIZE(hooks));
	if (err)
		rtp_nmi_stop();
	return err;
}

void rtp_hardirq_stop(void)
{
	int cpu;

	rtp_hooks_unregister(hooks, ARRAY_SIZE(hooks));
	rtp_nmi_stop();
	/* An entry left open must not meet the exit of a later start. */
	for_each_possible_cpu(cpu)
		per_cpu_ptr(rtp_cpus, cpu)->hardirq.key = NULL;
}
