/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hard hrtimer pinned to each online active CPU. timer_latency measures from its programmed
 * expiry to its handler; other measures start from its expiry. It runs while there is a user.
 *
 * The expiries of the CPUs are spread over the period, so that the probes of two CPUs do not
 * contend for cache lines. Periods without an own expiry are counted as timer_missed.
 *
 * Process context, config mutex held.
 */
#ifndef RTPROBE_TIMER_H
#define RTPROBE_TIMER_H

#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/types.h>

enum rtp_timer_user {
	RTP_TIMER_LATENCY = BIT(0),
	RTP_TIMER_THREAD = BIT(1),
	RTP_TIMER_IRQSOFF = BIT(2),
	RTP_TIMER_PREEMPTOFF = BIT(3),
	RTP_TIMER_SOFTIRQSOFF = BIT(4),
};

extern unsigned int rtp_timer_users;	/* mask of enum rtp_timer_user */
extern u64 rtp_timer_period;		/* ns */

/* The timer's handler, in timer_latency.c. It calls the measures; they start the timer here. */
enum hrtimer_restart rtp_timer_expired(struct hrtimer *timer);

/* Adds a user. The first user starts the timers on all active CPUs, with a period in ns. */
void rtp_timer_start(enum rtp_timer_user user, u64 period);

/* Restarts the timers with another period, in ns, if they run. */
void rtp_timer_set_period(u64 period);

/* Makes @cpus the active CPUs and moves the timers there. cpus_read_lock held. */
struct cpumask;
void rtp_timer_set_cpus(const struct cpumask *cpus);

/* Called in the CPU's hotplug thread. */
void rtp_timer_cpu_online(int cpu);
void rtp_timer_cpu_offline(int cpu);

/* Removes a user. After the last one was removed, no expiry is handled. */
void rtp_timer_stop(enum rtp_timer_user user);

/* Returns true: every kernel has a timer. */
bool rtp_timer_available(void);

int rtp_timer_init(void);

#endif
