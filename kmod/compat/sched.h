/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between kernels about tasks and switches; see compat.h. */
#ifndef RTPROBE_COMPAT_SCHED_H
#define RTPROBE_COMPAT_SCHED_H

#include <linux/bug.h>
#include <linux/sched.h>
#include <uapi/linux/sched/types.h>

#include "compat/probes.h"

/*
 * A probe of sched_switch ends its parameters with COMPAT_PREV_STATE_PARAM, after prev and next, and has the
 * state prev is left in as COMPAT_PREV_STATE. Kernels that do not hand it over do not change it between
 * the decision to switch and the tracepoint to TASK_RUNNING either, as prev is still on its CPU; it may
 * have become TASK_WAKING, which is not 0 as well.
 */
#ifdef RTPROBE_HAVE_SCHED_SWITCH_PREV_STATE
#define COMPAT_PREV_STATE_PARAM , unsigned int prev_state
#define COMPAT_PREV_STATE prev_state
#else
#define COMPAT_PREV_STATE_PARAM
#define COMPAT_PREV_STATE compat_task_state(prev)
#endif

/* The state of a task that waits for a lock which sleeps on PREEMPT_RT; 0: this kernel has none. */
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

/*
 * The SCHED_FIFO priority a module's thread has when @wanted is asked for. Where sched_setattr_nocheck is not
 * exported, there is one for all: half of MAX_RT_PRIO.
 */
#ifdef RTPROBE_HAVE_EXPORT_SCHED_SETATTR_NOCHECK
#define COMPAT_FIFO_PRIORITY(wanted) wanted
#else
#define COMPAT_FIFO_PRIORITY(wanted) 50
#endif

/* @priority is one COMPAT_FIFO_PRIORITY gives. Process context. */
static inline void compat_set_fifo(struct task_struct *task, unsigned int priority)
{
#ifdef RTPROBE_HAVE_EXPORT_SCHED_SETATTR_NOCHECK
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = priority,
	};

	/* Refused only for a bad priority. */
	WARN_ON_ONCE(sched_setattr_nocheck(task, &attr));
#else
	sched_set_fifo(task);
#endif
}

#endif
