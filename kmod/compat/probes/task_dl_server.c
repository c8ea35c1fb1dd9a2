// SPDX-License-Identifier: GPL-2.0-or-later
/* A task that the fair server chose refers to it. */
#include <linux/sched.h>
bool use(const struct task_struct *task);
bool use(const struct task_struct *task)
{
	return task->dl_server;
}
