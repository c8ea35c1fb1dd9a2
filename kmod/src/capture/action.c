// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/action.h"

#include <linux/kernel.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "base/measure.h"
#include "compat/trace.h"

/* Bytes of the marker, enough for the largest numbers. */
#define MARKER_BYTES 192

/* Returns whether a process gets signals. Kernel threads ignore them, and init must not end. */
static bool gets_signals(struct task_struct *task)
{
	return !(data_race(task->flags) & PF_KTHREAD) && !is_global_init(task);
}

/* Returns the process that an action names, or NULL if there is none. Under RCU. */
static struct task_struct *find_receiver(const struct rtp_action_spec *spec)
{
	struct task_struct *task;

	if (spec->pid) {
		task = pid_task(find_pid_ns(spec->pid, &init_pid_ns), PIDTYPE_PID);
		return task && gets_signals(task) ? task : NULL;
	}
	/* In the order of creation. */
	for_each_process(task)
		if (gets_signals(task) && !strncmp(task->comm, spec->comm, TASK_COMM_LEN))
			return task;
	return NULL;
}

/* A process that is named by comm may start later, one that is named by pid may not. */
static int check_pid(struct rtp_action *action, const struct rtp_action_spec *spec,
		     struct rtp_reason *reason)
{
	struct task_struct *task;

	rcu_read_lock();
	task = find_receiver(spec);
	action->start_time = task ? task->start_time : 0;
	rcu_read_unlock();
	if (!action->start_time)
		return rtp_refuse(reason, "unknown_process",
				  "action=signal:%u: no such process, init or a kernel thread",
				  spec->pid);
	return 0;
}

static int check_signal(struct rtp_action *action, const struct rtp_action_spec *spec,
			struct rtp_reason *reason)
{
	if (!spec->pid && !*spec->comm)
		return rtp_refuse(reason, "missing_word", "action=signal: a pid or a name");
	if (!spec->signal || !valid_signal(spec->signal))
		return rtp_refuse(reason, "out_of_range", "action=signal: signal %u",
				  spec->signal);
	if (!spec->may_signal)
		return rtp_refuse(reason, "missing_capability", "action=signal: needs CAP_KILL");
	return spec->pid ? check_pid(action, spec, reason) : 0;
}

int rtp_action_check(struct rtp_action *action, const struct rtp_action_spec *spec,
		     struct rtp_reason *reason)
{
	if (spec->kinds & ~RTP_ACTION_ALL)
		return rtp_refuse(reason, "unknown_word", "action=0x%x", spec->kinds);
	if (spec->kinds & RTPROBE_ACTION_STOP_TRACE && !COMPAT_HAS_TRACING)
		return rtp_refuse(reason, "unavailable_action",
				  "action=stop_trace: this kernel has no ftrace");
	return spec->kinds & RTPROBE_ACTION_SIGNAL ? check_signal(action, spec, reason) : 0;
}

void rtp_action_arm(struct rtp_action *action)
{
	atomic_set(&action->armed, 1);
}

static noinline void stop_trace(const struct rtp_crossing *crossing)
{
	char line[MARKER_BYTES];

	snprintf(line, sizeof(line),
		 "rtprobe: rule=%u measure=%s value_ns=%llu threshold_ns=%llu cpu=%d time_ns=%llu\n",
		 crossing->rule, rtp_measure_names[crossing->measure], crossing->ns,
		 crossing->threshold, crossing->cpu, crossing->time);
	compat_trace_puts(_THIS_IP_, line);
	compat_trace_stop();
}

/* Uses up the arming. An action that only stops the trace waits until there is one to stop. */
static bool take_arming(struct rtp_action *action, u32 kinds)
{
	if (kinds == RTPROBE_ACTION_STOP_TRACE && !compat_trace_runs())
		return false;
	return atomic_read(&action->armed) && atomic_xchg(&action->armed, 0);
}

u32 rtp_action_cross(struct rtp_action *action, const struct rtp_action_spec *spec,
		     const struct rtp_crossing *crossing)
{
	u64 stop_ns = 0;

	if (!take_arming(action, spec->kinds)) {
		atomic64_inc(&action->unarmed);
		return 0;
	}
	if (spec->kinds & RTPROBE_ACTION_STOP_TRACE && compat_trace_runs()) {
		stop_trace(crossing);
		stop_ns = ktime_get_mono_fast_ns() - crossing->time;
	}
	WRITE_ONCE(action->stop_ns, stop_ns);
	WRITE_ONCE(action->crossed, crossing->time);
	atomic64_inc(&action->acted);
	/* Pairs with atomic_xchg in rtp_action_send, which then sees the time of the crossing. */
	if (spec->kinds & RTPROBE_ACTION_SIGNAL)
		atomic_set_release(&action->unsent, 1);
	return spec->kinds;
}

void rtp_action_send(struct rtp_action *action, const struct rtp_action_spec *spec)
{
	struct task_struct *task;
	int err = -ESRCH;

	if (!atomic_read(&action->unsent) || !atomic_xchg(&action->unsent, 0))
		return;
	task = find_receiver(spec);
	if (task && (!spec->pid || task->start_time == action->start_time))
		err = kill_pid(task_pid(task), spec->signal, 0);
	WRITE_ONCE(action->error, -err);
	WRITE_ONCE(action->signal_ns, err ? 0 : ktime_get_mono_fast_ns() - action->crossed);
}
