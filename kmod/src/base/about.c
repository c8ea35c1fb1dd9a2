// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/about.h"

#include <linux/sched.h>
#include <linux/string.h>

/*
 * The owner may be changing the comm at the same time. get_task_comm is not used, because on
 * PREEMPT_RT its lock sleeps.
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
