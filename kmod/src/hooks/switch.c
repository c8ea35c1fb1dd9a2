// SPDX-License-Identifier: GPL-2.0-or-later
/* The probes of sched_switch and sched_waking, which call all measures that use them. */
#include <linux/mm_types.h>	/* the trace header forgets it */
#include <linux/sched.h>
#include <linux/string.h>
#include <trace/events/sched.h>

#include "base/cpu.h"
#include "base/edge.h"
#include "base/tracepoint.h"
#include "capture/judge.h"
#include "capture/rule.h"
#include "compat/compat.h"
#include "compat/sched.h"
#include "hooks/cycle.h"
#include "hooks/irq_thread.h"
#include "hooks/irq_to_task.h"
#include "hooks/preemption.h"
#include "hooks/sched.h"
#include "hooks/section.h"
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

/*
 * The module's own threads are not measured as other tasks are. Told by the name, which only the
 * kernel gives to a kernel thread: a thread is first woken before it is on its CPU, and ends on
 * another one.
 */
static __always_inline bool is_own(const struct task_struct *task)
{
	return task->flags & PF_KTHREAD && strstarts(task->comm, "rtprobe/");
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
	if (users & RTP_SCHED_WORK && task->flags & PF_WQ_WORKER)
		return true;
	return users & RTP_SCHED_BY_WAKING && is_awaited(task);
}

/* Returns the entry of a task that runs from now on, NULL if it is not followed. */
static noinline struct rtp_task_entry *switch_find(struct task_struct *next, unsigned int users)
{
	return is_followed(next, users) ? rtp_task_follow(next) : NULL;
}

static __always_inline struct rtp_task_entry *switch_entry(struct task_struct *next,
							   unsigned int users)
{
	struct rtp_task_entry *entry;

	if (is_idle_task(next))
		return NULL;
	if (users & RTP_SCHED_STOLEN || (users & RTP_SCHED_BY_WAKING && is_real_time(next))) {
		entry = smp_load_acquire(rtp_task_head(next));
		if (likely(entry) && rtp_task_is(entry, next))
			return entry;
	} else if (!(users & RTP_SCHED_WORK && next->flags & PF_WQ_WORKER) &&
		   (!(users & RTP_SCHED_BY_WAKING) || likely(!READ_ONCE(rtp_rules_follow)))) {
		return NULL;
	}
	return switch_find(next, users);
}

static __always_inline void switch_note_waker(struct rtp_cpu *c, struct rtp_task_entry *entry,
					      u64 shared)
{
	entry->waker_cpu = c->cpu;
	entry->waker_recorded = local_read(&c->recorded);
	rtp_task_take_note(&entry->waker, current);
	WRITE_ONCE(entry->woken, shared);
}

static void switch_note_waking(struct rtp_cpu *c, struct task_struct *task, u64 shared)
{
	unsigned int users = READ_ONCE(rtp_sched_users);
	struct rtp_task_entry *entry = is_awaited(task) ? rtp_task_follow(task) : NULL;

	if (!entry)
		return;
	entry->wait = users & RTP_SCHED_BY_IRQ_THREAD && in_hardirq() &&
				      rtp_irq_thread_woken(c, entry, task) ?
			      RTP_WAIT_BY_HANDLER :
			      RTP_WAIT_WOKEN;
	/* The path does not end at an irq thread that its handler woke, but at a task it wakes. */
	if (users & RTP_SCHED_IRQ_TO_TASK && entry->wait == RTP_WAIT_WOKEN)
		rtp_trail_here(c, &entry->origin);
	else
		entry->origin.entry = 0;
	rtp_cycle_woken(entry);
	switch_note_waker(c, entry, shared);
}

static noinline void switch_woken_unusual(struct rtp_cpu *c, struct task_struct *task, u64 since)
{
	switch_note_waking(c, task, rtp_clock_shared(rtp_clock_chosen, since));
	rtp_cost_hook(&c->cost, since);
}

/*
 * The usual wake-up is that of a real-time task which has an entry and is not watched, by a task to
 * which no interrupt led. All others are a tail call, so that the usual path saves no registers.
 * The module's own threads have no entry.
 */
static __always_inline void switch_woken(enum rtprobe_clock clock, void *data,
					 struct task_struct *task)
{
	struct rtp_cpu *c = rtp_hook_cpu(data);
	u64 since = rtp_clock_read(clock);
	struct rtp_task_entry *entry;

	rtp_recorder_add_waking(c, task, task_cpu(task), since);
	/* Not READ_ONCE(), which would load it into a register. */
	if (data_race(rtp_sched_users) & RTP_SCHED_BY_WAKING && task != current) {
		if (is_real_time(task)) {
			entry = smp_load_acquire(rtp_task_head(task));
			if (unlikely(!entry) || !rtp_task_is(entry, task) || rtp_trail_exists(c) ||
			    !rtp_clock_is_shared(clock) || rtp_cycle_may_be_watched(entry))
				return switch_woken_unusual(c, task, since);
			entry->wait = RTP_WAIT_WOKEN;
			entry->origin.entry = 0;
			switch_note_waker(c, entry, since);
		} else if (unlikely(READ_ONCE(rtp_rules_follow))) {
			return switch_woken_unusual(c, task, since);
		}
	}
	rtp_cost_hook(&c->cost, since);
}

/*
 * A task that does not sleep was woken before it could, so it did not wait. If it was not about to
 * sleep, it waits from now on. @state: its state, which may be another one when it is preempted.
 */
static noinline void switch_leave_runnable(struct rtp_cpu *c, struct rtp_task_entry *entry,
					   const struct task_struct *prev, unsigned int state,
					   u64 now)
{
	WRITE_ONCE(entry->woken, 0);
	if (READ_ONCE(rtp_sched_users) & RTP_SCHED_PREEMPTION && state == TASK_RUNNING &&
	    is_awaited(prev))
		rtp_preemption_begin(c, entry, is_real_time(prev), now);
}

/* @left: @state, or TASK_RUNNING of a task that is preempted, which a dead one never is. */
static __always_inline void switch_leave(struct rtp_cpu *c, struct rtp_task_entry *entry,
					 struct task_struct *prev, unsigned int left,
					 unsigned int state, struct rtp_mark now,
					 unsigned int users)
{
	entry->runtime = rtp_task_net(c, entry, &now);
	/* A task that sleeps may already be woken again; keep that. */
	if (left == TASK_RUNNING)
		switch_leave_runnable(c, entry, prev, state, now.ticks);
	if (unlikely(entry->irq.action) && users & RTP_SCHED_IRQ_THREAD_DURATION)
		rtp_irq_thread_record_duration(c, entry, now);
	rtp_cycle_switched_from(c, entry, prev, left, now.ticks);
	if (unlikely(left & TASK_DEAD))
		rtp_task_exited(entry, prev);
}

static noinline void switch_end_unusual(struct rtp_cpu *c, struct rtp_task_entry *entry,
					struct task_struct *next, u64 ns, u64 since, u64 now)
{
	unsigned int users = READ_ONCE(rtp_sched_users);

	if (entry->wait == RTP_WAIT_PREEMPTED) {
		rtp_preemption_end(c, entry, next, ns, since, now);
		return;
	}
	if (users & RTP_SCHED_WAKEUP_LATENCY)
		rtp_wakeup_record(c, entry, next, ns, now);
	if (users & RTP_SCHED_IRQ_THREAD_LATENCY)
		rtp_irq_thread_record_latency(c, entry, next, ns, now);
}

/* The usual wait is that after a wake-up by anything but an irq thread's handler. */
static __always_inline void switch_end_waiting(enum rtprobe_clock clock, struct rtp_cpu *c,
					       struct rtp_task_entry *entry,
					       struct task_struct *next, u64 woken, u64 now,
					       unsigned int users)
{
	u64 shared = now, ns;

	if (rtp_clock_is_shared(clock)) {
		ns = rtp_clock_to_ns(clock, now - woken);
	} else {
		shared = ktime_get_mono_fast_ns();
		ns = shared - woken;
	}
	WRITE_ONCE(entry->woken, 0);
	if (unlikely(!rtp_is_possible(shared - woken)))
		return;
	if (unlikely(entry->wait != RTP_WAIT_WOKEN))
		return switch_end_unusual(c, entry, next, ns, woken, now);
	if (users & RTP_SCHED_WAKEUP_LATENCY)
		rtp_wakeup_record(c, entry, next, ns, now);
	if (unlikely(entry->origin.entry) && users & RTP_SCHED_IRQ_TO_TASK)
		rtp_irq_to_task_record(c, entry, next, woken, shared, now);
}

static __always_inline void switch_arrive(enum rtprobe_clock clock, struct rtp_cpu *c,
					  struct rtp_task_entry *entry, struct task_struct *next,
					  struct rtp_mark now, unsigned int users)
{
	u64 woken = READ_ONCE(entry->woken);

	rtp_task_refresh(entry, next);
	entry->since = now;
	entry->net_since = now.ticks - now.taken - c->softirq_ticks;
	entry->last_cpu = c->cpu;
	entry->runs++;
	rtp_cycle_switched_to(c, entry, next, woken, now.ticks);
	if (woken)
		switch_end_waiting(clock, c, entry, next, woken, now.ticks, users);
}

static __always_inline void switch_switched(enum rtprobe_clock clock, void *data, bool preempted,
					    struct task_struct *prev, struct task_struct *next,
					    unsigned int prev_state)
{
	struct rtp_cpu *c = rtp_hook_cpu(data);
	unsigned int users = READ_ONCE(rtp_sched_users);
	struct rtp_mark now = rtp_mark(clock, c);
	struct rtp_task_entry *entry = c->running;
	unsigned int left = preempted ? TASK_RUNNING : prev_state;

	rtp_recorder_add_switch(c, prev, next, left, now.ticks);
	rtp_softirq_run_switched(c, prev, next, now);
	if (unlikely(c->preempt_off.begin))
		rtp_section_end(c, &c->preempt_off, RTPROBE_MEASURE_PREEMPTOFF, now.ticks);
	/* Not READ_ONCE() and atomic_read(), which would load them into a register. */
	if (unlikely(data_race(c->stolen_due)) && users & RTP_SCHED_STOLEN)
		rtp_stolen_book(c, entry);
	if (entry)
		switch_leave(c, entry, prev, left, prev_state, now, users);
	entry = switch_entry(next, users);
	WRITE_ONCE(c->running, entry);
	if (entry)
		switch_arrive(clock, c, entry, next, now, users);
	if (unlikely(data_race(c->preempted.counter)))
		rtp_preemption_switched(c, next, now.ticks);
	rtp_cost_hook(&c->cost, now.ticks);
}

static void notrace waking_mono(void *data, struct task_struct *task)
{
	switch_woken(RTPROBE_CLOCK_MONO, data, task);
}

static void notrace waking_tsc(void *data, struct task_struct *task)
{
	switch_woken(RTPROBE_CLOCK_TSC, data, task);
}

static void notrace switch_mono(void *data, bool preempted, struct task_struct *prev,
				struct task_struct *next COMPAT_PREV_STATE_PARAM)
{
	switch_switched(RTPROBE_CLOCK_MONO, data, preempted, prev, next, COMPAT_PREV_STATE);
}

static void notrace switch_tsc(void *data, bool preempted, struct task_struct *prev,
			       struct task_struct *next COMPAT_PREV_STATE_PARAM)
{
	switch_switched(RTPROBE_CLOCK_TSC, data, preempted, prev, next, COMPAT_PREV_STATE);
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
