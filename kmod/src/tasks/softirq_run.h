/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The softirqs in progress on a CPU. On PREEMPT_RT they run in preemptible tasks, so the softirqs
 * of two tasks can be in progress on one CPU. Entries are therefore stored per task.
 */
#ifndef RTPROBE_SOFTIRQ_RUN_H
#define RTPROBE_SOFTIRQ_RUN_H

#include <linux/sched.h>
#include <linux/string.h>

#include "base/edge.h"
#include "tasks/origin.h"

/*
 * Softirqs of different threads that can be in progress on one CPU. A further one is not timed and
 * is counted as unpaired.
 */
#define RTP_SOFTIRQ_RUNS 4

/* A function that a softirq runs, while functions are measured; see hooks/function.h. */
struct rtp_softirq_function {
	u32 kind;		/* enum rtprobe_callback; 0: none */
	const void *function;
	u64 begin;		/* ticks */
	u64 net;		/* of the run at the begin */
};

/* A softirq between entry and exit. */
struct rtp_softirq_run {
	const struct task_struct *task;	/* running it; compared only; NULL: free */
	unsigned int vector;
	u64 entry;			/* ticks */
	struct rtp_mark since;		/* entry, or the newest switch back to the task */
	u64 net;			/* ticks before `since` */
	struct rtp_origin origin;	/* interrupt that raised it, while irq_to_task is on */
	struct rtp_softirq_function function;	/* the newest */
};

struct rtp_softirq_cpu {
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
	struct rtp_softirq_run *run;

	for (run = s->runs; run < s->runs + RTP_SOFTIRQ_RUNS; run++)
		if (run->task == task)
			return run;
	return NULL;
}

/* Returns the ticks of a run until @now, without handlers and time switched out. */
static __always_inline u64 rtp_softirq_run_net(const struct rtp_softirq_run *run,
					       const struct rtp_mark *now)
{
	return run->net + rtp_mark_net(&run->since, now);
}

/*
 * Returns a run for the current task while others are under way, and counts it. Returns NULL if
 * none is free.
 */
struct rtp_softirq_run *rtp_softirq_run_add(struct rtp_cpu *c);

/* Notes that the current task enters a softirq. @run is NULL if none was free. */
static __always_inline void rtp_softirq_run_begin(struct rtp_softirq_cpu *s,
						  struct rtp_softirq_run *run,
						  unsigned int vector, const struct rtp_mark *now)
{
	struct rtp_origin *raised = &s->origin[vector];

	if (run) {
		run->task = current;
		run->vector = vector;
		run->entry = now->ticks;
		run->since = *now;
		run->net = 0;
		run->origin.entry = 0;
		if (unlikely(raised->entry))
			run->origin = *raised;
	}
	raised->entry = 0;
}

void rtp_softirq_run_switch(struct rtp_softirq_cpu *s, const struct task_struct *prev,
			    const struct task_struct *next, struct rtp_mark now);

/*
 * Notes a task switch at @now, which matters on PREEMPT_RT only. Called by the sched_switch hook,
 * interrupts off.
 */
static __always_inline void rtp_softirq_run_switched(struct rtp_cpu *c,
						     const struct task_struct *prev,
						     const struct task_struct *next,
						     struct rtp_mark now)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && unlikely(c->softirqs_under_way))
		rtp_softirq_run_switch(c->softirq, prev, next, now);
}

/* Forgets all softirqs of a CPU. None of its hooks runs meanwhile. */
static inline void rtp_softirq_runs_reset(struct rtp_cpu *c)
{
	memset(c->softirq, 0, sizeof(*c->softirq));
	c->softirqs_under_way = 0;
}

/* All functions below: process context. */

size_t rtp_softirq_runs_bytes(void);

int rtp_softirq_runs_init(void);
void rtp_softirq_runs_exit(void);

#endif
