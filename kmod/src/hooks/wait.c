// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/wait.h"

#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/unistd.h>

#include "capture/lock.h"
#include "compat/cycle.h"
#include "compat/sched.h"
#include "tasks/cycle.h"

#define CALL(name, wait) { __NR_##name, RTPROBE_WAIT_##wait }

/* What an interruptible sleep in a call is for. A call that is not listed has RTPROBE_WAIT_CALL. */
static const struct {
	u32 number;
	enum rtprobe_wait wait;
} wait_of_call[] = {
	CALL(nanosleep, TIMER),	   CALL(clock_nanosleep, TIMER), CALL(ppoll, POLL),
	CALL(pselect6, POLL),	   CALL(epoll_pwait, POLL),	 CALL(recvfrom, NETWORK),
	CALL(recvmsg, NETWORK),	   CALL(recvmmsg, NETWORK),	 CALL(sendto, NETWORK),
	CALL(sendmsg, NETWORK),	   CALL(sendmmsg, NETWORK),	 CALL(accept4, NETWORK),
	CALL(accept, NETWORK),	   CALL(connect, NETWORK),
#ifdef __NR_poll
	CALL(poll, POLL),	   CALL(select, POLL),		 CALL(epoll_wait, POLL),
#endif
#ifdef __NR_epoll_pwait2
	CALL(epoll_pwait2, POLL),
#endif
};

static const u32 futex_calls[] = {
	__NR_futex,
#ifdef __NR_futex_waitv
	__NR_futex_waitv,
#endif
#ifdef __NR_futex_wait
	__NR_futex_wait,
	__NR_futex_wake,
	__NR_futex_requeue,
#endif
};

u32 rtp_wait_call(struct task_struct *task)
{
	int call = task->flags & PF_KTHREAD ? -1 : compat_current_call(task);

	return call < 0 ? RTP_NO_CALL : call;
}

bool rtp_wait_is_futex(u32 call)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(futex_calls); i++)
		if (call == futex_calls[i])
			return true;
	return false;
}

/* A lock with priority inheritance, in the kernel or of a futex. */
static bool waits_for_rt_mutex(const struct task_struct *task)
{
#ifdef CONFIG_RT_MUTEXES
	return task->pi_blocked_on;
#else
	return false;
#endif
}

/* A lock that sleeps on PREEMPT_RT is waited for in a state of its own, in the futex call, too. */
static bool waits_for_kernel_lock(const struct task_struct *task, unsigned int state)
{
	return state & COMPAT_TASK_RTLOCK_WAIT || waits_for_rt_mutex(task) ||
	       rtp_locks_waits(task);
}

static enum rtprobe_wait judge_call(u32 call)
{
	unsigned int i;

	if (rtp_wait_is_futex(call))
		return RTPROBE_WAIT_FUTEX;
	for (i = 0; i < ARRAY_SIZE(wait_of_call); i++)
		if (wait_of_call[i].number == call)
			return wait_of_call[i].wait;
	return RTPROBE_WAIT_CALL;
}

enum rtprobe_wait rtp_wait_judge(struct task_struct *task, unsigned int state, u32 call)
{
	bool interruptible = state & TASK_INTERRUPTIBLE;

	if (state & (__TASK_STOPPED | __TASK_TRACED))
		return RTPROBE_WAIT_STOPPED;
	if (interruptible && rtp_wait_is_futex(call) && waits_for_rt_mutex(task))
		return RTPROBE_WAIT_FUTEX_PI;
	if (task->reclaim_state)
		return RTPROBE_WAIT_RECLAIM;
	/* Outside of system calls, a program waits for block I/O in page faults only. */
	if (task->in_iowait)
		return call == RTP_NO_CALL && !(task->flags & PF_KTHREAD) ?
			       RTPROBE_WAIT_PAGE_FAULT_IO :
			       RTPROBE_WAIT_BLOCK_IO;
	if (waits_for_kernel_lock(task, state))
		return RTPROBE_WAIT_KERNEL_LOCK;
	if (compat_in_user_fault(task))
		return RTPROBE_WAIT_PAGE_FAULT;
	if (call == RTP_NO_CALL)
		return task->flags & PF_KTHREAD ? RTPROBE_WAIT_UNKNOWN : RTPROBE_WAIT_EXCEPTION;
	return interruptible ? judge_call(call) : RTPROBE_WAIT_UNKNOWN;
}
