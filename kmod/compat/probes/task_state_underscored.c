// SPDX-License-Identifier: GPL-2.0-or-later
/* A task's state is task->__state. */
#include <linux/sched.h>
unsigned int use(const struct task_struct *task);
unsigned int use(const struct task_struct *task)
{
	return task->__state;
}
