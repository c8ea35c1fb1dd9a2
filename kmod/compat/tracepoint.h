/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between kernels about tracepoints and their probes; see compat.h. */
#ifndef RTPROBE_COMPAT_TRACEPOINT_H
#define RTPROBE_COMPAT_TRACEPOINT_H

#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/tracepoint.h>

#include "compat/probes.h"

/*
 * Around the body of a probe whose tracepoint can be hit with preemption on (softirq_entry and _exit on PREEMPT_RT,
 * contention_begin and _end, sched_process_exit): where the kernel calls probes under sleepable RCU it leaves
 * preemption as it is, and the probe would change CPUs with another's data in hand. Before that, the kernel itself
 * turns preemption off around every probe, and these cost nothing. Probes of tracepoints that are hit with interrupts
 * off do not need them.
 */
static __always_inline void compat_probe_enter(void)
{
#ifdef RTPROBE_HAVE_TRACEPOINT_SRCU_FAST
	preempt_disable_notrace();
#endif
}

static __always_inline void compat_probe_exit(void)
{
#ifdef RTPROBE_HAVE_TRACEPOINT_SRCU_FAST
	preempt_enable_notrace();
#endif
}

/* The third parameter of a probe of hrtimer_expire_entry, and what it says in nanoseconds. */
#ifdef RTPROBE_HAVE_HRTIMER_EXPIRE_BY_VALUE
typedef ktime_t compat_hrtimer_now;
#define compat_hrtimer_now_ns(now) ktime_to_ns(now)
#else
typedef ktime_t *compat_hrtimer_now;
#define compat_hrtimer_now_ns(now) ktime_to_ns(*(now))
#endif

/* A probe of sched_process_exit ends its parameters with this, after the task. */
#ifdef RTPROBE_HAVE_SCHED_PROCESS_EXIT_GROUP_DEAD
#define COMPAT_GROUP_DEAD_PARAM , bool group_dead
#else
#define COMPAT_GROUP_DEAD_PARAM
#endif

#endif
