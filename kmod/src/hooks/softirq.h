/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * softirq_latency: the first softirq_raise of a vector since it was last taken up, to its softirq_entry.
 * softirq_duration: softirq_entry to softirq_exit, hard handlers, vectors and NMIs taken out.
 *
 * Softirqs run with interrupts on: at the end of an interrupt, in ksoftirqd, and on PREEMPT_RT in ksoftirqd
 * or whatever thread enables bottom halves. There they can be preempted. They do not leave their CPU, so the
 * time switched out is taken out as well, by rtp_softirq_switched; but the softirqs of two threads can be
 * under way on one CPU, so what was entered is remembered by task.
 *
 * Process context, config mutex held, save where said otherwise.
 */
#ifndef RTPROBE_SOFTIRQ_H
#define RTPROBE_SOFTIRQ_H

#include "base/cpu.h"
#include "base/edge.h"
#include "hooks/chain.h"

/* Softirqs of different threads under way on one CPU; one more is not timed and counted as unpaired. */
#define RTP_SOFTIRQ_RUNS 4

/* A softirq between entry and exit. */
struct rtp_softirq_run {
	const struct task_struct *task;	/* running it; compared only; NULL: free */
	unsigned int vector;
	u64 entry;			/* ticks */
	struct rtp_mark since;		/* entry, or the newest switch back to the task */
	u64 net;			/* ticks before that */
	struct rtp_origin origin;	/* the interrupt that raised it, while irq_to_task is on */
};

struct rtp_softirq_cpu {
	unsigned int under_way;
	struct rtp_softirq_run runs[RTP_SOFTIRQ_RUNS];
	struct rtp_origin origin[RTPROBE_SOFTIRQ_COUNT];	/* of the first raise not taken up yet */
	u64 raised[RTPROBE_SOFTIRQ_COUNT];	/* ticks of the first raise not taken up yet; 0: none */
};

/* Between these, which count, softirq_ticks and the flight recorder know softirqs. */
int rtp_softirq_hold(void);
void rtp_softirq_release(void);

/* What the softirq that this task runs has come from. Interrupts off. */
struct rtp_origin rtp_softirq_origin(struct rtp_softirq_cpu *s);

void rtp_softirq_suspend(struct rtp_softirq_cpu *s, const struct task_struct *prev, const struct rtp_mark *now);
void rtp_softirq_resume(struct rtp_softirq_cpu *s, const struct task_struct *next, const struct rtp_mark *now);

/* The CPU switches tasks. From the sched_switch hook, interrupts off, which PREEMPT_RT needs for this. */
static __always_inline void rtp_softirq_switched(enum rtprobe_clock clock, struct rtp_cpu *c,
						 const struct task_struct *prev, const struct task_struct *next)
{
	struct rtp_mark now;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT) || likely(!c->softirq->under_way))
		return;
	now = rtp_mark(clock, c);
	rtp_softirq_suspend(c->softirq, prev, &now);
	rtp_softirq_resume(c->softirq, next, &now);
}

size_t rtp_softirq_bytes(void);

int rtp_softirq_init(void);
void rtp_softirq_exit(void);

#endif
