// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/callback.h"

#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/seq_file.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <trace/events/workqueue.h>

#include "base/label.h"
#include "base/tracepoint.h"
#include "compat/callback.h"
#include "recorder/recorder.h"

/* Times one of the hook calls, see cost.h. Not inlined, so that the others save no registers. */
static noinline void notrace callback_timed(struct rtp_cpu *c, u64 since)
{
	rtp_cost_timed(&c->cost, &c->cost.hooks, since);
	preempt_enable_notrace();
}

/* Softirqs and work items run with interrupts on, and can be preempted. */
static __always_inline void callback_note(enum rtprobe_clock clock, void *data, u8 kind,
					  u64 payload, bool has_item, const void *item)
{
	struct rtp_cpu *c;
	u64 now;

	preempt_disable_notrace();
	c = rtp_hook_cpu(data);
	now = rtp_recorder_put_now(c, clock, kind, payload, has_item, item);
	if (rtp_cost_counts(&c->cost.hooks))
		return callback_timed(c, now);
	preempt_enable_notrace();
}

/*
 * The timer of timer.h records its own event. It is the most frequent one, so its callback would
 * only displace other events.
 */
static __always_inline bool is_own_timer(const struct hrtimer *timer)
{
	return timer == &raw_cpu_ptr(rtp_cpus)->timer;
}

/* Defines the probes of an event, one per clock, with the parameters at the end. */
#define CALLBACK_PROBES(name, skip, kind, payload, has_item, item, ...)				\
	static void notrace name##_mono(void *data, __VA_ARGS__)				\
	{											\
		if (!(skip))									\
			callback_note(RTPROBE_CLOCK_MONO, data, kind, payload, has_item, item);	\
	}											\
	static void notrace name##_tsc(void *data, __VA_ARGS__)					\
	{											\
		if (!(skip))									\
			callback_note(RTPROBE_CLOCK_TSC, data, kind, payload, has_item, item);	\
	}

#define CALLBACK_BEGINS(name, callback, skip, function, ...)					\
	CALLBACK_PROBES(name, skip, RTP_RECORD_CALLBACK + callback, (uintptr_t)(function),	\
			false, NULL, __VA_ARGS__)

/* @item identifies the request, see sender.h. */
#define CALLBACK_BEGINS_ITEM(name, callback, function, item, ...)				\
	CALLBACK_PROBES(name, false, RTP_RECORD_CALLBACK + callback, (uintptr_t)(function),	\
			true, item, __VA_ARGS__)

#define CALLBACK_ENDS(name, callback, skip, ...)						\
	CALLBACK_PROBES(name, skip, RTPROBE_TRACE_EVENT_CALLBACK_EXIT, callback, false, NULL,	\
			__VA_ARGS__)

CALLBACK_BEGINS(hrtimer_entry, RTPROBE_CALLBACK_HRTIMER, is_own_timer(timer),
		ACCESS_PRIVATE(timer, function), struct hrtimer *timer, compat_hrtimer_now now)
CALLBACK_ENDS(hrtimer_exit, RTPROBE_CALLBACK_HRTIMER, is_own_timer(timer), struct hrtimer *timer)

CALLBACK_BEGINS(timer_entry, RTPROBE_CALLBACK_TIMER, false, timer->function,
		struct timer_list *timer, unsigned long base)
CALLBACK_ENDS(timer_exit, RTPROBE_CALLBACK_TIMER, false, struct timer_list *timer)

CALLBACK_BEGINS_ITEM(work_entry, RTPROBE_CALLBACK_WORK, work->func, work,
		     struct work_struct *work)
CALLBACK_ENDS(work_exit, RTPROBE_CALLBACK_WORK, false, struct work_struct *work,
	      work_func_t function)

CALLBACK_BEGINS(tasklet_began, RTPROBE_CALLBACK_TASKLET, false, function,
		struct tasklet_struct *tasklet, void *function)
CALLBACK_ENDS(tasklet_ended, RTPROBE_CALLBACK_TASKLET, false, struct tasklet_struct *tasklet,
	      void *function)

CALLBACK_BEGINS_ITEM(call_entry, RTPROBE_CALLBACK_CALL, function, csd, smp_call_func_t function,
		     call_single_data_t *csd)
CALLBACK_ENDS(call_exit, RTPROBE_CALLBACK_CALL, false, smp_call_func_t function,
	      call_single_data_t *csd)

/* Exits are registered first. */
#define PAIR(callback, exit, left, entry, entered)						\
	[2 * (callback - 1)] = { .name = exit, .probe = { left##_mono, left##_tsc } },		\
	[2 * (callback - 1) + 1] = { .name = entry, .probe = { entered##_mono, entered##_tsc } }

static struct rtp_hook callback_hooks[2 * RTPROBE_CALLBACK_COUNT] = {
	PAIR(RTPROBE_CALLBACK_HRTIMER, "hrtimer_expire_exit", hrtimer_exit,
	     "hrtimer_expire_entry", hrtimer_entry),
	PAIR(RTPROBE_CALLBACK_TIMER, "timer_expire_exit", timer_exit, "timer_expire_entry",
	     timer_entry),
	PAIR(RTPROBE_CALLBACK_WORK, "workqueue_execute_end", work_exit, "workqueue_execute_start",
	     work_entry),
	PAIR(RTPROBE_CALLBACK_TASKLET, "tasklet_exit", tasklet_ended, "tasklet_entry",
	     tasklet_began),
	PAIR(RTPROBE_CALLBACK_CALL, "csd_function_exit", call_exit, "csd_function_entry",
	     call_entry),
};

/* The probes of one event have the same parameters, so checking one of them is sufficient. */
static void __maybe_unused check_callback_types(void)
{
	check_trace_callback_type_hrtimer_expire_entry(hrtimer_entry_tsc);
	check_trace_callback_type_hrtimer_expire_exit(hrtimer_exit_tsc);
	check_trace_callback_type_timer_expire_entry(timer_entry_tsc);
	check_trace_callback_type_timer_expire_exit(timer_exit_tsc);
	check_trace_callback_type_workqueue_execute_start(work_entry_tsc);
	check_trace_callback_type_workqueue_execute_end(work_exit_tsc);
	COMPAT_CHECK_TASKLET(tasklet_began_tsc, tasklet_ended_tsc);
	COMPAT_CHECK_CSD(call_entry_tsc, call_exit_tsc);
}

void rtp_callback_find(void)
{
	rtp_hooks_find(callback_hooks, ARRAY_SIZE(callback_hooks));
}

u32 rtp_callbacks_available(void)
{
	enum rtprobe_callback callback;
	u32 mask = 0;

	for (callback = 1; callback <= RTPROBE_CALLBACK_COUNT; callback++)
		if (callback_hooks[2 * (callback - 1)].tracepoint)
			mask |= BIT(callback);
	return mask;
}

void rtp_callbacks_print(struct seq_file *seq, u32 mask)
{
	const char *separator = "";
	enum rtprobe_callback callback;

	for (callback = 1; callback <= RTPROBE_CALLBACK_COUNT; callback++) {
		if (!(mask & BIT(callback)))
			continue;
		seq_printf(seq, "%s%s", separator, rtp_callback_names[callback]);
		separator = ",";
	}
}

int rtp_callback_hold(void)
{
	return rtp_hooks_register(callback_hooks, ARRAY_SIZE(callback_hooks));
}

void rtp_callback_release(void)
{
	rtp_hooks_unregister(callback_hooks, ARRAY_SIZE(callback_hooks));
}
