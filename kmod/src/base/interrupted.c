// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/interrupted.h"

#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/task_stack.h>
#include <asm/irq_regs.h>
#include <asm/syscall.h>

#include "base/clock.h"

enum rtp_interrupted rtp_in_kernel_by(void)
{
	if (is_idle_task(current))
		return RTP_INTERRUPTED_IDLE;
	if (current->flags & PF_KTHREAD)
		return RTP_INTERRUPTED_KERNEL;
	/* Every entry from user mode other than a system call leaves -1 here. */
	return syscall_get_nr(current, task_pt_regs(current)) == -1 ? RTP_INTERRUPTED_TRAP
								    : RTP_INTERRUPTED_KERNEL;
}

enum rtp_interrupted rtp_interrupted(void)
{
	struct pt_regs *regs = get_irq_regs();

	if (is_idle_task(current) || current->flags & PF_KTHREAD)
		return rtp_in_kernel_by();
	if (!regs)
		return RTP_INTERRUPTED_UNKNOWN;
	return user_mode(regs) ? RTP_INTERRUPTED_USER : rtp_in_kernel_by();
}

/* Nanoseconds since the current task was switched to; U64_MAX if the kernel does not store it. */
static u64 runs_ns(void)
{
#ifdef CONFIG_SCHED_INFO
	return max_t(s64, local_clock() - current->sched_info.last_arrival, 0);
#else
	return U64_MAX;
#endif
}

u64 rtp_interrupted_since(u64 proof, u64 now)
{
	u64 ran = runs_ns();

	if (ran >= rtp_clock_to_ns(rtp_clock_chosen, now - proof))
		return proof;
	return now - rtp_clock_from_ns(ran);
}
