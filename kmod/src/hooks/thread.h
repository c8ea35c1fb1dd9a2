/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_latency: programmed expiry of the probe's pinned hard hrtimer to a SCHED_FIFO thread of
 * the CPU, woken by its handler, running. One thread a CPU, named rtprobe/CPU, there while the
 * measure is on. The thread and the timer are no source of what is reported about others: the
 * thread has no wakeup_latency, and nothing is stolen from it.
 *
 * An expiry that comes while the thread has not run since the one before is not its own: it is
 * counted as timer_missed, and the thread's latency is that of the first.
 */
#ifndef RTPROBE_THREAD_H
#define RTPROBE_THREAD_H

#include <linux/ktime.h>

#include "base/cpu.h"
#include "compat/sched.h"

/* Above threaded interrupts, below the kernel's own of the highest priority; as rtla's. */
#define RTP_THREAD_PRIORITY_DEFAULT COMPAT_FIFO_PRIORITY(95)

/* The timer programmed for @expiry has expired. Hard interrupt context on its CPU. */
void rtp_thread_expired(struct rtp_cpu *c, ktime_t expiry);

/* All below: process context, config mutex held. */

/* SCHED_FIFO priority, 1 to 99, of the threads there are and will be. */
void rtp_thread_set_priority(u32 priority);

int rtp_thread_init(void);
void rtp_thread_exit(void);

#endif
