// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/past_task.h"

#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "base/own.h"

void rtp_past_task_describe(struct rtp_task *to, u32 pid, const char *comm, u64 time)
{
	struct pid *ref = find_get_pid(pid);
	struct task_struct *task = get_pid_task(ref, PIDTYPE_PID);

	put_pid(ref);
	to->pid = pid;
	strscpy(to->comm, comm, sizeof(to->comm));
	if (!task)
		return;
	if (task->start_time <= time) {
		if (!*comm || !strncmp(task->comm, comm, sizeof(task->comm)))
			rtp_task_describe(to, task);
		to->own = rtp_own_is_pid(pid);
	}
	put_task_struct(task);
}
