/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_latency: from the programmed expiry of the module's pinned hard hrtimer until a SCHED_FIFO
 * thread, woken by its handler, runs on the CPU. While a measure holds the threads, each active CPU
 * has one, named rtprobe/CPU. The measure cannot be switched on if a CPU does not run its thread.
 * The thread and the timer do not appear in other measures: the thread has no wakeup_latency and no
 * interrupt time.
 *
 * If the timer expires again before the thread has run, this expiry is counted as timer_missed. The
 * thread's latency is measured from the first expiry.
 */
#ifndef RTPROBE_THREAD_H
#define RTPROBE_THREAD_H

#include <linux/cpumask.h>
#include <linux/ktime.h>

#include "base/cpu.h"
#include "compat/sched.h"

/* Above threaded interrupts, below the highest of the kernel's own threads; the same as rtla's. */
#define RTP_THREAD_PRIORITY_DEFAULT COMPAT_FIFO_PRIORITY(95)

/* Wakes the thread; the timer expired that was programmed for @expiry. Hard irq, on its CPU. */
void rtp_thread_expired(struct rtp_cpu *c, ktime_t expiry);

/*
 * Returns whether the CPU has a thread whose priority is higher than the current task's: if it is
 * woken, the CPU switches to it as soon as preemption is enabled. Context as above.
 */
bool rtp_thread_can_preempt(void);

/* Wakes the thread, which has nothing to do then. Context as above. */
void rtp_thread_wake(void);

/* All functions below: process context, config mutex held. */

/*
 * Keep the threads. Calls nest. hold returns 0 or a negative errno: -EBUSY if a CPU does not run
 * its thread. Before release, no handler may wake a thread for the caller.
 */
int rtp_thread_hold(void);
void rtp_thread_release(void);

/*
 * Moves the threads to @cpus, which then become the active CPUs. Returns -EBUSY and changes nothing
 * if a CPU does not run its thread; rtp_held_refuse then has the reason.
 */
int rtp_thread_set_cpus(const struct cpumask *cpus);

/* Called in the CPU's hotplug thread. */
void rtp_thread_cpu_online(int cpu);
void rtp_thread_cpu_offline(int cpu);

/* Sets the SCHED_FIFO priority, 1 to 99, of all current and future threads. */
void rtp_thread_set_priority(u32 priority);

int rtp_thread_init(void);
void rtp_thread_exit(void);

#endif
