/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between kernels that concern tasks and switches; see compat.h. */
#ifndef RTPROBE_COMPAT_SCHED_H
#define RTPROBE_COMPAT_SCHED_H

#include <linux/bottom_half.h>
#include <linux/bug.h>
#include <linux/sched.h>
#include <uapi/linux/sched/types.h>

#include "compat/probes.h"

/*
 * A probe of sched_switch ends its parameters with COMPAT_PREV_STATE_PARAM, after prev and next. COMPAT_PREV_STATE is
 * the state in which prev is switched out. On kernels that do not pass it, it is read from prev. This is correct:
 * between the decision to switch and the tracepoint the state does not change to TASK_RUNNING, because prev is still on
 * its CPU. It may change to TASK_WAKING, which is not 0 either.
 */
#ifdef RTPROBE_HAVE_SCHED_SWITCH_PREV_STATE
#define COMPAT_PREV_STATE_PARAM , unsigned int prev_state
#define COMPAT_PREV_STATE prev_state
#else
#define COMPAT_PREV_STATE_PARAM
#define COMPAT_PREV_STATE compat_task_state(prev)
#endif

/* The state of a task that waits for a lock which sleeps on PREEMPT_RT; 0 if this kernel has no such state. */
#ifdef TASK_RTLOCK_WAIT
#define COMPAT_TASK_RTLOCK_WAIT TASK_RTLOCK_WAIT
#else
#define COMPAT_TASK_RTLOCK_WAIT 0
#endif

static inline unsigned int compat_task_state(const struct task_struct *task)
{
#ifdef RTPROBE_HAVE_TASK_STATE_UNDERSCORED
	return READ_ONCE(task->__state);
#else
	return READ_ONCE(task->state);
#endif
}

/* Returns whether the fair server chose an ordinary task that is being switched to; false without fair server. */
static inline bool compat_is_by_fair_server(const struct task_struct *task)
{
#ifdef RTPROBE_HAVE_TASK_DL_SERVER
	return READ_ONCE(task->dl_server);
#else
	return false;
#endif
}

/*
 * Returns whether the kernel preempts kernel code where preemption is enabled. Without the kernel's own answer, a choice
 * at boot (CONFIG_PREEMPT_DYNAMIC) is unknown and counts as no. Any context.
 */
static inline bool compat_preempts_kernel(void)
{
#ifdef RTPROBE_HAVE_PREEMPT_MODEL
	return preempt_model_preemptible();
#else
	return IS_ENABLED(CONFIG_PREEMPTION) && !IS_ENABLED(CONFIG_PREEMPT_DYNAMIC);
#endif
}

/*
 * Returns whether a task that disables softirqs keeps all other tasks of its CPU from running them. On PREEMPT_RT a lock
 * does so, which newer kernels can leave out. The lock disables migration once more than the task itself. Process
 * context, softirqs enabled.
 */
static inline bool compat_softirqs_are_locked(void)
{
#if defined(CONFIG_PREEMPT_RT) && defined(CONFIG_SMP)
	unsigned int before = current->migration_disabled, locked;

	local_bh_disable();
	locked = current->migration_disabled - before;
	local_bh_enable();
	return locked > 1;
#else
	return !IS_ENABLED(CONFIG_PREEMPT_RT);
#endif
}

/*
 * The SCHED_FIFO priority that a module's thread gets if @wanted is requested. Without an exported
 * sched_setattr_nocheck there is only one: half of MAX_RT_PRIO.
 */
#ifdef RTPROBE_HAVE_EXPORT_SCHED_SETATTR_NOCHECK
#define COMPAT_FIFO_PRIORITY(wanted) wanted
#else
#define COMPAT_FIFO_PRIORITY(wanted) 50
#endif

/* Sets a priority that COMPAT_FIFO_PRIORITY returned. Process context. */
static inline void compat_set_fifo(struct task_struct *task, unsigned int priority)
{
#ifdef RTPROBE_HAVE_EXPORT_SCHED_SETATTR_NOCHECK
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = priority,
	};

	/* Fails only if the priority is invalid. */
	WARN_ON_ONCE(sched_setattr_nocheck(task, &attr));
#else
	sched_set_fifo(task);
#endif
}

#endif
