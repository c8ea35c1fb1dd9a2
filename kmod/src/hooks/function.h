/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The measures by function: for how long a function of a timer, work item, tasklet or
 * function-call IPI kept its CPU, from its begin to its end. callback.c has the hooks.
 *
 * Time of other code is subtracted, as from the durations of handlers and softirqs:
 *
 * - A function of a hard interrupt (hrtimer, function call): hard handlers, vectors, NMIs. It can
 *   interrupt another of its kind, so the open ones of each kind are a stack per CPU.
 * - A function of a softirq (timer_list, tasklet, soft hrtimer, item of a BH workqueue): these
 *   and, on PREEMPT_RT, the time switched out. It is stored in its softirq run (softirq_run.h),
 *   because the softirqs of several threads can be open on a CPU.
 * - A work item of a kernel worker: these, softirqs and the time switched out. It can sleep and
 *   continue on another CPU, so it is stored in the entry of its task (task.h). Its value is in the
 *   row of the CPU where it ended.
 *
 * A function whose begin or end was missed has no value.
 *
 * The key of a row is the function's address, which is resolved when the row is adopted. A module
 * that is unloaded retires the rows of its functions.
 */
#ifndef RTPROBE_HOOKS_FUNCTION_H
#define RTPROBE_HOOKS_FUNCTION_H

#include <linux/preempt.h>

#include "base/lost.h"
#include "compat/compat.h"
#include "tasks/softirq_run.h"
#include "tasks/task.h"
#include "values/record.h"

static __always_inline enum rtprobe_measure rtp_function_measure(enum rtprobe_callback kind)
{
	return RTP_FUNCTION_FIRST + kind - RTPROBE_CALLBACK_HRTIMER;
}

static_assert(RTPROBE_MEASURE_CSD_DURATION - RTP_FUNCTION_FIRST ==
	      RTPROBE_CALLBACK_CALL - RTPROBE_CALLBACK_HRTIMER);

/* A function that has ended. */
struct rtp_function_run {
	const void *function;	/* NULL: its begin was not seen */
	s64 net;		/* ticks; negative without a function */
};

/* What interrupts off means below: they are, on the CPU, in the tracepoint of the function. */

/* Idle CPUs run the functions of IPIs without an interrupt, but with interrupts off. */
static __always_inline bool rtp_function_is_hard(enum rtprobe_callback kind)
{
	return kind == RTPROBE_CALLBACK_CALL || (kind == RTPROBE_CALLBACK_HRTIMER && in_hardirq());
}

static __always_inline bool rtp_function_is_of_task(enum rtprobe_callback kind)
{
	return kind == RTPROBE_CALLBACK_WORK && !in_serving_softirq();
}

static __always_inline struct rtp_softirq_run *rtp_function_softirq(struct rtp_cpu *c)
{
	struct rtp_softirq_run *run = c->softirq->runs;

	return likely(run->task == current) ? run : rtp_softirq_run_of(c->softirq, current);
}

/* Notes that a function begins. Interrupts off. */
static __always_inline void rtp_function_begin(struct rtp_cpu *c, enum rtprobe_callback kind,
					       const void *function, struct rtp_mark now)
{
	if (rtp_function_is_hard(kind)) {
		struct rtp_function_stack *stack = &c->functions[kind];

		if (likely(stack->depth < RTP_FUNCTION_DEPTH)) {
			stack->open[stack->depth].function = function;
			stack->open[stack->depth].begin = now;
		}
		stack->depth++;
	} else if (rtp_function_is_of_task(kind)) {
		struct rtp_task_entry *entry = c->running;

		if (likely(entry)) {
			entry->work.runtime = rtp_task_net(c, entry, &now);
			entry->work.begin = now.ticks;
			entry->work.cpu = c->cpu;
			WRITE_ONCE(entry->work.function, function);
		}
	} else {
		struct rtp_softirq_run *run = rtp_function_softirq(c);

		if (likely(run)) {
			run->function.function = function;
			run->function.begin = now.ticks;
			run->function.net = rtp_softirq_run_net(run, &now);
			WRITE_ONCE(run->function.kind, kind);
		}
	}
}

/* Returns the function that ends. Interrupts off. */
static __always_inline struct rtp_function_run rtp_function_end(struct rtp_cpu *c,
								enum rtprobe_callback kind,
								struct rtp_mark now)
{
	struct rtp_function_run ended = { .net = -1 };

	if (rtp_function_is_hard(kind)) {
		struct rtp_function_stack *stack = &c->functions[kind];

		if (unlikely(!stack->depth) || unlikely(--stack->depth >= RTP_FUNCTION_DEPTH))
			return ended;
		ended.function = stack->open[stack->depth].function;
		ended.net = rtp_mark_net(&stack->open[stack->depth].begin, &now);
	} else if (rtp_function_is_of_task(kind)) {
		struct rtp_task_entry *entry = c->running;

		if (unlikely(!entry) || unlikely(!READ_ONCE(entry->work.function)))
			return ended;
		ended.function = READ_ONCE(entry->work.function);
		ended.net = rtp_task_net(c, entry, &now) - entry->work.runtime;
		WRITE_ONCE(entry->work.function, NULL);
	} else {
		struct rtp_softirq_run *run = rtp_function_softirq(c);

		if (unlikely(!run) || unlikely(READ_ONCE(run->function.kind) != kind))
			return ended;
		ended.function = run->function.function;
		ended.net = rtp_softirq_run_net(run, &now) - run->function.net;
		WRITE_ONCE(run->function.kind, 0);
	}
	return ended;
}

/*
 * Records a function that has ended, whose value is not usual. Called after rtp_function_end, in
 * the same context. Also ends the hook, which began at @end, and restores @flags: as a tail call,
 * it leaves the usual path without saved registers.
 */
void rtp_function_record_unusual(struct rtp_cpu *c, enum rtprobe_callback kind,
				 const void *function, s64 net, u64 end, unsigned long flags);

/*
 * Hold the hooks that count the time to subtract from functions of @kind. Calls nest. hold returns
 * 0 or a negative errno. Process context, config mutex held.
 */
int rtp_function_hold(enum rtprobe_callback kind);
void rtp_function_release(enum rtprobe_callback kind);

/* Forgets the open functions of all CPUs. The hooks are unregistered. Process context. */
void rtp_functions_forget(void);

/* Retires the rows by function of which @matches says so. Process context. */
void rtp_functions_retire(bool (*matches)(const struct rtp_row *row, const void *key,
					  const void *about), const void *about);

/* Process context. After exit, no notifier runs. */
int rtp_functions_init(void);
void rtp_functions_exit(void);

#endif
