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

	if (!rtp_sched_users)
		rtp_hooks_wait();
	/*
	 * While waits have no user, they are neither noted nor cleared by a switch. Discard those
	 * noted earlier, or they would look like the start of a current wait.
	 */
	if (!(rtp_sched_users & RTP_SCHED_BY_WAKING))
		rtp_tasks_discard_waits();
	if (!rtp_sched_users)
		err = rtp_hooks_register(rtp_sched_hooks, RTP_SCHED_HOOKS);
	if (err)
		return err;
	if (!rtp_sched_users)
		rtp_tasks_queue_sweep();
	WRITE_ONCE(rtp_sched_users, rtp_sched_users | user);
	return 0;
}

/* The task that runs now may not be the one that runs when the hooks are registered again. */
static void sched_forget(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->running, NULL);
}

void rtp_sched_stop(enum rtp_sched_user user)
{
	WRITE_ONCE(rtp_sched_users, rtp_sched_users & ~user);
	if (rtp_sched_users)
		rtp_hooks_expect_wait(NULL);
	else
		rtp_hooks_unregister_early(rtp_sched_hooks, RTP_SCHED_HOOKS, sched_forget);
}
