/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evaluates the rules for a value, under RCU, without a lock. */
#ifndef RTPROBE_JUDGE_H
#define RTPROBE_JUDGE_H

#include <linux/types.h>

struct rtp_row;
struct task_struct;

/* The task a value is attributed to: the victim if there is one, else the interrupted task. */
struct rtp_subject {
	u32 pid;
	const char *comm;
	bool kthread;
	u64 cgroup;		/* id */
	const char *cgroup_path;	/* NULL where it cannot be printed */
	u64 time;		/* ns of CLOCK_MONOTONIC when the value was complete; 0: now */
};

enum rtp_judgement {
	RTP_JUDGED_HARMLESS,	/* no spike */
	RTP_JUDGED_SPIKE,
	RTP_JUDGED_LIMITED,	/* a spike that is only counted */
	RTP_JUDGED_LATER,	/* the cgroup's path is needed: repeat in process context */
};

struct rtp_verdict {
	u32 rule;		/* id; 0: a general threshold */
	u64 threshold;		/* ns */
	u32 capture;
	u32 acted;		/* mask of enum rtprobe_action: what the rule does */
	u64 crossed;		/* ns of CLOCK_MONOTONIC, of a rule with an action; else 0 */
};

/* Evaluates the rules for a value. Fills in @verdict for a spike. Any context but NMI. */
enum rtp_judgement rtp_rules_judge(const struct rtp_row *row, u64 ns,
				   const struct rtp_subject *subject, struct rtp_verdict *verdict);

/*
 * Returns the id of a task's cgroup in the default hierarchy. Call under RCU or with a reference on
 * the task.
 */
u64 rtp_rules_cgroup(const struct task_struct *task);

/*
 * Prints the path of a task's cgroup into @path and @subject; the root's path if @task is NULL.
 * Process context.
 */
void rtp_cgroup_print(struct task_struct *task, struct rtp_subject *subject, char *path,
		      size_t size);

/*
 * Returns whether the pid, comm or cgroup of a rule about wake-ups matches this task. A cgroup that
 * is not cached does not match yet; the worker then looks it up. The hooks call this only if
 * rtp_rules_follow is set. Any context but NMI; the caller keeps the task alive.
 */
bool rtp_rules_name_task(const struct task_struct *task);

/*
 * Returns 1 if a rule has the cycles of a task measured, 0 if none has, -1 if this is not known
 * yet. Stores the period that the first such rule gives, in ns; 0: none. Context as above.
 */
int rtp_rules_watch_task(const struct task_struct *task, u64 *period);

/* Process context. The hooks must be unregistered before exit. */
int rtp_judge_init(void);
void rtp_judge_exit(void);

#endif
