// SPDX-License-Identifier: GPL-2.0-or-later
#include "hardirq.h"

#include <linux/interrupt.h>
#include <trace/events/irq.h>

#include "nmi.h"
#include "record.h"
#include "tracepoint.h"

static struct rtp_row *adopt(struct rtp_cpu *c, unsigned int irq, const struct irqaction *action)
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

/* Shared lines, first sights and IRQ_NONE: apart, so that the usual path needs no saved registers. */
static noinline void record_unusual(struct rtp_cpu *c, unsigned int irq, const struct irqaction *action,
				    int ret, u64 ns, u64 end)
{
	struct rtp_row *row = rtp_row_find(c, irq, action) ?: adopt(c, irq, action);

	if (!row)
		return;
	if (ret == IRQ_NONE)
		rtp_hist_add_none(&row->hist, READ_ONCE(rtp_generation));
	else
		rtp_record_handler(c, row, ns, end);
}

static __always_inline void enter(enum rtprobe_clock clock, const struct irqaction *action)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);

	rtp_edge_enter(clock, c, &c->hardirq, action);
}

static __always_inline void leave(enum rtprobe_clock clock, unsigned int irq,
				  const struct irqaction *action, int ret)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	struct rtp_row *row;
	u64 ns, end;

	c->events++;
	if (!rtp_edge_exit(clock, c, &c->hardirq, action, &ns, &end))
		return;
	if (unlikely(irq >= rtp_irq_slots)) {
		rtp_lost_add(RTP_LOST_IRQ_OUT_OF_RANGE, 1);
		return;
	}
	row = c->table[irq];
	if (unlikely(READ_ONCE(row->key) != action || ret == IRQ_NONE))
		record_unusual(c, irq, action, ret, ns, end);
	else
		rtp_record_handler(c, row, ns, end);
}

/* The probes, once per clock. */
static void notrace entry_mono(void *unused, int irq, struct irqaction *action)
{
	enter(RTPROBE_CLOCK_MONO, action);
}

static void notrace entry_tsc(void *unused, int irq, struct irqaction *action)
{
	enter(RTPROBE_CLOCK_TSC, action);
}

static void notrace exit_mono(void *unused, int irq, struct irqaction *action, int ret)
{
	leave(RTPROBE_CLOCK_MONO, irq, action, ret);
}

static void notrace exit_tsc(void *unused, int irq, struct irqaction *action, int ret)
{
	leave(RTPROBE_CLOCK_TSC, irq, action, ret);
}

/* In the order of registration: an exit without its entry is counted as unpaired. */
static struct rtp_hook hooks[] = {
	{ .name = "irq_handler_entry", .probe = { entry_mono, entry_tsc } },
	{ .name = "irq_handler_exit", .probe = { exit_mono, exit_tsc } },
};

static void __maybe_unused check_types(void)
{
	check_trace_callback_type_irq_handler_entry(entry_mono);
	check_trace_callback_type_irq_handler_entry(entry_tsc);
	check_trace_callback_type_irq_handler_exit(exit_mono);
	check_trace_callback_type_irq_handler_exit(exit_tsc);
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
