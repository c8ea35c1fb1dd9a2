/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules: which values are spikes, and what is captured of them. Asked in their order; the first
 * that matches decides, its threshold 0 included, which exempts. The general threshold stands last.
 *
 * A probe compares with its row's own threshold: the least of those that could apply to the row,
 * kept up to date here. Only what is over it has the rules asked, under RCU, without a lock. Rules
 * come and go in process context.
 */
#ifndef RTPROBE_RULE_H
#define RTPROBE_RULE_H

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/types.h>

#include "base/reason.h"
#include "uapi/rtprobe.h"

struct rtp_row;

#define RTP_CAPTURE_ALL (BIT(7) - 1)

/*
 * What a capture holds unless a setting says otherwise: what neither takes locks of the process
 * (files, sockets) nor needs hooks of its own (locks).
 */
#define RTP_CAPTURE_DEFAULT							\
	(RTPROBE_CAPTURE_STACK | RTPROBE_CAPTURE_PROCESS | RTPROBE_CAPTURE_TRACE)

/* The words of a rule, in the order of their attributes. */
enum rtp_rule_word {
	RTP_RULE_MEASURES,
	RTP_RULE_IRQ,
	RTP_RULE_NAME,
	RTP_RULE_CPUS,
	RTP_RULE_PID,
	RTP_RULE_COMM,
	RTP_RULE_CGROUP,
	RTP_RULE_THRESHOLD,
	RTP_RULE_CAPTURE,
	RTP_RULE_RATE,
	RTP_RULE_COOLDOWN,
	RTP_RULE_WORDS,
};

/* What a rule says. Criteria that are not set match all. */
struct rtp_rule_spec {
	unsigned int set;	/* mask of enum rtp_rule_word */
	u32 measures;		/* mask of enum rtprobe_measure */
	u32 irq;
	u32 pid;
	char name[RTPROBE_GLOB_LEN];	/* globs and a CPU list */
	char cpus[RTPROBE_GLOB_LEN];
	char comm[RTPROBE_GLOB_LEN];
	char cgroup[RTPROBE_GLOB_LEN];
	u64 threshold;		/* ns; 0: never a spike */
	u32 capture;		/* mask of enum rtprobe_capture */
	u32 rate;		/* captures a second; 0: no limit */
	u64 cooldown;		/* least ns between two captures */
};

/* Remembered verdicts about cgroups a rule; a path can't be printed where interrupts are off. */
#define RTP_RULE_CGROUPS 256

struct rtp_rule {
	struct list_head list;	/* RCU; in the order they are asked */
	struct list_head gone;	/* taken out, until no probe can see it */
	struct rcu_head rcu;
	u32 id;
	struct rtp_rule_spec spec;
	struct cpumask cpus;
	atomic64_t hits;	/* values over the threshold */
	atomic64_t limited;	/* of them not captured, by rate or cooldown */
	atomic64_t last;	/* ns of the last capture; 0: none */
	atomic64_t second;	/* second of the last capture << 32 | captures in it */
	u64 cgroups[RTP_RULE_CGROUPS];	/* cgroup id << 1 | whether it matches; 0: empty */
};

extern struct list_head rtp_rules;

/* The general threshold in ns, U64_MAX for none, and what it captures. */
extern u64 rtp_general_threshold;
extern u32 rtp_general_capture;

/* Whether a rule names tasks whose wake-ups are measured for it. */
extern bool rtp_rules_follow;

static inline bool rtp_rule_sets(const struct rtp_rule *rule, enum rtp_rule_word word)
{
	return rule->spec.set & BIT(word);
}

/* Whether the task has a say, and not only the row. */
static inline bool rtp_rule_is_by_task(const struct rtp_rule *rule)
{
	return rule->spec.set & (BIT(RTP_RULE_PID) | BIT(RTP_RULE_COMM) | BIT(RTP_RULE_CGROUP));
}

/* Whether its tasks' wake-ups are to be measured. */
bool rtp_rule_follows(const struct rtp_rule *rule);

/* Any context but NMI. */
bool rtp_rule_matches_row(const struct rtp_rule *rule, const struct rtp_row *row);

/* All below: process context. */

/* Give rows that were taken up their thresholds. */
void rtp_rules_judge_new_rows(void);

/* What stands last: its threshold in ns, 0 off, and what it captures. */
void rtp_rules_set_general(u64 threshold, u32 capture);

/* Held while rules are read. */
void rtp_rules_lock(void);
void rtp_rules_unlock(void);
const struct rtp_rule *rtp_rule_after(u32 id);

/*
 * A rule from a spec whose words were read: checked as a whole, not yet among the rules; or NULL,
 * with the reason and the word that is wrong.
 */
struct rtp_rule *rtp_rule_make(const struct rtp_rule_spec *spec, struct rtp_reason *reason,
			       enum rtp_rule_word *wrong);
void rtp_rule_free(struct rtp_rule *rule);

/* A change of the rules, applied whole or not at all. */
struct rtp_rule_change {
	enum { RTP_RULE_ADD, RTP_RULE_DELETE, RTP_RULE_CLEAR } kind;
	u32 id;			/* to delete; of the new rule, once applied */
	struct rtp_rule *rule;	/* to add; belongs to the rules once applied */
};

/*
 * -ENOENT: no rule of an id to delete; -ENOSPC: too many; both with the reason, and nothing
 * changed.
 */
int rtp_rules_apply(struct rtp_rule_change *changes, unsigned int n, struct rtp_reason *reason);

size_t rtp_rules_bytes(void);
size_t rtp_rules_bytes_max(void);

/* @changed is called after each change of the rules, with them locked. */
int rtp_rules_init(void (*changed)(void));
void rtp_rules_exit(void);

#endif
