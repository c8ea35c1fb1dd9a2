// SPDX-License-Identifier: GPL-2.0-or-later
#include "vector.h"

#include <linux/errno.h>

#ifdef CONFIG_X86

#include <linux/interrupt.h>
#include <asm/trace/irq_vectors.h>

#include "nmi.h"
#include "record.h"
#include "tracepoint.h"

/* Labels of /proc/interrupts. An element's address is also its vector's key. */
static const char *const labels[RTPROBE_VECTOR_COUNT] = {
	[RTPROBE_VECTOR_LOC] = "LOC",
	[RTPROBE_VECTOR_RES] = "RES",
	[RTPROBE_VECTOR_CAL] = "CAL",
	[RTPROBE_VECTOR_CAL_SINGLE] = "CAL_SINGLE",
	[RTPROBE_VECTOR_IWI] = "IWI",
	[RTPROBE_VECTOR_ERR] = "ERR",
	[RTPROBE_VECTOR_SPU] = "SPU",
	[RTPROBE_VECTOR_TRM] = "TRM",
	[RTPROBE_VECTOR_THR] = "THR",
	[RTPROBE_VECTOR_DFR] = "DFR",
	[RTPROBE_VECTOR_PLT] = "PLT",
};

static struct rtp_row *adopt(struct rtp_cpu *c, unsigned int vector)
{
	struct rtp_row_id id = {
		.measure = RTPROBE_MEASURE_VECTOR_DURATION,
		.number = vector,
		.name = labels[vector],
	};

	return rtp_row_adopt(c, rtp_vector_slot(vector), &labels[vector], &id);
}

static noinline void record_first(struct rtp_cpu *c, unsigned int vector, u64 ns, u64 end)
{
	struct rtp_row *row = adopt(c, vector);

	if (row)
		rtp_record_handler(c, row, ns, end);
}

static __always_inline void enter(enum rtprobe_clock clock, const void *key)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);

	rtp_edge_enter(clock, c, &c->vector, key);
}

static __always_inline void leave(enum rtprobe_clock clock, const void *key)
{
	unsigned int vector = (const char *const *)key - labels;
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	struct rtp_row *row;
	u64 ns, end;

	c->events++;
	if (!rtp_edge_exit(clock, c, &c->vector, key, &ns, &end))
		return;
	row = c->table[rtp_vector_slot(vector)];
	if (unlikely(row == &rtp_no_row))
		record_first(c, vector, ns, end);
	else
		rtp_record_handler(c, row, ns, end);
}

/*
 * The probes, once per clock. @key, an element of labels[], says which vector; @number is the
 * processor's and may differ by machine.
 */
static void notrace entry_mono(void *key, int number)
{
	enter(RTPROBE_CLOCK_MONO, key);
}

static void notrace entry_tsc(void *key, int number)
{
	enter(RTPROBE_CLOCK_TSC, key);
}

static void notrace exit_mono(void *key, int number)
{
	leave(RTPROBE_CLOCK_MONO, key);
}

static void notrace exit_tsc(void *key, int number)
{
	leave(RTPROBE_CLOCK_TSC, key);
}

#define HOOKS(tracepoint, vector)							\
	{										\
		.name = #tracepoint "_entry",						\
		.probe = { entry_mono, entry_tsc },					\
		.data = (void *)&labels[vector],					\
	}, {										\
		.name = #tracepoint "_exit",						\
		.probe = { exit_mono, exit_tsc },					\
		.data = (void *)&labels[vector],					\
	}

static struct rtp_hook hooks[] = {
	HOOKS(local_timer, RTPROBE_VECTOR_LOC),
	HOOKS(reschedule, RTPROBE_VECTOR_RES),
	HOOKS(call_function, RTPROBE_VECTOR_CAL),
	HOOKS(call_function_single, RTPROBE_VECTOR_CAL_SINGLE),
	HOOKS(irq_work, RTPROBE_VECTOR_IWI),
	HOOKS(error_apic, RTPROBE_VECTOR_ERR),
	HOOKS(spurious_apic, RTPROBE_VECTOR_SPU),
	HOOKS(thermal_apic, RTPROBE_VECTOR_TRM),
	HOOKS(threshold_apic, RTPROBE_VECTOR_THR),
	HOOKS(deferred_error_apic, RTPROBE_VECTOR_DFR),
	HOOKS(x86_platform_ipi, RTPROBE_VECTOR_PLT),
};

/* All these tracepoints are of one class, so two of them stand for all. */
static void __maybe_unused check_types(void)
{
	check_trace_callback_type_local_timer_entry(entry_mono);
	check_trace_callback_type_local_timer_entry(entry_tsc);
	check_trace_callback_type_local_timer_exit(exit_mono);
	check_trace_callback_type_local_timer_exit(exit_tsc);
}

bool rtp_vector_find(void)
{
	return rtp_hooks_find(hooks, ARRAY_SIZE(hooks)) > 0;
}

int rtp_vector_start(void)
{
	int err = rtp_nmi_start();

	if (err)
		return err;
	err = rtp_hooks_register(hooks, ARRAY_SIZE(hooks));
	if (err)
		rtp_nmi_stop();
	return err;
}

void rtp_vector_stop(void)
{
	int cpu;

	rtp_hooks_unregister(hooks, ARRAY_SIZE(hooks));
	rtp_nmi_stop();
	for_each_possible_cpu(cpu)
		per_cpu_ptr(rtp_cpus, cpu)->vector.key = NULL;
}

#else

bool rtp_vector_find(void)
{
	return false;
}

int rtp_vector_start(void)
{
	return -EOPNOTSUPP;
}

void rtp_vector_stop(void)
{
}

#endif
