// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/irqsoff.h"

#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <trace/events/preemptirq.h>

#include "base/edge.h"
#include "base/interrupted.h"
#include "base/lost.h"
#include "base/measure.h"
#include "base/outside.h"
#include "base/tracepoint.h"
#include "capture/capture.h"
#include "hooks/handlers.h"
#include "hooks/single.h"
#include "hooks/timer.h"
#include "recorder/recorder.h"
#include "values/record.h"

/* Shorter times are not stored in the flight recorder. */
#define RECORDED_NS 5000

#define RECORD_EXACT BIT_ULL(55)

static bool exact;

static void irqsoff_record(struct rtp_cpu *c, const struct rtp_value *value)
{
	struct rtp_row *row = rtp_single_row(c, RTPROBE_MEASURE_IRQSOFF);

	if (value->ns >= RECORDED_NS)
		rtp_recorder_add(c, RTPROBE_TRACE_EVENT_IRQS_OFF,
				 value->ns | (value->exact ? RECORD_EXACT : 0), rtp_clock_now());
	if (row && rtp_record(row, value->ns))
		rtp_capture(c, row, value);
}

/* Returns when the current handler was entered; @now if no entry is known. */
static u64 entry_of_handler(const struct rtp_cpu *c, u64 now)
{
	u64 entered = max(c->vector.start, c->hardirq.start);

	return (s64)(entered - c->last_exit) > 0 ? entered : now;
}

static u64 to_ns_or_none(s64 ticks)
{
	return ticks > 0 ? rtp_clock_to_ns(rtp_clock_chosen, ticks) : 0;
}

/* Returns the ticks that interrupts and NMIs have taken from tasks so far. */
static u64 taken_so_far(const struct rtp_cpu *c)
{
	return c->irq_ticks + c->nmi_ticks;
}

/*
 * Whether a softirq runs, not the task: on the way out of an interrupt, or where the task enabled
 * softirqs. On PREEMPT_RT softirqs belong to the thread that runs them.
 */
static bool serves_softirq(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq();
}

void rtp_irqsoff_sample(struct rtp_cpu *c, u64 now, u64 due)
{
	u64 end = entry_of_handler(c, now);
	u64 handled = taken_so_far(c) - c->sample.taken;
	u64 steal = c->outside.steal_ticks - c->sample_steal;
	u64 proof = rtp_interrupted_since(c->sample.ticks, now);
	u64 begin = (s64)(due - proof) > 0 ? due : proof;
	struct rtp_value value = { .begin = proof, .end = end };
	struct rtp_outside_total outside;

	/* Without a first proof there is no bound. */
	if (!c->sample.ticks || !rtp_irqs_off_provable(rtp_interrupted()) || serves_softirq())
		return;
	/* How long system management interrupts took is unknown: it can have been all of it. */
	rtp_outside_total(c, begin, end, &outside);
	if (outside.smis)
		return;
	/* The histogram has windows, not samples: a timer that was on time found none. */
	value.ns = value.lower = to_ns_or_none(end - begin - handled - steal);
	if (value.ns < RTP_ENTRY_NS)
		return;
	/*
	 * The time since the switch to the task, but no more than the time since the sample without
	 * handlers: some of @handled may be from before the switch. @steal may be from before the
	 * sample, because the kernel can add it up late.
	 */
	value.upper = to_ns_or_none(min_t(s64, end - proof, end - c->sample.ticks - handled));
	irqsoff_record(c, &value);
}

void rtp_irqsoff_sampled(struct rtp_cpu *c)
{
	u64 now = rtp_clock_now();

	c->sample.ticks = now;
	/*
	 * irq_ticks will include this handler completely when it ends, also the part before @now.
	 */
	c->sample.taken = taken_so_far(c) + now - entry_of_handler(c, now);
	c->sample_steal = c->outside.steal_ticks;
}

/*
 * Whether a window with interrupts off can be the task's. The kernel enables interrupts after it
 * calls the hook, so no handler runs in such a window: where one did, an interrupt disabled them.
 */
static bool is_of_task(const struct rtp_cpu *c, const struct rtp_value *value)
{
	return (s64)(c->last_exit - value->begin) <= 0 && rtp_irqs_off_provable(rtp_in_kernel_by());
}

/*
 * Subtracts what a hypervisor may have taken from a window. How long system management interrupts
 * took is unknown: it can have been all of it. Returns whether a value remains.
 */
static bool remains_without_outside(struct rtp_cpu *c, struct rtp_value *value)
{
	struct rtp_outside_total outside;

	if (value->ns < RTP_ENTRY_NS)
		return true;
	rtp_outside_look(c);
	rtp_outside_total(c, value->begin, value->end, &outside);
	if (outside.smis)
		return false;
	if (!outside.steal_most)
		return true;
	value->exact = false;
	value->ns = value->lower -=
		min(value->lower, rtp_clock_to_ns(rtp_clock_chosen, outside.steal_most));
	return value->ns >= RTP_ENTRY_NS;
}

/*
 * Called on the CPU while interrupts are off. The kernel does not call these hooks nested or in
 * NMI.
 */
static void notrace irqsoff_disabled(void *data, unsigned long ip, unsigned long parent_ip)
{
	struct rtp_cpu *c = rtp_hook_cpu(data);
	struct rtp_mark now = rtp_mark(rtp_clock_chosen, c);

	c->irqs_off = serves_softirq() ? (struct rtp_mark) {} : now;
	rtp_cost_hook(&c->cost, now.ticks);
}

static void notrace irqsoff_enabled(void *data, unsigned long ip, unsigned long parent_ip)
{
	struct rtp_cpu *c = rtp_hook_cpu(data);
	struct rtp_mark now = rtp_mark(rtp_clock_chosen, c);
	struct rtp_value value = { .begin = c->irqs_off.ticks, .end = now.ticks, .exact = true };
	u64 net = rtp_mark_net(&c->irqs_off, &now);

	c->irqs_on = now.ticks;
	if (c->irqs_off.ticks) {
		c->irqs_off.ticks = 0;
		value.ns = value.lower = value.upper = rtp_clock_to_ns(rtp_clock_chosen, net);
		if (rtp_is_possible(net) && is_of_task(c, &value) &&
		    remains_without_outside(c, &value))
			irqsoff_record(c, &value);
	}
	rtp_cost_hook(&c->cost, now.ticks);
}

/* Ends are registered first. */
static struct rtp_hook irqsoff_hooks[] = {
	{ .name = "irq_enable", .probe = { irqsoff_enabled, irqsoff_enabled } },
	{ .name = "irq_disable", .probe = { irqsoff_disabled, irqsoff_disabled } },
};

#if defined(CONFIG_PREEMPTIRQ_TRACEPOINTS) && defined(CONFIG_TRACE_IRQFLAGS)
static void __maybe_unused check_irqsoff_types(void)
{
	check_trace_callback_type_irq_disable(irqsoff_disabled);
	check_trace_callback_type_irq_enable(irqsoff_enabled);
}
#endif

/* Returns true: the timer always exists. */
static bool irqsoff_find(void)
{
	exact = rtp_hooks_find(irqsoff_hooks, ARRAY_SIZE(irqsoff_hooks)) ==
		ARRAY_SIZE(irqsoff_hooks);
	return true;
}

bool rtp_irqsoff_is_exact(void)
{
	return exact;
}

static void irqsoff_forget(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu_ptr(rtp_cpus, cpu)->irqs_off.ticks =
			per_cpu_ptr(rtp_cpus, cpu)->irqs_on =
				per_cpu_ptr(rtp_cpus, cpu)->sample.ticks = 0;
}

static int irqsoff_begin(u64 period)
{
	irqsoff_forget();
	if (exact)
		return rtp_hooks_register(irqsoff_hooks, ARRAY_SIZE(irqsoff_hooks));
	rtp_timer_start(RTP_TIMER_IRQSOFF, period);
	return 0;
}

/* Handlers are not part of a task's window, and their ends are the proofs: hold their hooks. */
static int irqsoff_start(u64 period)
{
	int err = rtp_handlers_hold();

	if (err)
		return err;
	err = irqsoff_begin(period);
	if (err)
		rtp_handlers_release();
	return err;
}

static void irqsoff_stop(void)
{
	if (exact)
		rtp_hooks_unregister_early(irqsoff_hooks, ARRAY_SIZE(irqsoff_hooks), NULL);
	else
		rtp_timer_stop(RTP_TIMER_IRQSOFF);
	rtp_handlers_release();
	/* After the wait, because the hooks of handlers write these fields, too. */
	rtp_hooks_expect_wait(irqsoff_forget);
}

const struct rtp_measure rtp_measure_irqsoff = {
	.available = irqsoff_find,
	.start = irqsoff_start,
	.stop = irqsoff_stop,
};
