// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/about.h"

void rtp_task_of_note(struct rtp_task *to, const struct rtp_task_note *note)
{
	*to = (struct rtp_task) {
		.pid = note->pid,
		.tgid = note->tgid,
		.start_time = note->start_time,
		.policy = note->policy,
		.priority = note->rt_priority,
		.nice = PRIO_TO_NICE(note->static_prio),
		.kthread = note->flags & PF_KTHREAD,
	};
	memcpy(to->comm, note->comm, sizeof(to->comm) - 1);
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
