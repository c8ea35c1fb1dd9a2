// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/about.h"

void rtp_task_of_note(struct rtp_task *to, const struct rtp_task_note *note)
{
	/* One by one: others read meanwhile what does not change, such as the pid. */
	to->pid = note->pid;
	to->tgid = note->tgid;
	to->start_time = note->start_time;
	to->policy = note->policy;
	to->priority = note->rt_priority;
	to->nice = PRIO_TO_NICE(note->static_prio);
	to->kthread = note->flags & PF_KTHREAD;
	to->own = false;
	memcpy(to->comm, note->comm, sizeof(to->comm) - 1);
	to->comm[sizeof(to->comm) - 1] = '\0';
}

void rtp_task_describe(struct rtp_task *to, const struct task_struct *task)
{
	struct rtp_task_note note;

	rtp_task_take_note(&note, task);
	rtp_task_of_note(to, &note);
}

void rtp_task_copy(struct rtp_task *to, const struct rtp_task *from)
{
	data_race(memcpy(to, from, sizeof(*to)));
}
