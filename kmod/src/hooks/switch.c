// SPDX-License-Identifier: GPL-2.0-or-later
/* The probes of sched_switch and sched_waking, which call all measures that use them. */
#include <linux/mm_types.h>	/* the trace header forgets it */
#include <linux/sched.h>
#include <trace/events/sched.h>

#include "base/cpu.h"
#include "base/edge.h"
#include "base/tracepoint.h"
#include "capture/judge.h"
#include "capture/rule.h"
#include "compat/sched.h"
#include "hooks/irq_thread.h"
#include "hooks/irq_to_task.h"
#include "hooks/sched.h"
#include "hooks/stolen.h"
#include "hooks/wakeup.h"
#include "recorder/recorder.h"
#include "tasks/softirq_run.h"
#include "tasks/task.h"
#include "tasks/trail.h"

/*
 * Uses the current priority, to include tasks with an inherited priority. Includes deadline tasks.
 */
static __always_inline bool is_real_time(const struct task_struct *task)
{
	return task->prio < MAX_RT_PRIO;
}

/* The module's own threads are not measured as other tasks are; they never migrate. */
static __always_inline bool is_own(const struct task_struct *task)
{
	return task == per_cpu_ptr(rtp_cpus, task_cpu(task))->probe_thread;
}

/* Returns whether wake-ups of the task are measured: it is real-time, or a rule names it. */
static __always_inline bool is_awaited(const struct task_struct *task)
{
	if (likely(!is_real_time(task)) &&
	    (likely(!READ_ONCE(rtp_rules_follow)) || !rtp_rules_name_task(task)))
		return false;
	return !is_idle_task(task) && !is_own(task);
}

static __always_inline bool is_followed(const struct task_struct *task, unsigned int users)
{
	if (users & RTP_SCHED_STOLEN)
		return !is_idle_task(task) && !is_own(task);
	return users & RTP_SCHED_BY_WAKING && is_awaited(task);
}

static __always_inline void switch_note_waking(struct rtp_cpu *c, struct rtp_task_entry *entry,
					       struct task_struct *task, unsigned int users)
{
	entry->by_handler = users & RTP_SCHED_BY_IRQ_THREAD && rtp_irq_thread_woken(c, entry, task);
	entry->origin.entry = 0;
	/* The path does not end at an irq thread that its handler woke, but at a task it wakes. */
	if (users & RTP_SCHED_IRQ_TO_TASK && !entry->by_handler)
		entry->origin = rtp_trail_here(c);
	entry->waker_cpu = c->cpu;
	entry->waker_recorded = local_read(&c->recorded);
	rtp_task_describe(&entry->waker, current);
	WRITE_ONCE(entry->woken, ktime_get_mono_fast_ns());
}

static __always_inline void switch_woken(enum rtprobe_clock clock, struct task_struct *task)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	unsigned int users = READ_ONCE(rtp_sched_users);
	u64 since = rtp_clock_read(clock);
	struct rtp_task_entry *entry;

	rtp_recorder_add_waking(c, task, task_cpu(task), since);
	if (users & RTP_SCHED_BY_WAKING && task != current && is_awaited(task)) {
		entry = rtp_task_follow(task);
		if (entry)
			switch_note_waking(c, entry, task, users);
	}
	rtp_cost_hook(&c->cost, since);
}

static __always_inline void switch_leave(struct rtp_cpu *c, struct rtp_task_entry *entry,
					 const struct task_struct *prev, bool slept,
					 unsigned int prev_state, const struct rtp_mark *now,
					 unsigned int users)
{
	entry->runtime +=
		rtp_mark_net(&entry->since, now) - (c->softirq_ticks - entry->softirq_since);
	/*
	 * A task that did not sleep was woken before it could, so it did not wait. A task that does
	 * sleep may already be woken again; keep that.
	 */
	if (!slept)
		WRITE_ONCE(entry->woken, 0);
	if (users & RTP_SCHED_IRQ_THREAD_DURATION && entry->irq.action)
		rtp_irq_thread_record_duration(c, entry, now);
	if (unlikely(slept && prev_state & TASK_DEAD))
		rtp_task_exited(entry, prev);
}

static noinline void switch_end_waiting(struct rtp_cpu *c, struct rtp_task_entry *entry,
					struct task_struct *next, u64 woken, u64 now,
					unsigned int users)
{
	u64 mono = ktime_get_mono_fast_ns();

	WRITE_ONCE(entry->woken, 0);
	if (users & RTP_SCHED_WAKEUP_LATENCY)
		rtp_wakeup_record(c, entry, next, mono - woken, now);
	if (users & RTP_SCHED_IRQ_THREAD_LATENCY && entry->by_handler)
		rtp_irq_thread_record_latency(c, entry, next, mono - woken, now);
	if (users & RTP_SCHED_IRQ_TO_TASK && entry->origin.entry)
		rtp_irq_to_task_record(c, entry, next, woken, mono, now);
}

static __always_inline void switch_arrive(struct rtp_cpu *c, struct rtp_task_entry *entry,
					  struct task_struct *next, const struct rtp_mark *now,
					  unsigned int users)
{
	u64 woken = READ_ONCE(entry->woken);

	rtp_task_refresh(entry, next);
	entry->since = *now;
	entry->softirq_since = c->softirq_ticks;
	entry->last_cpu = c->cpu;
	entry->runs++;
	if (woken)
		switch_end_waiting(c, entry, next, woken, now->ticks, users);
}

static __always_inline void switch_switched(enum rtprobe_clock clock, bool preempted,
					    struct task_struct *prev, struct task_struct *next,
					    unsigned int prev_state)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	unsigned int users = READ_ONCE(rtp_sched_users);
	struct rtp_mark now = rtp_mark(clock, c);
	struct rtp_task_entry *entry = c->running;
	bool slept = !preempted && prev_state != TASK_RUNNING;

	rtp_recorder_add_switch(c, prev, next, slept ? prev_state : TASK_RUNNING, now.ticks);
	rtp_softirq_run_switched(clock, c, prev, next);
	if (users & RTP_SCHED_STOLEN) {
		u64 stolen = rtp_stolen_book(c, entry);

		if (entry)
			entry->stolen += stolen;
	}
	if (entry)
		switch_leave(c, entry, prev, slept, prev_state, &now, users);
	entry = is_followed(next, users) ? rtp_task_follow(next) : NULL;
	WRITE_ONCE(c->running, entry);
	if (entry)
		switch_arrive(c, entry, next, &now, users);
	rtp_cost_hook(&c->cost, now.ticks);
}

static void notrace waking_mono(void *unused, struct task_struct *task)
{
	switch_woken(RTPROBE_CLOCK_MONO, task);
}

static void notrace waking_tsc(void *unused, struct task_struct *task)
{
	switch_woken(RTPROBE_CLOCK_TSC, task);
}

static void notrace switch_mono(void *unused, bool preempted, struct task_struct *prev,
				struct task_struct *next COMPAT_PREV_STATE_PARAM)
{
	switch_switched(RTPROBE_CLOCK_MONO, preempted, prev, next, COMPAT_PREV_STATE);
}

static void notrace switch_tsc(void *unused, bool preempted, struct task_struct *prev,
			       struct task_struct *next COMPAT_PREV_STATE_PARAM)
{
	switch_switched(RTPROBE_CLOCK_TSC, preempted, prev, next, COMPAT_PREV_STATE);
}

struct rtp_hook rtp_sched_hooks[RTP_SCHED_HOOKS] = {
	/*
	 * Registered first: a waking whose switch is missed would make the next latency too long.
	 */
	{ .name = "sched_switch", .probe = { switch_mono, switch_tsc } },
	{ .name = "sched_waking", .probe = { waking_mono, waking_tsc } },
};

static void __maybe_unused check_switch_types(void)
{
	check_trace_callback_type_sched_waking(waking_mono);
	check_trace_callback_type_sched_waking(waking_tsc);
	check_trace_callback_type_sched_switch(switch_mono);
	check_trace_callback_type_sched_switch(switch_tsc);
}
