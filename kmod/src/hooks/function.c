// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/function.h"

#include <linux/module.h>
#include <linux/notifier.h>

#include "base/housekeeping.h"
#include "base/symbol.h"
#include "capture/capture.h"
#include "hooks/handlers.h"
#include "hooks/sched.h"
#include "hooks/softirq.h"

static noinline struct rtp_row *function_adopt(struct rtp_cpu *c, enum rtprobe_measure measure,
					       const void *function)
{
	char name[RTPROBE_FUNCTION_LEN];
	struct rtp_row_id id = { .measure = measure, .name = name };
	unsigned int slot = rtp_function_slot(measure, function);

	/* Looking up a name takes microseconds. If all rows are used, each run would do it. */
	if (!rtp_row_is_left(c, slot))
		return NULL;
	rtp_function_print(name, function);
	return rtp_row_adopt(c, slot, function, &id);
}

/* Returns when the function that ended last on this CPU began. */
static u64 function_began(struct rtp_cpu *c, enum rtprobe_callback kind)
{
	const struct rtp_function_stack *stack = &c->functions[kind];

	if (rtp_function_is_hard(kind))
		return stack->open[stack->depth].begin.ticks;
	if (rtp_function_is_of_task(kind))
		return c->running->work.begin;
	return rtp_function_softirq(c)->function.begin;
}

static noinline void function_capture(struct rtp_cpu *c, enum rtprobe_callback kind,
				      const struct rtp_row *row, u64 ns, u64 end)
{
	struct rtp_value value = { .ns = ns, .begin = function_began(c, kind), .end = end };

	/* Its begin is in the flight recorder of another CPU. */
	if (rtp_function_is_of_task(kind) && c->running->work.cpu != c->cpu)
		value.begin = end - rtp_clock_from_ns(ns);
	rtp_capture(c, row, &value);
}

void rtp_function_record_unusual(struct rtp_cpu *c, enum rtprobe_callback kind,
				 const void *function, s64 net, u64 end, unsigned long flags)
{
	enum rtprobe_measure measure = rtp_function_measure(kind);
	struct rtp_row *row = NULL;
	u64 ns;

	if (function && rtp_is_possible(net))
		row = rtp_row_find(c, rtp_function_slot(measure, function), function) ?:
		      function_adopt(c, measure, function);
	if (row) {
		ns = rtp_clock_to_ns(rtp_clock_chosen, net);
		if (rtp_record(row, ns))
			function_capture(c, kind, row, ns, end);
	}
	rtp_cost_hook(&c->cost, end);
	local_irq_restore(flags);
}

void rtp_functions_forget(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
		unsigned int i;

		memset(c->functions, 0, sizeof(c->functions));
		for (i = 0; i < RTP_SOFTIRQ_RUNS; i++)
			WRITE_ONCE(c->softirq->runs[i].function.kind, 0);
	}
	rtp_tasks_discard_works();
}

void rtp_functions_retire(bool (*matches)(const struct rtp_row *row, const void *key,
					  const void *about), const void *about)
{
	struct rtp_row *row;
	u32 i;

	rtp_rows_lock();
	for (i = 0; (row = rtp_row_at(i)); i++) {
		const void *key;

		if (!rtp_row_is_live(row) || !rtp_measure_is_by_function(row->measure))
			continue;
		key = rtp_row_key(row);
		if (key && matches(row, key, about))
			cmpxchg(&row->key, key, NULL);
	}
	rtp_rows_unlock();
	rtp_housekeeping_kick();
}

static bool function_is_of_module(const struct rtp_row *row, const void *key, const void *module)
{
	return within_module((unsigned long)key, module) ||
	       within_module((unsigned long)READ_ONCE(row->dev_id), module);
}

static bool function_is_of_init(const struct rtp_row *row, const void *key, const void *module)
{
	return within_module_init((unsigned long)key, module);
}

/*
 * A module's exit function has returned before GOING, and its init function before LIVE. So none of
 * its functions, or none of those in its init section, runs any more.
 */
static int function_module_changed(struct notifier_block *block, unsigned long state, void *module)
{
	if (state == MODULE_STATE_GOING)
		rtp_functions_retire(function_is_of_module, module);
	else if (state == MODULE_STATE_LIVE)
		rtp_functions_retire(function_is_of_init, module);
	return NOTIFY_DONE;
}

static struct notifier_block function_modules = { .notifier_call = function_module_changed };

int rtp_functions_init(void)
{
	return register_module_notifier(&function_modules);
}

void rtp_functions_exit(void)
{
	unregister_module_notifier(&function_modules);
}

/* Only on PREEMPT_RT, functions of softirqs are preempted. They share one user of the switches. */
static unsigned int functions_of_softirqs;

static int function_hold_switches(enum rtprobe_callback kind)
{
	int err = 0;

	if (kind == RTPROBE_CALLBACK_WORK)
		return rtp_sched_start(RTP_SCHED_WORK);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT) || kind == RTPROBE_CALLBACK_CALL)
		return 0;
	if (!functions_of_softirqs)
		err = rtp_sched_start(RTP_SCHED_FUNCTION);
	functions_of_softirqs += !err;
	return err;
}

static void function_release_switches(enum rtprobe_callback kind)
{
	if (kind == RTPROBE_CALLBACK_WORK)
		rtp_sched_stop(RTP_SCHED_WORK);
	else if (IS_ENABLED(CONFIG_PREEMPT_RT) && kind != RTPROBE_CALLBACK_CALL &&
		 !--functions_of_softirqs)
		rtp_sched_stop(RTP_SCHED_FUNCTION);
}

int rtp_function_hold(enum rtprobe_callback kind)
{
	int err = rtp_handlers_hold();

	if (err)
		return err;
	err = kind == RTPROBE_CALLBACK_CALL ? 0 : rtp_softirq_hold();
	if (err)
		goto no_softirq;
	err = function_hold_switches(kind);
	if (!err)
		return 0;
	if (kind != RTPROBE_CALLBACK_CALL)
		rtp_softirq_release();
no_softirq:
	rtp_handlers_release();
	return err;
}

void rtp_function_release(enum rtprobe_callback kind)
{
	function_release_switches(kind);
	if (kind != RTPROBE_CALLBACK_CALL)
		rtp_softirq_release();
	rtp_handlers_release();
}
