// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/sched.h"

#include "tasks/task.h"

unsigned int rtp_sched_users __read_mostly;

bool rtp_sched_find(void)
{
	return rtp_hooks_find(rtp_sched_hooks, RTP_SCHED_HOOKS) == RTP_SCHED_HOOKS;
}

int rtp_sched_start(enum rtp_sched_user user)
{
	int err = 0;

	/*
	 * While nobody wants wakings, none is noted and a switch does not clear one that was noted
	 * before: it would be taken for the begin of a wait of now.
	 */
	if (!(rtp_sched_users & RTP_SCHED_BY_WAKING))
		rtp_tasks_forget_waking();
	if (!rtp_sched_users)
		err = rtp_hooks_register(rtp_sched_hooks, RTP_SCHED_HOOKS);
	if (err)
		return err;
	if (!rtp_sched_users)
		rtp_tasks_sweep_soon();
	WRITE_ONCE(rtp_sched_users, rtp_sched_users | user);
	return 0;
}

void rtp_sched_stop(enum rtp_sched_user user)
{
	int cpu;

	WRITE_ONCE(rtp_sched_users, rtp_sched_users & ~user);
	if (rtp_sched_users) {
		tracepoint_synchronize_unregister();
		return;
	}
	rtp_hooks_unregister(rtp_sched_hooks, RTP_SCHED_HOOKS);
	/*
	 * Whoever runs when the hooks come back must not be taken for whoever ran when they went.
	 */
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->running, NULL);
}
