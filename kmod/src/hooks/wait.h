/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a task waits in, judged when it is switched out to sleep. No system call is hooked. */
#ifndef RTPROBE_HOOKS_WAIT_H
#define RTPROBE_HOOKS_WAIT_H

#include <linux/types.h>

#include "uapi/rtprobe.h"

struct task_struct;

/*
 * Returns the number of the system call that a task is in, RTP_NO_CALL for none. The task is the
 * current one. Any context.
 */
u32 rtp_wait_call(struct task_struct *task);

/* Returns whether a system call is a futex call. */
bool rtp_wait_is_futex(u32 call);

/*
 * Returns what a task waits in. @state: in which it is switched out, not TASK_RUNNING. @call: its
 * system call. In sched_switch, with the task as prev.
 */
enum rtprobe_wait rtp_wait_judge(struct task_struct *task, unsigned int state, u32 call);

#endif
