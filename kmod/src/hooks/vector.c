// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/vector.h"

#include <linux/errno.h>

#ifdef CONFIG_X86

#include <linux/interrupt.h>
#include <asm/trace/irq_vectors.h>

#include "base/edge.h"
#include "base/label.h"
#include "base/lost.h"
#include "base/measure.h"
#include "hooks/handler.h"
#include "hooks/hookset.h"
#include "recorder/recorder.h"
#include "values/record.h"

static struct rtp_row *vector_adopt(struct rtp_cpu *c, unsigned int vector)
{
	struct rtp_row_id id = {
		.measure = RTPROBE_MEASURE_VECTOR_DURATION,
		.number = vector,
		.name = rtp_vector_labels[vector],
	};

	return rtp_row_adopt(c, rtp_vector_slot(vector), &rtp_vector_labels[vector], &id);
}

static unsigned int vector_of(const void *key)
{
	return (const char *const *)key - rtp_vector_labels;
}

static __always_inline void vector_enter(enum rtprobe_clock clock, const void *key)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 start = rtp_edge_enter(clock, &c->vector, key);

	c->cost.vector_ticks = 0;
	c->vector_taken = c->irq_ticks;
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_VECTOR_ENTRY, vector_of(key), start);
}

/* Handles the first value of a row, or one that is not usual; @ticks is net. */
static noinline void vector_record_unusual(struct rtp_cpu *c, unsigned int vector, u64 ticks,
					   u64 end)
{
	struct rtp_row *row = rtp_row_first(c, rtp_vector_slot(vector)) ?: vector_adopt(c, vector);

	if (rtp_is_possible(ticks) && row)
		rtp_handler_record(c, row, rtp_clock_to_ns(rtp_clock_chosen, ticks), end);
}

/* Handles an exit whose entry has changed: an NMI ran in between, or it is another vector's. */
static noinline void vector_leave_unusual(struct rtp_cpu *c, const void *key, u64 end, bool record)
{
	u64 ticks;

	if (!rtp_edge_settle(c, &c->vector, key, end, c->irq_ticks - c->vector_taken, &ticks))
		return;
	c->irq_ticks += ticks;
	if (!record)
		return rtp_handler_account(c);
	vector_record_unusual(c, vector_of(key), ticks - c->cost.vector_ticks, end);
}

/* Without @record the vector's time is only subtracted from the code it interrupted. */
static __always_inline void vector_leave(enum rtprobe_clock clock, bool record, const void *key)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	unsigned int vector = vector_of(key);
	u64 end = rtp_clock_read(clock);
	struct rtp_row *row;
	u64 ticks, ns;

	c->last_exit = end;
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_VECTOR_EXIT, vector, end);
	barrier();
	if (unlikely(data_race(c->vector.key) != (unsigned long)key))
		return vector_leave_unusual(c, key, end, record);
	/* Without the hard handlers that were called in it, for example by an irq_work. */
	ticks = end - c->vector.start - (c->irq_ticks - c->vector_taken);
	c->irq_ticks += ticks;
	if (!record)
		return rtp_handler_account(c);
	ticks -= c->cost.vector_ticks;
	ns = rtp_clock_to_ns(clock, ticks);
	row = c->table[rtp_vector_slot(vector)];
	/* rtp_no_row has no usual values. */
	if (unlikely(!rtp_record_is_usual(row, ns)))
		return vector_record_unusual(c, vector, ticks, end);
	rtp_hist_add_usual(&row->hist, ns);
}

/*
 * The probes, one per clock. @key, an element of rtp_vector_labels[], identifies the vector.
 * @number is the processor's and may differ between machines.
 */
static void notrace vector_entry_mono(void *key, int number)
{
	vector_enter(RTPROBE_CLOCK_MONO, key);
}

static void notrace vector_entry_tsc(void *key, int number)
{
	vector_enter(RTPROBE_CLOCK_TSC, key);
}

static void notrace vector_exit_mono(void *key, int number)
{
	vector_leave(RTPROBE_CLOCK_MONO, true, key);
}

static void notrace vector_exit_tsc(void *key, int number)
{
	vector_leave(RTPROBE_CLOCK_TSC, true, key);
}

static void notrace vector_account_mono(void *key, int number)
{
	vector_leave(RTPROBE_CLOCK_MONO, false, key);
}

static void notrace vector_account_tsc(void *key, int number)
{
	vector_leave(RTPROBE_CLOCK_TSC, false, key);
}

/* Exits are registered first. */
#define HOOKS(tracepoint, vector, exit)							\
	{										\
		.name = #tracepoint "_exit",						\
		.probe = { exit##_mono, exit##_tsc },					\
		.data = (void *)&rtp_vector_labels[vector],					\
	}, {										\
		.name = #tracepoint "_entry",						\
		.probe = { vector_entry_mono, vector_entry_tsc },			\
		.data = (void *)&rtp_vector_labels[vector],					\
	}

#define ALL_HOOKS(exit) {								\
	HOOKS(local_timer, RTPROBE_VECTOR_LOC, exit),					\
	HOOKS(reschedule, RTPROBE_VECTOR_RES, exit),					\
	HOOKS(call_function, RTPROBE_VECTOR_CAL, exit),					\
	HOOKS(call_function_single, RTPROBE_VECTOR_CAL_SINGLE, exit),			\
	HOOKS(irq_work, RTPROBE_VECTOR_IWI, exit),					\
	HOOKS(error_apic, RTPROBE_VECTOR_ERR, exit),					\
	HOOKS(spurious_apic, RTPROBE_VECTOR_SPU, exit),					\
	HOOKS(thermal_apic, RTPROBE_VECTOR_TRM, exit),					\
	HOOKS(threshold_apic, RTPROBE_VECTOR_THR, exit),				\
	HOOKS(deferred_error_apic, RTPROBE_VECTOR_DFR, exit),				\
	HOOKS(x86_platform_ipi, RTPROBE_VECTOR_PLT, exit),				\
}

static struct rtp_hook vector_record_hooks[] = ALL_HOOKS(vector_exit);
static struct rtp_hook vector_account_hooks[] = ALL_HOOKS(vector_account);

static void vector_forget(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu_ptr(rtp_cpus, cpu)->vector.key = 0;
}

static struct rtp_hookset vector_hooks = {
	.record = vector_record_hooks,
	.account = vector_account_hooks,
	.n = ARRAY_SIZE(vector_record_hooks),
	.forget = vector_forget,
};

/* All these tracepoints are of one class, so checking two of them is sufficient. */
static void __maybe_unused check_vector_types(void)
{
	check_trace_callback_type_local_timer_entry(vector_entry_mono);
	check_trace_callback_type_local_timer_entry(vector_entry_tsc);
	check_trace_callback_type_local_timer_exit(vector_exit_mono);
	check_trace_callback_type_local_timer_exit(vector_exit_tsc);
	check_trace_callback_type_local_timer_exit(vector_account_mono);
	check_trace_callback_type_local_timer_exit(vector_account_tsc);
}

static bool vector_find(void)
{
	return rtp_hookset_find(&vector_hooks) > 0;
}

static int vector_start(u64 period)
{
	return rtp_hookset_record(&vector_hooks, true);
}

static void vector_stop(void)
{
	rtp_hookset_record(&vector_hooks, false);
}

int rtp_vector_hold(void)
{
	return rtp_hookset_hold(&vector_hooks);
}

void rtp_vector_release(void)
{
	rtp_hookset_release(&vector_hooks);
}

#else

static bool vector_find(void)
{
	return false;
}

static int vector_start(u64 period)
{
	return -EOPNOTSUPP;
}

static void vector_stop(void)
{
}

/* Without vectors there is nothing to hold. */
int rtp_vector_hold(void)
{
	return 0;
}

void rtp_vector_release(void)
{
}

#endif

const struct rtp_measure rtp_measure_vector_duration = {
	.available = vector_find,
	.start = vector_start,
	.stop = vector_stop,
	.of_handlers = true,
};
