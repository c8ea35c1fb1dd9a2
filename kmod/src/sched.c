// SPDX-License-Identifier: GPL-2.0-or-later
#include "sched.h"

#include <linux/mm_types.h>	/* the trace header forgets it */
#include <linux/sched.h>
#include <trace/events/sched.h>

#include "compat/sched.h"
#include "cpu.h"
#include "recorder.h"
#include "softirq.h"
#include "task.h"
#include "tracepoint.h"
#include "wakeup.h"

unsigned int rtp_sched_users __read_mostly;
bool (*rtp_sched_follows)(const struct task_struct *task) __read_mostly;

/* By its priority now, so that one that inherited a real-time priority counts as well; deadline tasks do. */
static __always_inline bool is_real_time(const struct task_struct *task)
{
	return task->prio < MAX_RT_PRIO;
}

/* The module's own threads are no one's latency; they never leave their CPU. */
static __always_inline bool is_own(const struct task_struct *task)
{
	return task == per_cpu_ptr(rtp_cpus, task_cpu(task))->probe_thread;
}

static __always_inline bool is_followed(const struct task_struct *task)
{
	bool (*follows)(const struct task_struct *) = READ_ONCE(rtp_sched_follows);

	if (likely(!is_real_time(task)) && (likely(!follows) || !follows(task)))
		return false;
	return !is_idle_task(task) && !is_own(task);
}

static __always_inline void woken(enum rtprobe_clock clock, struct task_struct *task)
{
	struct rtp_task_entry *entry;

	rtp_recorder_add_waking(this_cpu_ptr(rtp_cpus), task, task_cpu(task), rtp_clock_read(clock));
	if (task == current || !is_followed(task))
		return;
	entry = rtp_task_follow(task);
	if (!entry)
		return;
	rtp_task_describe(&entry->waker, current);
	WRITE_ONCE(entry->woken, ktime_get_mono_fast_ns());
}

static void notrace waking_mono(void *unused, struct task_struct *task)
{
	woken(RTPROBE_CLOCK_MONO, task);
}

static void notrace waking_tsc(void *unused, struct task_struct *task)
{
	woken(RTPROBE_CLOCK_TSC, task);
}

static __always_inline void leave(struct rtp_cpu *c, const struct task_struct *prev, bool preempted,
				  unsigned int prev_state)
{
	struct rtp_task_entry *entry = c->running;

	if (!entry)
		return;
	/* It was woken before it slept, so nothing was waited for; a task that does sleep can be woken already. */
	if (preempted || prev_state == TASK_RUNNING)
		WRITE_ONCE(entry->woken, 0);
	else if (unlikely(prev_state & TASK_DEAD))
		rtp_task_exited(entry, prev);
}

static __always_inline void arrive(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *next,
				   u64 now)
{
	u64 woken = READ_ONCE(entry->woken);

	rtp_task_refresh(entry, next);
	entry->last_cpu = c->cpu;
	entry->runs++;
	if (!woken)
		return;
	WRITE_ONCE(entry->woken, 0);
	rtp_wakeup_record(c, entry, next, ktime_get_mono_fast_ns() - woken, now);
}

static __always_inline void switched(enum rtprobe_clock clock, bool preempted, struct task_struct *prev,
				     struct task_struct *next, unsigned int prev_state)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 now = rtp_clock_read(clock);
	struct rtp_task_entry *entry = NULL;

	rtp_recorder_add_switch(c, prev, next, preempted ? TASK_RUNNING : prev_state, now);
	rtp_softirq_switched(clock, c, prev, next);
	leave(c, prev, preempted, prev_state);
	if (is_followed(next))
		entry = rtp_task_follow(next);
	WRITE_ONCE(c->running, entry);
	if (entry)
		arrive(c, entry, next, now);
}

static void notrace switch_mono(void *unused, bool preempted, struct task_struct *prev,
				struct task_struct *next COMPAT_PREV_STATE_PARAM)
{
	switched(RTPROBE_CLOCK_MONO, preempted, prev, next, COMPAT_PREV_STATE);
}

static void notrace switch_tsc(void *unused, bool preempted, struct task_struct *prev,
			       struct task_struct *next COMPAT_PREV_STATE_PARAM)
{
	switched(RTPROBE_CLOCK_TSC, preempted, prev, next, COMPAT_PREV_STATE);
}

static struct rtp_hook hooks[] = {
	{ .name = "sched_waking", .probe = { waking_mono, waking_tsc } },
	{ .name = "sched_switch", .probe = { switch_mono, switch_tsc } },
};

static void __maybe_unused check_types(void)
{
	check_trace_callback_type_sched_waking(waking_mono);
	check_trace_callback_type_sched_waking(waking_tsc);
	check_trace_callback_type_sched_switch(switch_mono);
	check_trace_callback_type_sched_switch(switch_tsc);
}

bool rtp_sched_find(void)
{
	return rtp_hooks_find(hooks, ARRAY_SIZE(hooks)) == ARRAY_SIZE(hooks);
}

int rtp_sched_start(enum rtp_sched_user user)
{
	int err = rtp_sched_users ? 0 : rtp_hooks_register(hooks, ARRAY_SIZE(hooks));

	if (err)
		return err;
	if (!rtp_sched_users)
		rtp_tasks_sweep_soon();
	WRITE_ONCE(rtp_sched_users, rtp_sched_users | user);
	return 0;
}

void rtp_sched_stop(enum rtp_sched_user user)
{
	int cpu;

	WRITE_ONCE(rtp_sched_users, rtp_sched_users & ~user);
	if (rtp_sched_users) {
		tracepoint_synchronize_unregister();
		return;
	}
	rtp_hooks_unregister(hooks, ARRAY_SIZE(hooks));
	/* Whoever runs when the hooks come back must not be taken for whoever ran when they went. */
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->running, NULL);
	rtp_tasks_forget_waking();
}
