/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hard hrtimer pinned to each online active CPU, for timer_latency, programmed expiry to handler,
 * and for the measures that start from its expiry. It runs while there is a user.
 *
 * The CPUs' expiries are spread over the period, so that the probes of two CPUs do not wait for
 * each other's cache lines. Periods without an expiry of their own are counted as timer_missed.
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
};

extern unsigned int rtp_timer_users;	/* mask of enum rtp_timer_user */
extern u64 rtp_timer_period;		/* ns */

/*
 * The timer's handler, in timer_latency.c: it calls the measures, and they ask for the timer here.
 */
enum hrtimer_restart rtp_timer_expired(struct hrtimer *timer);

/* Add a user; starts on all online CPUs if there was none, with a period in ns. */
void rtp_timer_start(enum rtp_timer_user user, u64 period);

/* Restart with another period if it runs. */
void rtp_timer_set_period(u64 period);

/* Make @cpus the active ones, and move the timers there. cpus_read_lock held. */
struct cpumask;
void rtp_timer_set_cpus(const struct cpumask *cpus);

/* In the CPU's hotplug thread. */
void rtp_timer_cpu_comes(int cpu);
void rtp_timer_cpu_goes(int cpu);

/* Remove a user; after the last one no expiry is handled. */
void rtp_timer_stop(enum rtp_timer_user user);

/* Always true: there is a timer on every kernel. */
bool rtp_timer_available(void);

int rtp_timer_init(void);

#endif
