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

/*
 * Interrupts are off between the reading of the clock and the end of the entry, so that the ring is
 * in the order of time. Softirqs and work items run with interrupts on.
 */
static __always_inline void callback_note(void *data, u8 kind, const void *function,
					  const void *item)
{
	unsigned long flags;
	struct rtp_cpu *c;
	u64 now;

	if (!rtp_recorder_is_on())
		return;
	local_irq_save(flags);
	c = rtp_hook_cpu(data);
	now = rtp_clock_now();
	if (item)
		rtp_recorder_put_item(c, kind, function, item, now);
	else
		rtp_recorder_put(c, kind, (uintptr_t)function, now);
	rtp_cost_hook(&c->cost, now);
	local_irq_restore(flags);
}

static __always_inline void callback_enter(void *data, enum rtprobe_callback callback,
					   const void *function)
{
	callback_note(data, RTP_RECORD_CALLBACK + callback, function, NULL);
}

/* @item identifies the request, see sender.h. */
static __always_inline void callback_enter_item(void *data, enum rtprobe_callback callback,
						const void *function, const void *item)
{
	callback_note(data, RTP_RECORD_CALLBACK + callback, function, item);
}

static __always_inline void callback_leave(void *data, enum rtprobe_callback callback)
{
	callback_note(data, RTPROBE_TRACE_EVENT_CALLBACK_EXIT, (const void *)(uintptr_t)callback,
		      NULL);
}

/*
 * The timer of timer.h records its own event. It is the most frequent one, so its callback would
 * only displace other events.
 */
static __always_inline bool is_own_timer(const struct hrtimer *timer)
{
	return timer == &raw_cpu_ptr(rtp_cpus)->timer;
}

static void notrace hrtimer_entry(void *data, struct hrtimer *timer, compat_hrtimer_now now)
{
	if (!is_own_timer(timer))
		callback_enter(data, RTPROBE_CALLBACK_HRTIMER, ACCESS_PRIVATE(timer, function));
}

static void notrace hrtimer_exit(void *data, struct hrtimer *timer)
{
	if (!is_own_timer(timer))
		callback_leave(data, RTPROBE_CALLBACK_HRTIMER);
}

static void notrace timer_entry(void *data, struct timer_list *timer, unsigned long base)
{
	callback_enter(data, RTPROBE_CALLBACK_TIMER, timer->function);
}

static void notrace timer_exit(void *data, struct timer_list *timer)
{
	callback_leave(data, RTPROBE_CALLBACK_TIMER);
}

static void notrace work_entry(void *data, struct work_struct *work)
{
	callback_enter_item(data, RTPROBE_CALLBACK_WORK, work->func, work);
}

static void notrace work_exit(void *data, struct work_struct *work, work_func_t function)
{
	callback_leave(data, RTPROBE_CALLBACK_WORK);
}

static void notrace tasklet_began(void *data, struct tasklet_struct *tasklet, void *function)
{
	callback_enter(data, RTPROBE_CALLBACK_TASKLET, function);
}

static void notrace tasklet_ended(void *data, struct tasklet_struct *tasklet, void *function)
{
	callback_leave(data, RTPROBE_CALLBACK_TASKLET);
}

static void notrace call_entry(void *data, smp_call_func_t function, call_single_data_t *csd)
{
	callback_enter_item(data, RTPROBE_CALLBACK_CALL, function, csd);
}

static void notrace call_exit(void *data, smp_call_func_t function, call_single_data_t *csd)
{
	callback_leave(data, RTPROBE_CALLBACK_CALL);
}

/* Exits are registered first. */
#define PAIR(callback, exit, left, entry, entered)						\
	[2 * (callback - 1)] = { .name = exit, .probe = { left, left } },			\
	[2 * (callback - 1) + 1] = { .name = entry, .probe = { entered, entered } }

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

static void __maybe_unused check_callback_types(void)
{
	check_trace_callback_type_hrtimer_expire_entry(hrtimer_entry);
	check_trace_callback_type_hrtimer_expire_exit(hrtimer_exit);
	check_trace_callback_type_timer_expire_entry(timer_entry);
	check_trace_callback_type_timer_expire_exit(timer_exit);
	check_trace_callback_type_workqueue_execute_start(work_entry);
	check_trace_callback_type_workqueue_execute_end(work_exit);
	COMPAT_CHECK_TASKLET(tasklet_began, tasklet_ended);
	COMPAT_CHECK_CSD(call_entry, call_exit);
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
