// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/about.h"

#include <linux/sched.h>
#include <linux/string.h>

/*
 * The comm may be half changed by its owner; get_task_comm would take a lock that sleeps on
 * PREEMPT_RT.
 */
void rtp_task_describe(struct rtp_task *to, const struct task_struct *task)
{
	to->pid = task->pid;
	to->tgid = task->tgid;
	to->start_time = task->start_time;
	to->policy = task->policy;
	to->priority = task->rt_priority;
	to->nice = task_nice(task);
	to->kthread = task->flags & PF_KTHREAD;
	memcpy(to->comm, task->comm, sizeof(to->comm) - 1);
	to->comm[sizeof(to->comm) - 1] = '\0';
}
