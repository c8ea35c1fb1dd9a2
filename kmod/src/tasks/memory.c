// SPDX-License-Identifier: GPL-2.0-or-later
#include "tasks/memory.h"

#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "tasks/task.h"

/* Returns the live task of an entry, with a reference; NULL if it has exited. */
static struct task_struct *memory_task(const struct rtp_task_entry *entry)
{
	struct task_struct *task;
	struct pid *pid;

	rcu_read_lock();
	pid = find_pid_ns(entry->about.pid, &init_pid_ns);
	task = pid ? pid_task(pid, PIDTYPE_PID) : NULL;
	if (task && (task != entry->task || task->start_time != entry->start_time))
		task = NULL;
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

bool rtp_task_memory_read(const struct rtp_task_entry *entry, struct rtp_task_memory *memory)
{
	struct task_struct *task = memory_task(entry);
	const struct mm_struct *mm;

	if (!task)
		return false;
	/* The lock keeps the task's mm. */
	task_lock(task);
	mm = task->flags & PF_KTHREAD ? NULL : task->mm;
	if (mm)
		*memory = (struct rtp_task_memory) {
			.mapped_kb = (u64)READ_ONCE(mm->total_vm) << (PAGE_SHIFT - 10),
			.locked_kb = (u64)READ_ONCE(mm->locked_vm) << (PAGE_SHIFT - 10),
			.locks_future = mm->def_flags & VM_LOCKED,
		};
	task_unlock(task);
	put_task_struct(task);
	return mm;
}
