/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules decide which values are spikes and what is captured. They are evaluated in order. The first
 * rule that matches decides; a threshold of 0 exempts the value. The general thresholds are last.
 *
 * A probe compares a value with its row's own threshold: the lowest of those that may apply to the
 * row, kept up to date here. The rules are evaluated only for values over it, under RCU, without a
 * lock. Rules are added and deleted in process context.
 */
#ifndef RTPROBE_RULE_H
#define RTPROBE_RULE_H

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/types.h>

#include "base/reason.h"
#include "base/threshold.h"
#include "capture/action.h"
#include "uapi/rtprobe.h"

struct rtp_row;

#define RTP_CAPTURE_ALL (BIT(7) - 1)

/*
 * Default contents of a capture. It leaves out what needs locks of the process (files, sockets) or
 * extra tracepoints (locks).
 */
#define RTP_CAPTURE_DEFAULT							\
	(RTPROBE_CAPTURE_STACK | RTPROBE_CAPTURE_PROCESS | RTPROBE_CAPTURE_TRACE)

/* Least period of a cycle in ns. */
#define RTP_CYCLE_PERIOD_MIN 10000

/* The words of a rule, in the order of their netlink attributes. */
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
	RTP_RULE_ACTION,
	RTP_RULE_SIGNAL,
	RTP_RULE_SIGNAL_PID,
	RTP_RULE_SIGNAL_COMM,
	RTP_RULE_PERIOD,
	RTP_RULE_WORDS,
};

/* The words of a rule as values. A criterion that is not set matches everything. */
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
	u64 cooldown;		/* minimum ns between two captures, except of longer values */
	u64 period;		/* ns between the begins of the cycles; 0: to be found */
	struct rtp_action_spec action;
};

/* Cached cgroup verdicts per rule: a path cannot be printed where interrupts are off. */
#define RTP_RULE_CGROUPS 256

struct rtp_rule {
	struct list_head list;	/* RCU; in order of evaluation */
	struct list_head gone;	/* list of deleted rules, until probes no longer see them */
	struct rcu_head rcu;
	u32 id;
	struct rtp_rule_spec spec;
	struct cpumask cpus;
	atomic64_t hits;	/* values over the threshold */
	atomic64_t limited;	/* of these, not captured because of rate or cooldown */
	atomic64_t last;	/* ns of the capture that began the cooldown; 0: none */
	atomic64_t longest;	/* ns of the longest value captured since then */
	atomic64_t second;	/* second of the last capture << 32 | captures in it */
	struct rtp_action action;
	u64 cgroups[RTP_RULE_CGROUPS];	/* cgroup id << 1 | whether it matches; 0: empty */
};

extern struct list_head rtp_rules;

/* The general thresholds in ns, U64_MAX if off or missing, and what their spikes capture. */
extern u64 rtp_general_thresholds[RTPROBE_MEASURE_COUNT][RTP_KINDS];
extern u32 rtp_general_capture;

/* Whether any rule needs the wake-ups of certain tasks to be measured. */
extern bool rtp_rules_follow;

/*
 * An even number, which no earlier rules had: what a task's entry notes if these rules do not watch
 * its cycles. Not 0.
 */
extern u32 rtp_rules_watch_none;

static inline bool rtp_rule_sets(const struct rtp_rule *rule, enum rtp_rule_word word)
{
	return rule->spec.set & BIT(word);
}

/* Returns whether the rule depends on the task and not only on the row. */
static inline bool rtp_rule_is_by_task(const struct rtp_rule *rule)
{
	return rule->spec.set & (BIT(RTP_RULE_PID) | BIT(RTP_RULE_COMM) | BIT(RTP_RULE_CGROUP));
}

/* Returns whether the rule names tasks whose cycles are measured. */
static inline bool rtp_rule_watches(const struct rtp_rule *rule)
{
	return rtp_rule_sets(rule, RTP_RULE_MEASURES) && rtp_rule_is_by_task(rule) &&
	       rule->spec.measures & BIT(RTPROBE_MEASURE_RESPONSE_TIME);
}

/* Returns whether the rule needs the wake-ups of its tasks to be measured. */
bool rtp_rule_follows(const struct rtp_rule *rule);

/* Any context but NMI. */
bool rtp_rule_matches_row(const struct rtp_rule *rule, const struct rtp_row *row);

/* All functions below: process context. */

/* Sets the thresholds of new rows. */
void rtp_rules_judge_new_rows(void);

/* Makes all tasks be evaluated again for whether they are watched. */
void rtp_rules_watch_anew(void);

/* Sets the general thresholds and what their spikes capture. */
void rtp_rules_set_general(const struct rtp_thresholds *thresholds, u32 capture);

/* A mutex, held while rules are read. */
void rtp_rules_lock(void);
void rtp_rules_unlock(void);
const struct rtp_rule *rtp_rule_after(u32 id);

/* Returns how often the rules changed. rtp_rules_lock held. */
u32 rtp_rules_changes(void);

/*
 * Creates a rule and checks it as a whole, but does not add it to the list. On an error returns
 * NULL and stores the reason and the word that is wrong.
 */
struct rtp_rule *rtp_rule_make(const struct rtp_rule_spec *spec, struct rtp_reason *reason,
			       enum rtp_rule_word *wrong);
void rtp_rule_free(struct rtp_rule *rule);

/* A change of the rules. A batch of changes is applied completely or not at all. */
struct rtp_rule_change {
	enum { RTP_RULE_ADD, RTP_RULE_DELETE, RTP_RULE_CLEAR, RTP_RULE_ARM } kind;
	u32 id;			/* rule to delete or arm; after an add: id of the new rule */
	struct rtp_rule *rule;	/* rule to add; owned by the list once applied */
};

/*
 * Applies @n changes. Returns -ENOENT if a rule to delete or arm does not exist, -ENOSPC if there
 * would be too many rules, -EINVAL if a rule to arm has no action. On an error it stores the reason
 * and changes nothing.
 */
int rtp_rules_apply(struct rtp_rule_change *changes, unsigned int n, struct rtp_reason *reason);

size_t rtp_rules_bytes(void);
size_t rtp_rules_bytes_max(void);

/* @changed is called after each change of the rules, with rules_mutex held. */
int rtp_rules_init(void (*changed)(void));
void rtp_rules_exit(void);

#endif
