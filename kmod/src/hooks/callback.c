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
#include "hooks/armed.h"
#include "hooks/function.h"
#include "hooks/napi.h"
#include "recorder/recorder.h"

/* Times one of the hook calls, see cost.h. Not inlined, so that the others save no registers. */
static noinline void notrace callback_timed(struct rtp_cpu *c, u64 since)
{
	rtp_cost_timed(&c->cost, &c->cost.hooks, since);
	preempt_enable_notrace();
}

/* Records an event. Softirqs and work items run with interrupts on, and can be preempted. */
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

static noinline void notrace callback_measured_timed(struct rtp_cpu *c, u64 since,
						     unsigned long flags)
{
	rtp_cost_timed(&c->cost, &c->cost.hooks, since);
	local_irq_restore(flags);
}

static noinline void notrace callback_carry(struct rtp_cpu *c, struct rtp_row *row, u64 ns,
					    u64 since, unsigned long flags)
{
	rtp_hist_carry(&row->hist, ns);
	callback_measured_timed(c, since, flags);
}

/* Notes the begin of a function that is measured, and records the event if the recorder is on. */
static __always_inline void callback_begin(enum rtprobe_clock clock, void *data,
					   enum rtprobe_callback callback, const void *function,
					   bool has_item, const void *item)
{
	u8 kind = RTP_RECORD_CALLBACK + callback;
	unsigned long flags;
	struct rtp_cpu *c;
	struct rtp_mark now;

	local_irq_save(flags);
	c = rtp_hook_cpu(data);
	now = rtp_mark(clock, c);
	if (has_item && rtp_recorder_is_on())
		rtp_recorder_put_item(c, kind, (uintptr_t)function, item, now.ticks);
	else if (rtp_recorder_is_on())
		rtp_recorder_put(c, kind, (uintptr_t)function, now.ticks);
	rtp_function_begin(c, callback, function, now);
	if (rtp_cost_counts(&c->cost.hooks))
		return callback_measured_timed(c, now.ticks, flags);
	local_irq_restore(flags);
}

/* Records the duration of a function that is measured, and the event if the recorder is on. */
static __always_inline void callback_end(enum rtprobe_clock clock, void *data,
					 enum rtprobe_callback callback)
{
	struct rtp_function_run ended;
	unsigned long flags;
	struct rtp_cpu *c;
	struct rtp_mark now;
	struct rtp_row *row;
	u64 ns;

	local_irq_save(flags);
	c = rtp_hook_cpu(data);
	now = rtp_mark(clock, c);
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_CALLBACK_EXIT, callback, now.ticks);
	ended = rtp_function_end(c, callback, now);
	row = c->table[rtp_function_slot(rtp_function_measure(callback), ended.function)];
	ns = rtp_clock_to_ns(clock, ended.net);
	/* rtp_no_row has no usual values. */
	if (unlikely(data_race(row->key) != ended.function) || unlikely(ended.net < 0) ||
	    unlikely(!rtp_record_is_usual(row, ns)))
		return rtp_function_record_unusual(c, callback, ended.function, ended.net,
						   now.ticks, flags);
	if (unlikely(!rtp_hist_begin_usual(&row->hist, ns)))
		return callback_carry(c, row, ns, now.ticks, flags);
	if (rtp_cost_counts(&c->cost.hooks))
		return callback_measured_timed(c, now.ticks, flags);
	local_irq_restore(flags);
}

/*
 * The timer of timer.h records its own event. It is the most frequent one, so its callback would
 * only displace other events. It is not measured as somebody's function either.
 */
static __always_inline bool is_own_timer(const struct hrtimer *timer)
{
	return timer == &raw_cpu_ptr(rtp_cpus)->timer;
}

#define CALLBACK_PROBE(name, skip, hook, ...)							\
	static void notrace name(void *data, __VA_ARGS__)					\
	{											\
		if (!(skip))									\
			hook;									\
	}

/*
 * Define the probes of an event, with its parameters at the end: those for the flight recorder, one
 * per clock, and those for a measure, which also record the event. @item identifies the request,
 * see sender.h.
 */
#define CALLBACK_BEGINS(name, callback, skip, function, has_item, item, ...)			\
	CALLBACK_PROBE(name##_mono, skip,							\
		       callback_note(RTPROBE_CLOCK_MONO, data, RTP_RECORD_CALLBACK + callback,	\
				     (uintptr_t)(function), has_item, item), __VA_ARGS__)	\
	CALLBACK_PROBE(name##_tsc, skip,							\
		       callback_note(RTPROBE_CLOCK_TSC, data, RTP_RECORD_CALLBACK + callback,	\
				     (uintptr_t)(function), has_item, item), __VA_ARGS__)	\
	CALLBACK_PROBE(name##_measure_mono, skip,						\
		       callback_begin(RTPROBE_CLOCK_MONO, data, callback, function, has_item,	\
				      item), __VA_ARGS__)					\
	CALLBACK_PROBE(name##_measure_tsc, skip,						\
		       callback_begin(RTPROBE_CLOCK_TSC, data, callback, function, has_item,	\
				      item), __VA_ARGS__)

#define CALLBACK_ENDS(name, callback, skip, ...)						\
	CALLBACK_PROBE(name##_mono, skip,							\
		       callback_note(RTPROBE_CLOCK_MONO, data,					\
				     RTPROBE_TRACE_EVENT_CALLBACK_EXIT, callback, false, NULL),	\
		       __VA_ARGS__)								\
	CALLBACK_PROBE(name##_tsc, skip,							\
		       callback_note(RTPROBE_CLOCK_TSC, data,					\
				     RTPROBE_TRACE_EVENT_CALLBACK_EXIT, callback, false, NULL),	\
		       __VA_ARGS__)								\
	CALLBACK_PROBE(name##_measure_mono, skip,						\
		       callback_end(RTPROBE_CLOCK_MONO, data, callback), __VA_ARGS__)		\
	CALLBACK_PROBE(name##_measure_tsc, skip,						\
		       callback_end(RTPROBE_CLOCK_TSC, data, callback), __VA_ARGS__)

CALLBACK_BEGINS(hrtimer_entry, RTPROBE_CALLBACK_HRTIMER, is_own_timer(timer),
		ACCESS_PRIVATE(timer, function),
		rtp_armed_hrtimer(ACCESS_PRIVATE(timer, function)), timer, struct hrtimer *timer,
		compat_hrtimer_now now)
CALLBACK_ENDS(hrtimer_exit, RTPROBE_CALLBACK_HRTIMER, is_own_timer(timer), struct hrtimer *timer)

CALLBACK_BEGINS(timer_entry, RTPROBE_CALLBACK_TIMER, false, timer->function,
		rtp_armed_timer(timer->function), timer, struct timer_list *timer,
		unsigned long base)
CALLBACK_ENDS(timer_exit, RTPROBE_CALLBACK_TIMER, false, struct timer_list *timer)

CALLBACK_BEGINS(work_entry, RTPROBE_CALLBACK_WORK, false, work->func, true, work,
		struct work_struct *work)
CALLBACK_ENDS(work_exit, RTPROBE_CALLBACK_WORK, false, struct work_struct *work,
	      work_func_t function)

CALLBACK_BEGINS(tasklet_began, RTPROBE_CALLBACK_TASKLET, false, function, false, NULL,
		struct tasklet_struct *tasklet, void *function)
CALLBACK_ENDS(tasklet_ended, RTPROBE_CALLBACK_TASKLET, false, struct tasklet_struct *tasklet,
	      void *function)

CALLBACK_BEGINS(call_entry, RTPROBE_CALLBACK_CALL, false, function, true, csd,
		smp_call_func_t function, call_single_data_t *csd)
CALLBACK_ENDS(call_exit, RTPROBE_CALLBACK_CALL, false, smp_call_func_t function,
	      call_single_data_t *csd)

/* Exits are registered first. */
#define PAIR(variant, callback, exit, left, entry, entered)					\
	[2 * (callback - 1)] = {								\
		.name = exit, .probe = { left##variant##_mono, left##variant##_tsc },		\
	},											\
	[2 * (callback - 1) + 1] = {								\
		.name = entry, .probe = { entered##variant##_mono, entered##variant##_tsc },	\
	}

#define PAIRS(variant) {									\
	PAIR(variant, RTPROBE_CALLBACK_HRTIMER, "hrtimer_expire_exit", hrtimer_exit,		\
	     "hrtimer_expire_entry", hrtimer_entry),						\
	PAIR(variant, RTPROBE_CALLBACK_TIMER, "timer_expire_exit", timer_exit,			\
	     "timer_expire_entry", timer_entry),						\
	PAIR(variant, RTPROBE_CALLBACK_WORK, "workqueue_execute_end", work_exit,		\
	     "workqueue_execute_start", work_entry),						\
	PAIR(variant, RTPROBE_CALLBACK_TASKLET, "tasklet_exit", tasklet_ended,			\
	     "tasklet_entry", tasklet_began),							\
	PAIR(variant, RTPROBE_CALLBACK_CALL, "csd_function_exit", call_exit,			\
	     "csd_function_entry", call_entry),							\
}

static struct rtp_hook callback_recorded[] = PAIRS();
static struct rtp_hook callback_measure[] = PAIRS(_measure);

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

/* The recorder's hooks of all callbacks, with those of a measure in their place if it is on. */
static struct rtp_hook callback_hooks[ARRAY_SIZE(callback_recorded)];
static bool callbacks_registered;
static bool callbacks_recorded;
static u32 callbacks_measured;	/* mask of enum rtprobe_callback */

void rtp_callback_find(void)
{
	rtp_hooks_find(callback_recorded, ARRAY_SIZE(callback_recorded));
	rtp_hooks_find(callback_measure, ARRAY_SIZE(callback_measure));
	rtp_napi_find();
}

u32 rtp_callbacks_available(void)
{
	u32 mask = rtp_napi_available() ? BIT(RTPROBE_CALLBACK_NAPI) : 0;
	unsigned int callback;

	for (callback = 1; callback <= ARRAY_SIZE(callback_recorded) / 2; callback++)
		if (callback_recorded[2 * (callback - 1)].tracepoint)
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

/* Fills in the hooks to register. Those of callbacks that nobody needs have no tracepoint. */
static void callback_choose(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(callback_hooks); i++) {
		bool measured = callbacks_measured & BIT(i / 2 + 1);

		callback_hooks[i] = measured ? callback_measure[i] : callback_recorded[i];
		if (!measured && !callbacks_recorded)
			callback_hooks[i].tracepoint = NULL;
	}
}

/*
 * Registers the hooks that are needed now. Functions that are open meanwhile have no value, also of
 * other callbacks: so all hooks are registered again after one wait until none runs.
 */
static int callback_settle(void)
{
	int err;

	if (callbacks_registered)
		rtp_hooks_unregister_early(callback_hooks, ARRAY_SIZE(callback_hooks),
					   rtp_functions_forget);
	callbacks_registered = false;
	if (!callbacks_recorded && !callbacks_measured)
		return 0;
	rtp_hooks_wait();
	rtp_functions_forget();
	callback_choose();
	err = rtp_hooks_register(callback_hooks, ARRAY_SIZE(callback_hooks));
	callbacks_registered = !err;
	return err;
}

int rtp_callback_measure(enum rtprobe_callback callback, bool on)
{
	int err;

	callbacks_measured = on ? callbacks_measured | BIT(callback) :
				  callbacks_measured & ~BIT(callback);
	err = callback_settle();
	if (err && on) {
		callbacks_measured &= ~BIT(callback);
		callback_settle();
	}
	return err;
}

int rtp_callback_hold(void)
{
	int err;

	callbacks_recorded = true;
	err = callback_settle();
	if (err) {
		callbacks_recorded = false;
		callback_settle();
	}
	return err;
}

void rtp_callback_release(void)
{
	callbacks_recorded = false;
	callback_settle();
}
