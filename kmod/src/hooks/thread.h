/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_latency: programmed expiry of the probe's pinned hard hrtimer to a SCHED_FIFO thread of
 * the CPU, woken by its handler, running. One thread an active CPU, named rtprobe/CPU, there while
 * the measure is on; it cannot be switched on while a CPU does not run it. The thread and the timer
 * are no source of what is reported about others: the thread has no wakeup_latency, and nothing is
 * stolen from it.
 *
 * An expiry that comes while the thread has not run since the one before is not its own: it is
 * counted as timer_missed, and the thread's latency is that of the first.
 */
#ifndef RTPROBE_THREAD_H
#define RTPROBE_THREAD_H

#include <linux/cpumask.h>
#include <linux/ktime.h>

#include "base/cpu.h"
#include "compat/sched.h"

/* Above threaded interrupts, below the kernel's own of the highest priority; as rtla's. */
#define RTP_THREAD_PRIORITY_DEFAULT COMPAT_FIFO_PRIORITY(95)

/* The timer programmed for @expiry has expired. Hard interrupt context on its CPU. */
void rtp_thread_expired(struct rtp_cpu *c, ktime_t expiry);

/* All below: process context, config mutex held. */

/*
 * Have the threads on @cpus, which become the active CPUs next. -EBUSY, with the reason for
 * rtp_held_refuse and nothing changed, when a CPU does not run its thread.
 */
int rtp_thread_set_cpus(const struct cpumask *cpus);

/* In the CPU's hotplug thread. */
void rtp_thread_cpu_comes(int cpu);
void rtp_thread_cpu_goes(int cpu);

/* SCHED_FIFO priority, 1 to 99, of the threads there are and will be. */
void rtp_thread_set_priority(u32 priority);

int rtp_thread_init(void);
void rtp_thread_exit(void);

#endif
