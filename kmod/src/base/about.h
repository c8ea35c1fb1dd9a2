/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes a task. */
#ifndef RTPROBE_ABOUT_H
#define RTPROBE_ABOUT_H

#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "uapi/rtprobe.h"

/* A task at a moment; values only, no references. */
struct rtp_task {
	u32 pid, tgid;		/* in the initial namespace */
	u64 start_time;		/* ns */
	u32 policy;
	s32 priority;		/* 1-99, or 0 */
	s32 nice;
	bool kthread;
	bool own;		/* a part of rtprobe, see own.h; set in process context */
	char comm[RTPROBE_COMM_LEN];
};

/* A task at a moment, as in struct task_struct: less work than a description. */
struct rtp_task_note {
	pid_t pid, tgid;
	u64 start_time;
	unsigned int policy, rt_priority, flags;
	int static_prio;
	char comm[TASK_COMM_LEN];
};

/*
 * Fills in @note from @task. Any context; the caller keeps the task alive.
 *
 * The owner may be changing the comm at the same time. get_task_comm is not used, because on
 * PREEMPT_RT its lock sleeps.
 *
 * The other fields may change as well. Each is a word, so the value is the old one or the new one.
 */
static __always_inline void rtp_task_take_note(struct rtp_task_note *note,
					       const struct task_struct *task)
{
	note->pid = task->pid;
	note->tgid = task->tgid;
	note->start_time = task->start_time;
	note->policy = data_race(task->policy);
	note->rt_priority = data_race(task->rt_priority);
	note->flags = data_race(task->flags);
	note->static_prio = data_race(task->static_prio);
	data_race(memcpy(note->comm, task->comm, sizeof(note->comm)));
}

/* Fills in @to from a note. */
void rtp_task_of_note(struct rtp_task *to, const struct rtp_task_note *note);

/* Fills in @to from @task. Any context; the caller keeps the task alive. */
void rtp_task_describe(struct rtp_task *to, const struct task_struct *task);

/*
 * Copies a description that a hook may be updating: it does so when the task has changed its name
 * and when the task exits. pid, tgid and start_time do not change. Of the rest, a copy may mix old
 * and new; the next copy has only new values.
 */
void rtp_task_copy(struct rtp_task *to, const struct rtp_task *from);

#endif
