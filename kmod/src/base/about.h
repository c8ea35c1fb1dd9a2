/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes a task. */
#ifndef RTPROBE_ABOUT_H
#define RTPROBE_ABOUT_H

#include <linux/types.h>

#include "uapi/rtprobe.h"

struct task_struct;

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

/* Fills in @to from @task. Any context; the caller keeps the task alive. */
void rtp_task_describe(struct rtp_task *to, const struct task_struct *task);

/*
 * Copies a description that a hook may be updating: it does so when the task has changed its name
 * and when the task exits. pid, tgid and start_time do not change. Of the rest, a copy may mix old
 * and new; the next copy has only new values.
 */
void rtp_task_copy(struct rtp_task *to, const struct rtp_task *from);

#endif
