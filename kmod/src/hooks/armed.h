/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which timers have their arming recorded, so that their run has a sender.
 *
 * Some functions of timers only wake the task that armed the timer, or are the tick. Their timers
 * are armed most often, and would fill the flight recorder: they are left out. The kernel does not
 * export them. The function that wakes a task is read from a timer for a sleep; the addresses of
 * the others are those of kprobes that are never armed. Without kretprobes, no hrtimer is recorded.
 */
#ifndef RTPROBE_HOOKS_ARMED_H
#define RTPROBE_HOOKS_ARMED_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Constant after load. NULL: not found. */
struct rtp_armed_functions {
	const void *tick, *hrtimer_wakeup, *process_timeout;
};

extern struct rtp_armed_functions rtp_armed_functions;

/*
 * Look the functions up, once at load, and remove the kprobes. Process context. Removing them waits
 * for all CPUs, also for one that a real-time thread does not leave: not possible at load.
 */
void rtp_armed_find(void);
void rtp_armed_forget(void);

/* Returns whether hrtimers of any function are recorded. */
static inline bool rtp_armed_hrtimers(void)
{
	return rtp_armed_functions.tick && rtp_armed_functions.hrtimer_wakeup;
}

/* Return whether the arming of a timer with this function is recorded. Any context. */
static __always_inline bool rtp_armed_hrtimer(const void *function)
{
	return function != rtp_armed_functions.hrtimer_wakeup &&
	       function != rtp_armed_functions.tick && rtp_armed_hrtimers();
}

static __always_inline bool rtp_armed_timer(const void *function)
{
	return function != rtp_armed_functions.process_timeout;
}

#endif
