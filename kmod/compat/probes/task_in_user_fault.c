// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory cgroups of version 1 mark the page faults of user mode. */
#include <linux/sched.h>
bool use(const struct task_struct *task);
bool use(const struct task_struct *task)
{
	return task->in_user_fault;
}
