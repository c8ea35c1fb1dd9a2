// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/about.h"

#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/string.h>

/*
 * The owner may be changing the comm at the same time. get_task_comm is not used, because on
 * PREEMPT_RT its lock sleeps.
 *
 * The other fields may change as well. Each is a word, so the value is the old one or the new one.
 */
void rtp_task_describe(struct rtp_task *to, const struct task_struct *task)
{
	to->pid = task->pid;
	to->tgid = task->tgid;
	to->start_time = task->start_time;
	to->policy = data_race(task->policy);
	to->priority = data_race(task->rt_priority);
	to->nice = data_race(task_nice(task));
	to->kthread = data_race(task->flags) & PF_KTHREAD;
	to->own = false;
	data_race(memcpy(to->comm, task->comm, sizeof(to->comm) - 1));
	to->comm[sizeof(to->comm) - 1] = '\0';
}

void rtp_task_copy(struct rtp_task *to, const struct rtp_task *from)
{
	data_race(memcpy(to, from, sizeof(*to)));
}
