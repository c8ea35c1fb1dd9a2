// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/softirq.h"

#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <trace/events/irq.h>

#include "base/edge.h"
#include "base/label.h"
#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "hooks/hardirq.h"
#include "hooks/hookset.h"
#include "hooks/sched.h"
#include "hooks/stolen.h"
#include "hooks/vector.h"
#include "recorder/recorder.h"
#include "tasks/softirq_run.h"
#include "tasks/trail.h"
#include "values/record.h"

static_assert((unsigned int)RTPROBE_SOFTIRQ_COUNT == NR_SOFTIRQS &&
	      (unsigned int)RTPROBE_SOFTIRQ_RCU == RCU_SOFTIRQ);

/* Hooks read these with interrupts off. */
static bool latency_on __read_mostly;
static bool duration_on __read_mostly;

static void softirq_record(struct rtp_cpu *c, enum rtprobe_measure measure, unsigned int vector,
			   const struct rtp_value *value)
{
	unsigned int slot = rtp_softirq_slot(measure, vector);
	struct rtp_row *row = rtp_row_first(c, slot);
	struct rtp_row_id id = { .measure = measure,
				 .number = vector,
				 .name = rtp_softirq_labels[vector] };

	if (!row)
		row = rtp_row_adopt(c, slot, &rtp_softirq_labels[vector], &id);
	if (row && measure == RTPROBE_MEASURE_SOFTIRQ_DURATION && rtp_stolen_is_first(c, row))
		rtp_stolen_note(c, row);
	if (row && rtp_record(row, value->ns))
		rtp_capture(c, row, value);
}

/*
 * Interrupts may be on, so an interrupt may raise the same softirq in between. Only the first raise
 * before the softirq runs is noted.
 */
static __always_inline void softirq_raise_vector(enum rtprobe_clock clock, unsigned int vector)
{
	unsigned long flags;
	struct rtp_cpu *c;
	u64 now;

	local_irq_save(flags);
	c = this_cpu_ptr(rtp_cpus);
	now = rtp_clock_read(clock);
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_SOFTIRQ_RAISE, vector, now);
	if (!c->softirq->raised[vector]) {
		c->softirq->raised[vector] = now;
		if (static_branch_unlikely(&rtp_trail_key))
			c->softirq->origin[vector] = rtp_trail_here(c);
	}
	rtp_cost_hook(&c->cost, now);
	local_irq_restore(flags);
}

static __always_inline void softirq_waited(enum rtprobe_clock clock, struct rtp_cpu *c,
					   unsigned int vector, u64 raised, u64 now)
{
	struct rtp_value value = { .ns = rtp_clock_to_ns(clock, now - raised),
				   .begin = raised,
				   .end = now };

	if (!rtp_is_possible(now - raised))
		return;
	softirq_record(c, RTPROBE_MEASURE_SOFTIRQ_LATENCY, vector, &value);
}

static __always_inline void softirq_enter(enum rtprobe_clock clock, unsigned int vector)
{
	struct rtp_softirq_cpu *s;
	unsigned long flags;
	struct rtp_mark now;
	struct rtp_cpu *c;
	u64 raised;

	local_irq_save(flags);
	c = this_cpu_ptr(rtp_cpus);
	s = c->softirq;
	raised = s->raised[vector];
	s->raised[vector] = 0;
	now = rtp_mark(clock, c);
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_SOFTIRQ_ENTRY, vector, now.ticks);
	if (raised && latency_on)
		softirq_waited(clock, c, vector, raised, now.ticks);
	rtp_softirq_run_begin(s, vector, &now);
	rtp_cost_hook(&c->cost, now.ticks);
	local_irq_restore(flags);
}

static __always_inline void softirq_end(enum rtprobe_clock clock, struct rtp_cpu *c,
					unsigned int vector, const struct rtp_mark *now)
{
	struct rtp_softirq_cpu *s = c->softirq;
	struct rtp_softirq_run *run = rtp_softirq_run_of(s, current);
	struct rtp_value value;
	u64 net;

	if (!run || run->vector != vector) {
		rtp_lost_unpaired();
		return;
	}
	net = run->net + rtp_mark_net(&run->since, now);
	run->task = NULL;
	s->under_way--;
	if (!rtp_is_possible(net))
		return;
	c->softirq_ticks += net;
	if (!duration_on)
		return;
	value = (struct rtp_value){ .ns = rtp_clock_to_ns(clock, net),
				    .begin = run->entry,
				    .end = now->ticks };
	softirq_record(c, RTPROBE_MEASURE_SOFTIRQ_DURATION, vector, &value);
}

static __always_inline void softirq_leave(enum rtprobe_clock clock, unsigned int vector)
{
	unsigned long flags;
	struct rtp_mark now;
	struct rtp_cpu *c;

	local_irq_save(flags);
	c = this_cpu_ptr(rtp_cpus);
	now = rtp_mark(clock, c);
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_SOFTIRQ_EXIT, vector, now.ticks);
	softirq_end(clock, c, vector, &now);
	rtp_cost_hook(&c->cost, now.ticks);
	local_irq_restore(flags);
}

/* The probes, one per clock. */
static void notrace softirq_raise_mono(void *unused, unsigned int vector)
{
	softirq_raise_vector(RTPROBE_CLOCK_MONO, vector);
}

static void notrace softirq_raise_tsc(void *unused, unsigned int vector)
{
	softirq_raise_vector(RTPROBE_CLOCK_TSC, vector);
}

static void notrace softirq_entry_mono(void *unused, unsigned int vector)
{
	softirq_enter(RTPROBE_CLOCK_MONO, vector);
}

static void notrace softirq_entry_tsc(void *unused, unsigned int vector)
{
	softirq_enter(RTPROBE_CLOCK_TSC, vector);
}

static void notrace softirq_exit_mono(void *unused, unsigned int vector)
{
	softirq_leave(RTPROBE_CLOCK_MONO, vector);
}

static void notrace softirq_exit_tsc(void *unused, unsigned int vector)
{
	softirq_leave(RTPROBE_CLOCK_TSC, vector);
}

/* Registered in this order: a raise whose entry is missed would make the next latency too long. */
static struct rtp_hook softirq_probes[] = {
	{ .name = "softirq_exit", .probe = { softirq_exit_mono, softirq_exit_tsc } },
	{ .name = "softirq_entry", .probe = { softirq_entry_mono, softirq_entry_tsc } },
	{ .name = "softirq_raise", .probe = { softirq_raise_mono, softirq_raise_tsc } },
};

static void softirq_forget(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(rtp_cpus, cpu)->softirq, 0, sizeof(struct rtp_softirq_cpu));
}

/* Two measures share the hooks. Both hold them and set latency_on or duration_on. */
static struct rtp_hookset softirq_hooks = {
	.record = softirq_probes,
	.account = softirq_probes,
	.n = ARRAY_SIZE(softirq_probes),
	.forget = softirq_forget,
};

static void __maybe_unused check_softirq_types(void)
{
	check_trace_callback_type_softirq_raise(softirq_raise_mono);
	check_trace_callback_type_softirq_raise(softirq_raise_tsc);
	check_trace_callback_type_softirq_entry(softirq_entry_mono);
	check_trace_callback_type_softirq_entry(softirq_entry_tsc);
	check_trace_callback_type_softirq_exit(softirq_exit_mono);
	check_trace_callback_type_softirq_exit(softirq_exit_tsc);
}

static bool softirq_find(void)
{
	return rtp_hookset_find(&softirq_hooks) == ARRAY_SIZE(softirq_probes);
}

int rtp_softirq_hold(void)
{
	return rtp_hookset_hold(&softirq_hooks);
}

void rtp_softirq_release(void)
{
	rtp_hookset_release(&softirq_hooks);
}

static int softirq_latency_start(u64 period)
{
	int err = rtp_softirq_hold();

	WRITE_ONCE(latency_on, !err);
	return err;
}

static void softirq_latency_stop(void)
{
	WRITE_ONCE(latency_on, false);
	rtp_softirq_release();
}

/* Holds the hooks of handlers, because their time is subtracted from a softirq's duration. */
static int softirq_duration_start(u64 period)
{
	int err = rtp_hardirq_hold();

	if (err)
		return err;
	err = rtp_vector_hold();
	if (err)
		goto no_vector;
	err = rtp_softirq_hold();
	if (err)
		goto no_softirq;
	/* Only on PREEMPT_RT can a softirq be switched out. */
	err = IS_ENABLED(CONFIG_PREEMPT_RT) ? rtp_sched_start(RTP_SCHED_SOFTIRQ) : 0;
	if (err)
		goto no_sched;
	WRITE_ONCE(duration_on, true);
	return 0;

no_sched:
	rtp_softirq_release();
no_softirq:
	rtp_vector_release();
no_vector:
	rtp_hardirq_release();
	return err;
}

static void softirq_duration_stop(void)
{
	WRITE_ONCE(duration_on, false);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		rtp_sched_stop(RTP_SCHED_SOFTIRQ);
	rtp_softirq_release();
	rtp_vector_release();
	rtp_hardirq_release();
}

const struct rtp_measure rtp_measure_softirq_latency = {
	.available = softirq_find,
	.start = softirq_latency_start,
	.stop = softirq_latency_stop,
};

const struct rtp_measure rtp_measure_softirq_duration = {
	.available = softirq_find,
	.start = softirq_duration_start,
	.stop = softirq_duration_stop,
};
