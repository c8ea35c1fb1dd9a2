// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/softirq.h"

#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <trace/events/irq.h>

#include "base/edge.h"
#include "base/label.h"
#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "hooks/handlers.h"
#include "hooks/hookset.h"
#include "hooks/sched.h"
#include "hooks/section.h"
#include "hooks/stolen.h"
#include "recorder/recorder.h"
#include "tasks/softirq_run.h"
#include "tasks/trail.h"
#include "values/record.h"

static_assert((unsigned int)RTPROBE_SOFTIRQ_COUNT == NR_SOFTIRQS &&
	      (unsigned int)RTPROBE_SOFTIRQ_RCU == RCU_SOFTIRQ);

/* Hooks read these with interrupts off. */
static bool latency_on __read_mostly;
static bool duration_on __read_mostly;

/*
 * The kernel raises softirqs with interrupts off. Only the first raise before the softirq runs is
 * noted.
 */
static __always_inline void softirq_raise_vector(enum rtprobe_clock clock, void *data,
						 unsigned int vector)
{
	struct rtp_cpu *c = rtp_hook_cpu(data);
	struct rtp_softirq_cpu *s = c->softirq;
	u64 now = rtp_clock_read(clock);

	lockdep_assert_irqs_disabled();
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_SOFTIRQ_RAISE, vector, now);
	if (!s->raised[vector]) {
		s->raised[vector] = now;
		if (static_branch_unlikely(&rtp_trail_key))
			rtp_trail_here(c, &s->origin[vector]);
	}
	rtp_cost_hook(&c->cost, now);
}

/*
 * The kernel enters and leaves softirqs with interrupts on. So the hooks disable and enable them,
 * which is cheaper than to save and restore. All rare cases are tail calls, which enable interrupts
 * at their end: the usual path saves no registers.
 */
static __always_inline struct rtp_cpu *softirq_hook_begin(void *data)
{
	lockdep_assert_irqs_enabled();
	local_irq_disable();
	return rtp_hook_cpu(data);
}

static noinline void softirq_hook_timed(struct rtp_cpu *c, u64 since)
{
	rtp_cost_timed(&c->cost, &c->cost.hooks, since);
	local_irq_enable();
}

static __always_inline void softirq_hook_end(struct rtp_cpu *c, u64 since)
{
	if (rtp_cost_counts(&c->cost.hooks))
		return softirq_hook_timed(c, since);
	local_irq_enable();
}

/* Records a value that is not usual. @begin and @end are for a spike. */
static noinline void softirq_record_unusual(struct rtp_cpu *c, enum rtprobe_measure measure,
					    unsigned int vector, u64 ns, u64 begin, u64 end)
{
	struct rtp_value value = { .ns = ns, .begin = begin, .end = end };
	unsigned int slot = rtp_softirq_slot(measure, vector);
	struct rtp_row *row = rtp_row_first(c, slot);
	struct rtp_row_id id = { .measure = measure,
				 .number = vector,
				 .name = rtp_softirq_labels[vector] };

	if (!row)
		row = rtp_row_adopt(c, slot, &rtp_softirq_labels[vector], &id);
	if (row && measure == RTPROBE_MEASURE_SOFTIRQ_DURATION && rtp_stolen_is_first(c, row))
		rtp_stolen_note(c, row);
	if (row && rtp_record(row, ns))
		rtp_capture(c, row, &value);
	softirq_hook_end(c, end);
}

static noinline void softirq_record_carry(struct rtp_cpu *c, struct rtp_row *row, u64 ns, u64 end)
{
	rtp_hist_carry(&row->hist, ns);
	softirq_hook_end(c, end);
}

/* Records a value and ends the hook. */
static __always_inline void softirq_record(enum rtprobe_clock clock, struct rtp_cpu *c,
					   enum rtprobe_measure measure, unsigned int vector,
					   u64 ticks, u64 begin, u64 end)
{
	struct rtp_row *row = c->table[rtp_softirq_slot(measure, vector)];
	u64 ns = rtp_clock_to_ns(clock, ticks);

	/* rtp_no_row has no usual values. */
	if (unlikely(!rtp_record_is_usual(row, ns)))
		return softirq_record_unusual(c, measure, vector, ns, begin, end);
	if (unlikely(!rtp_hist_begin_usual(&row->hist, ns)))
		return softirq_record_carry(c, row, ns, end);
	softirq_hook_end(c, end);
}

/* Ends the hook without a value, which is negative or whose measure is off. */
static noinline void softirq_record_none(struct rtp_cpu *c, s64 ticks, u64 end)
{
	rtp_is_possible(ticks);
	softirq_hook_end(c, end);
}

static __always_inline void softirq_entered(enum rtprobe_clock clock, struct rtp_cpu *c,
					    unsigned int vector, struct rtp_mark now)
{
	u64 raised = c->softirq->raised[vector];
	s64 waited = now.ticks - raised;

	c->softirq->raised[vector] = 0;
	if (!raised || unlikely(!latency_on) || unlikely(waited < 0))
		return softirq_record_none(c, raised ? waited : 0, now.ticks);
	softirq_record(clock, c, RTPROBE_MEASURE_SOFTIRQ_LATENCY, vector, waited, raised,
		       now.ticks);
}

/*
 * Enters a softirq while another one is under way on this CPU, or at the end of a section with
 * softirqs disabled.
 */
static noinline void softirq_enter_unusual(struct rtp_cpu *c, unsigned int vector,
					   struct rtp_mark now)
{
	if (c->softirqs_off.begin)
		rtp_section_end(c, &c->softirqs_off, RTPROBE_MEASURE_SOFTIRQSOFF,
				now.ticks);
	rtp_softirq_run_begin(c->softirq, rtp_softirq_run_add(c), vector, &now);
	softirq_entered(rtp_clock_chosen, c, vector, now);
}

static __always_inline void softirq_enter(enum rtprobe_clock clock, void *data, unsigned int vector)
{
	struct rtp_cpu *c = softirq_hook_begin(data);
	struct rtp_mark now = rtp_mark(clock, c);

	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_SOFTIRQ_ENTRY, vector, now.ticks);
	if (unlikely(c->softirqs_under_way) || unlikely(c->softirqs_off.begin))
		return softirq_enter_unusual(c, vector, now);
	c->softirqs_under_way = 1;
	rtp_softirq_run_begin(c->softirq, c->softirq->runs, vector, &now);
	softirq_entered(clock, c, vector, now);
}

static __always_inline void softirq_left(enum rtprobe_clock clock, struct rtp_cpu *c,
					 struct rtp_softirq_run *run, unsigned int vector,
					 struct rtp_mark now)
{
	s64 net = rtp_softirq_run_net(run, &now);

	run->task = NULL;
	c->softirqs_under_way--;
	if (likely(net >= 0))
		c->softirq_ticks += net;
	if (unlikely(net < 0) || unlikely(!duration_on))
		return softirq_record_none(c, net, now.ticks);
	softirq_record(clock, c, RTPROBE_MEASURE_SOFTIRQ_DURATION, vector, net, run->entry,
		       now.ticks);
}

/* Leaves a softirq whose run is not the first one. */
static noinline void softirq_leave_another(struct rtp_cpu *c, unsigned int vector,
					   struct rtp_mark now)
{
	struct rtp_softirq_run *run = rtp_softirq_run_of(c->softirq, current);

	if (run && run->vector == vector)
		return softirq_left(rtp_clock_chosen, c, run, vector, now);
	rtp_lost_unpaired();
	softirq_hook_end(c, now.ticks);
}

static __always_inline void softirq_leave(enum rtprobe_clock clock, void *data, unsigned int vector)
{
	struct rtp_cpu *c = softirq_hook_begin(data);
	struct rtp_mark now = rtp_mark(clock, c);
	struct rtp_softirq_run *run = c->softirq->runs;

	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_SOFTIRQ_EXIT, vector, now.ticks);
	if (unlikely(run->task != current || run->vector != vector))
		return softirq_leave_another(c, vector, now);
	softirq_left(clock, c, run, vector, now);
}

/* The probes, one per clock. */
static void notrace softirq_raise_mono(void *data, unsigned int vector)
{
	softirq_raise_vector(RTPROBE_CLOCK_MONO, data, vector);
}

static void notrace softirq_raise_tsc(void *data, unsigned int vector)
{
	softirq_raise_vector(RTPROBE_CLOCK_TSC, data, vector);
}

static void notrace softirq_entry_mono(void *data, unsigned int vector)
{
	softirq_enter(RTPROBE_CLOCK_MONO, data, vector);
}

static void notrace softirq_entry_tsc(void *data, unsigned int vector)
{
	softirq_enter(RTPROBE_CLOCK_TSC, data, vector);
}

static void notrace softirq_exit_mono(void *data, unsigned int vector)
{
	softirq_leave(RTPROBE_CLOCK_MONO, data, vector);
}

static void notrace softirq_exit_tsc(void *data, unsigned int vector)
{
	softirq_leave(RTPROBE_CLOCK_TSC, data, vector);
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
		rtp_softirq_runs_reset(per_cpu_ptr(rtp_cpus, cpu));
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

bool rtp_softirq_find(void)
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
	int err = rtp_handlers_hold();

	if (err)
		return err;
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
	rtp_handlers_release();
	return err;
}

static void softirq_duration_stop(void)
{
	WRITE_ONCE(duration_on, false);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		rtp_sched_stop(RTP_SCHED_SOFTIRQ);
	rtp_softirq_release();
	rtp_handlers_release();
}

const struct rtp_measure rtp_measure_softirq_latency = {
	.available = rtp_softirq_find,
	.start = softirq_latency_start,
	.stop = softirq_latency_stop,
};

const struct rtp_measure rtp_measure_softirq_duration = {
	.available = rtp_softirq_find,
	.start = softirq_duration_start,
	.stop = softirq_duration_stop,
};
