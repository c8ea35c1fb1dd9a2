/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hooks of the scheduler, in one place for all measures that need them: sched_switch and
 * sched_waking. Registered while there is a user.
 *
 * sched_switch runs on the CPU that switches, under its runqueue's lock with interrupts off;
 * `current` is still the previous task. sched_waking runs on the waker's CPU under the woken task's
 * pi_lock with interrupts off; save for a task that wakes itself, which is no wake-up and skipped.
 * On kernels whose tracepoints let probes be preempted these locks keep that from happening, too.
 * The next switch to a task comes after its waking, through the runqueue's lock, so it sees what
 * the waker noted in the task's entry.
 */
#ifndef RTPROBE_SCHED_H
#define RTPROBE_SCHED_H

#include <linux/bits.h>
#include <linux/types.h>

#include "base/tracepoint.h"

enum rtp_sched_user {
	RTP_SCHED_WAKEUP_LATENCY = BIT(0),
	RTP_SCHED_IRQ_THREAD_LATENCY = BIT(1),
	RTP_SCHED_IRQ_THREAD_DURATION = BIT(2),
	RTP_SCHED_IRQ_TO_TASK = BIT(3),
	RTP_SCHED_STOLEN = BIT(4),
	RTP_SCHED_RECORDER = BIT(5),	/* the flight recorder's entries of switches and wakings */
	RTP_SCHED_SOFTIRQ = BIT(6),	/* on PREEMPT_RT: what softirqs are preempted for */
};

/* Users that need to know irq threads, and those to whom wakings matter. */
#define RTP_SCHED_BY_IRQ_THREAD                                                                    \
	(RTP_SCHED_IRQ_THREAD_LATENCY | RTP_SCHED_IRQ_THREAD_DURATION | RTP_SCHED_IRQ_TO_TASK)
#define RTP_SCHED_BY_WAKING (RTP_SCHED_WAKEUP_LATENCY | RTP_SCHED_BY_IRQ_THREAD)

extern unsigned int rtp_sched_users;	/* mask of enum rtp_sched_user */

/* The probes, in switch.c: they call what the measures do, and the measures ask for them here. */
#define RTP_SCHED_HOOKS 2
extern struct rtp_hook rtp_sched_hooks[RTP_SCHED_HOOKS];

/* Whether the kernel has the tracepoints; once at load. */
bool rtp_sched_find(void);

/* Process context, config mutex held. After stop no hook works for @user any more. */
int rtp_sched_start(enum rtp_sched_user user);
void rtp_sched_stop(enum rtp_sched_user user);

#endif
