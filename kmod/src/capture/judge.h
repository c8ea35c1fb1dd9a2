/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the rules about a value, under RCU, without a lock. */
#ifndef RTPROBE_JUDGE_H
#define RTPROBE_JUDGE_H

#include <linux/types.h>

struct rtp_row;
struct task_struct;

/* Who a value is about: the victim where there is one, else the interrupted task. */
struct rtp_subject {
	u32 pid;
	const char *comm;
	u64 cgroup;		/* id */
	const char *cgroup_path;	/* NULL where it can't be printed */
};

enum rtp_judgement {
	RTP_JUDGED_HARMLESS,	/* no spike */
	RTP_JUDGED_SPIKE,
	RTP_JUDGED_LIMITED,	/* a spike that is counted only */
	RTP_JUDGED_LATER,	/* needs the cgroup's path: ask again in process context */
};

struct rtp_verdict {
	u32 rule;		/* id; 0: the general threshold */
	u64 threshold;		/* ns */
	u32 capture;
};

/* Ask the rules about a value; @verdict is filled in for a spike. Any context but NMI. */
enum rtp_judgement rtp_rules_judge(const struct rtp_row *row, u64 ns,
				   const struct rtp_subject *subject, struct rtp_verdict *verdict);

/* The id of a task's cgroup in the default hierarchy. Under RCU or with a reference on the task. */
u64 rtp_rules_cgroup(const struct task_struct *task);

/* The path of a task's cgroup into @path and @subject, the root's for NULL. Process context. */
void rtp_cgroup_print(struct task_struct *task, struct rtp_subject *subject, char *path,
		      size_t size);

/*
 * Whether the pid, comm or cgroup of a rule about wake-ups means this task. While a cgroup was
 * never asked about it does not, and the worker finds out. Only if rtp_rules_follow: the hooks ask
 * that first. Any context but NMI, the task stays.
 */
bool rtp_rules_name_task(const struct task_struct *task);

/* Process context; at exit the hooks are silent. */
int rtp_judge_init(void);
void rtp_judge_exit(void);

#endif
