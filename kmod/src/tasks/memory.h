/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much of a task's memory is locked, so that it needs no page faults. */
#ifndef RTPROBE_TASKS_MEMORY_H
#define RTPROBE_TASKS_MEMORY_H

#include <linux/types.h>

struct rtp_task_entry;

struct rtp_task_memory {
	u64 mapped_kb;
	u64 locked_kb;		/* as VmLck in /proc/PID/status */
	bool locks_future;	/* memory that it maps from now on is locked, too */
};

/*
 * Reads the memory of an entry's task. Returns false if it has exited, or is a kernel thread.
 * Process context, rtp_tasks_lock held.
 */
bool rtp_task_memory_read(const struct rtp_task_entry *entry, struct rtp_task_memory *memory);

#endif
