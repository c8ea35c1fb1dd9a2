/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between kernels that concern the timers for which tasks sleep, and what else they sleep in. */
#ifndef RTPROBE_COMPAT_CYCLE_H
#define RTPROBE_COMPAT_CYCLE_H

#include <linux/hrtimer.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/syscall.h>

#include "compat/probes.h"

/* Returns the function of the timer for which a task sleeps. It has no exported name. Process context. */
static inline const void *compat_hrtimer_wakeup_function(void)
{
	struct hrtimer_sleeper sleeper;
	const void *function;

#ifdef RTPROBE_HAVE_HRTIMER_SETUP_SLEEPER
	hrtimer_setup_sleeper_on_stack(&sleeper, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
#else
	hrtimer_init_sleeper_on_stack(&sleeper, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
#endif
	function = ACCESS_PRIVATE(&sleeper.timer, function);
	destroy_hrtimer_on_stack(&sleeper.timer);
	return function;
}

/* Returns the earliest moment at which a timer that expires now was to do so, in ns of CLOCK_MONOTONIC. */
static inline s64 compat_hrtimer_expiry(const struct hrtimer *timer)
{
	return ktime_to_ns(ktime_sub(hrtimer_get_softexpires(timer), timer->base->offset));
}

/*
 * Returns the number of the system call that the current task is in, -1 if it is in none: it entered the kernel by an
 * exception or an interrupt. Not a kernel thread. Any context of the task.
 */
static inline int compat_current_call(struct task_struct *task)
{
	const struct pt_regs *regs = task_pt_regs(task);

#ifdef CONFIG_RISCV
	/* The register of the number has the program's own value then. */
	if (regs->cause != EXC_SYSCALL)
		return -1;
#endif
	return syscall_get_nr(task, (struct pt_regs *)regs);
}

/* Returns whether a task is in a page fault of user mode; false where the kernel does not tell. On its CPU. */
static inline bool compat_in_user_fault(const struct task_struct *task)
{
#ifdef RTPROBE_HAVE_TASK_IN_USER_FAULT
	return task->in_user_fault;
#else
	return false;
#endif
}

#endif
