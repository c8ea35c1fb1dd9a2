/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The softirqs in progress on a CPU. On PREEMPT_RT they run in preemptible tasks, so the softirqs
 * of two tasks can be in progress on one CPU. Entries are therefore stored per task.
 */
#ifndef RTPROBE_SOFTIRQ_RUN_H
#define RTPROBE_SOFTIRQ_RUN_H

#include <linux/sched.h>

#include "base/edge.h"
#include "tasks/origin.h"

/*
 * Softirqs of different threads that can be in progress on one CPU. A further one is not timed and
 * is counted as unpaired.
 */
#define RTP_SOFTIRQ_RUNS 4

/* A softirq between entry and exit. */
struct rtp_softirq_run {
	const struct task_struct *task;	/* running it; compared only; NULL: free */
	unsigned int vector;
	u64 entry;			/* ticks */
	struct rtp_mark since;		/* entry, or the newest switch back to the task */
	u64 net;			/* ticks before `since` */
	struct rtp_origin origin;	/* interrupt that raised it, while irq_to_task is on */
};

struct rtp_softirq_cpu {
	unsigned int under_way;
	struct rtp_softirq_run runs[RTP_SOFTIRQ_RUNS];
	/* interrupt of the first raise that has not been served yet */
	struct rtp_origin origin[RTPROBE_SOFTIRQ_COUNT];
	/* ticks of the first raise that has not been served yet; 0: none */
	u64 raised[RTPROBE_SOFTIRQ_COUNT];
};

/*
 * Returns the run of a task, NULL if there is none. With @task NULL: returns a free run. Interrupts
 * off, as for all functions below.
 */
static inline struct rtp_softirq_run *rtp_softirq_run_of(struct rtp_softirq_cpu *s,
							 const struct task_struct *task)
{
	unsigned int i;

	for (i = 0; i < RTP_SOFTIRQ_RUNS; i++)
		if (s->runs[i].task == task)
			return &s->runs[i];
	return NULL;
}

/* Notes that the current task enters a softirq. */
static inline void rtp_softirq_run_begin(struct rtp_softirq_cpu *s, unsigned int vector,
					 const struct rtp_mark *now)
{
	struct rtp_softirq_run *run = rtp_softirq_run_of(s, current);

	/*
	 * A leftover run of this task, whose exit was missed while the hooks were off, is reused.
	 */
	if (!run) {
		run = rtp_softirq_run_of(s, NULL);
		s->under_way += !!run;
	}
	if (run)
		*run = (struct rtp_softirq_run) {
			.task = current, .vector = vector, .entry = now->ticks, .since = *now,
			.origin = s->origin[vector],
		};
	s->origin[vector].entry = 0;
}

/* Returns the interrupt that raised the softirq which the current task runs. */
struct rtp_origin rtp_softirq_run_origin(struct rtp_softirq_cpu *s);

void rtp_softirq_run_suspend(struct rtp_softirq_cpu *s, const struct task_struct *prev,
			     const struct rtp_mark *now);
void rtp_softirq_run_resume(struct rtp_softirq_cpu *s, const struct task_struct *next,
			    const struct rtp_mark *now);

/*
 * Notes a task switch, which matters on PREEMPT_RT only. Called by the sched_switch hook,
 * interrupts off.
 */
static __always_inline void rtp_softirq_run_switched(enum rtprobe_clock clock, struct rtp_cpu *c,
						     const struct task_struct *prev,
						     const struct task_struct *next)
{
	struct rtp_mark now;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT) || likely(!c->softirq->under_way))
		return;
	now = rtp_mark(clock, c);
	rtp_softirq_run_suspend(c->softirq, prev, &now);
	rtp_softirq_run_resume(c->softirq, next, &now);
}

/* All functions below: process context. */

size_t rtp_softirq_runs_bytes(void);

int rtp_softirq_runs_init(void);
void rtp_softirq_runs_exit(void);

#endif
