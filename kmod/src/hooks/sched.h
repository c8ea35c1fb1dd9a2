/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scheduler hooks sched_switch and sched_waking, shared by all measures that need them. They
 * are registered while there is a user.
 *
 * sched_switch runs on the CPU that switches, under its runqueue lock, with interrupts off;
 * `current` is still the previous task. sched_waking runs on the waker's CPU, under the woken
 * task's pi_lock, with interrupts off. The exception is a task that wakes itself; this is no
 * wake-up and is skipped. These locks also prevent preemption on kernels whose tracepoint probes
 * are preemptible. The next switch to a task follows its waking and acquires the runqueue lock, so
 * it sees what the waker noted in the task's entry.
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
	RTP_SCHED_RECORDER = BIT(5),	/* the flight recorder: switches and wakings */
	RTP_SCHED_SOFTIRQ = BIT(6),	/* on PREEMPT_RT: preemption of softirqs */
	RTP_SCHED_FUNCTION = BIT(7),	/* the same, of functions in softirqs */
	RTP_SCHED_WORK = BIT(8),	/* work_duration: kernel workers */
	RTP_SCHED_PREEMPTION = BIT(9),
	RTP_SCHED_PREEMPTOFF = BIT(10),	/* ends of sections with preemption disabled */
	RTP_SCHED_RESPONSE = BIT(11),	/* cycles of tasks that rules name */
};

/* Users that need to identify irq threads, and users that need the waits of tasks. */
#define RTP_SCHED_BY_IRQ_THREAD                                                                    \
	(RTP_SCHED_IRQ_THREAD_LATENCY | RTP_SCHED_IRQ_THREAD_DURATION | RTP_SCHED_IRQ_TO_TASK)
#define RTP_SCHED_BY_WAKING                                                                        \
	(RTP_SCHED_WAKEUP_LATENCY | RTP_SCHED_BY_IRQ_THREAD | RTP_SCHED_PREEMPTION |               \
	 RTP_SCHED_RESPONSE)

extern unsigned int rtp_sched_users;	/* mask of enum rtp_sched_user */

/* The probes, defined in switch.c. They call the measures; the measures register them here. */
#define RTP_SCHED_HOOKS 2
extern struct rtp_hook rtp_sched_hooks[RTP_SCHED_HOOKS];

/* Looks up the tracepoints, once at load. Returns whether this kernel has them. */
bool rtp_sched_find(void);

/* Process context, config mutex held. After stop and rtp_hooks_wait(), no hook runs for @user. */
int rtp_sched_start(enum rtp_sched_user user);
void rtp_sched_stop(enum rtp_sched_user user);

#endif
