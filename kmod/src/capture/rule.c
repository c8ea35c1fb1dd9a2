// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/rule.h"

#include <linux/glob.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "base/housekeeping.h"
#include "base/measure.h"
#include "capture/lock.h"
#include "values/row.h"
#include "values/usual.h"

#define RULE_BYTES roundup_pow_of_two(sizeof(struct rtp_rule))

static DEFINE_MUTEX(rules_mutex);
LIST_HEAD(rtp_rules);
static u32 rules_held;
static u32 rules_changes;
static u32 newest_rule_id;
static void (*notify_changed)(void);
bool rtp_rules_follow __read_mostly;
u32 rtp_rules_watch_none __read_mostly = 2;

u64 rtp_general_thresholds[RTPROBE_MEASURE_COUNT][RTP_KINDS] __read_mostly = {
	[0 ... RTPROBE_MEASURE_COUNT - 1] = { [0 ... RTP_KINDS - 1] = U64_MAX },
};
u32 rtp_general_capture __read_mostly = RTP_CAPTURE_DEFAULT;

bool rtp_rule_matches_row(const struct rtp_rule *rule, const struct rtp_row *row)
{
	const struct rtp_rule_spec *spec = &rule->spec;

	if (rtp_rule_sets(rule, RTP_RULE_MEASURES) && !(spec->measures & BIT(row->measure)))
		return false;
	if (rtp_rule_sets(rule, RTP_RULE_IRQ) &&
	    (!(RTP_MEASURES_OF_LINES & BIT(row->measure)) || row->number != spec->irq))
		return false;
	if (rtp_rule_sets(rule, RTP_RULE_CPUS) && !cpumask_test_cpu(row->cpu, &rule->cpus))
		return false;
	return !rtp_rule_sets(rule, RTP_RULE_NAME) || glob_match(spec->name, row->name);
}

/* Returns the lowest general threshold of the values in @row, or of all if it is NULL. */
static u64 least_general_for(const struct rtp_row *row)
{
	unsigned int measure, kind;
	u64 least = U64_MAX;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		for (kind = 0; kind < RTP_KINDS; kind++)
			if (!row || (row->measure == measure && rtp_row_has_kind(row, kind)))
				least = min(least, rtp_general_thresholds[measure][kind]);
	return least;
}

/*
 * Returns the lowest threshold that can make a spike in @row, or in any row if it is NULL.
 * rules_mutex held.
 */
static u64 least_for(const struct rtp_row *row)
{
	const struct rtp_rule *rule;
	u64 least = U64_MAX;

	list_for_each_entry(rule, &rtp_rules, list) {
		if (row && !rtp_rule_matches_row(rule, row))
			continue;
		if (rule->spec.threshold)
			least = min(least, rule->spec.threshold);
		/* This rule decides for each value of the row; later rules are not evaluated. */
		if (row && !rtp_rule_is_by_task(rule))
			return least;
	}
	return min(least, least_general_for(row));
}

bool rtp_rule_follows(const struct rtp_rule *rule)
{
	if (rtp_rule_watches(rule))
		return true;
	return rule->spec.threshold && rtp_rule_is_by_task(rule) &&
	       (!rtp_rule_sets(rule, RTP_RULE_MEASURES) ||
		rule->spec.measures & RTP_MEASURES_BY_TASK);
}

static bool any_follows(void)
{
	const struct rtp_rule *rule;

	list_for_each_entry(rule, &rtp_rules, list)
		if (rtp_rule_follows(rule))
			return true;
	return false;
}

static u32 wanted_captures(void)
{
	u32 wanted = least_general_for(NULL) == U64_MAX ? 0 : rtp_general_capture;
	const struct rtp_rule *rule;

	list_for_each_entry(rule, &rtp_rules, list)
		if (rule->spec.threshold)
			wanted |= rule->spec.capture;
	return wanted;
}

/* Rows that are updated before the lock is released once for others. */
#define ROWS_AT_ONCE 256

/* Sets the thresholds of all rows, or of those that are new. rules_mutex held. */
static bool judge_rows(bool all)
{
	struct rtp_row *row;
	bool any = false;
	u32 i;

	rtp_rows_lock();
	for (i = 0; (row = rtp_row_at(i)); i++) {
		if (i && !(i % ROWS_AT_ONCE)) {
			rtp_rows_unlock();
			cond_resched();
			rtp_rows_lock();
		}
		if (!rtp_row_is_live(row) || (READ_ONCE(row->judged) && !all))
			continue;
		WRITE_ONCE(row->judged, true);
		/* Pairs with rtp_row_add_kind: a new kind is seen here or by the next pass. */
		smp_mb();
		any = true;
		WRITE_ONCE(row->threshold, least_for(row));
	}
	rtp_rows_unlock();
	return any;
}

/* rules_mutex held. */
static void watch_anew(void)
{
	u32 next = rtp_rules_watch_none + 2;

	WRITE_ONCE(rtp_rules_watch_none, next ?: 2);
}

void rtp_rules_watch_anew(void)
{
	mutex_lock(&rules_mutex);
	watch_anew();
	mutex_unlock(&rules_mutex);
}

static void update_rows(void)
{
	WRITE_ONCE(rtp_rules_follow, any_follows());
	watch_anew();
	rtp_locks_want(wanted_captures() & RTPROBE_CAPTURE_LOCKS);
	WRITE_ONCE(rtp_row_first_threshold, least_for(NULL));
	judge_rows(true);
	rtp_usual_reset();
}

void rtp_rules_judge_new_rows(void)
{
	mutex_lock(&rules_mutex);
	rtp_locks_want(wanted_captures() & RTPROBE_CAPTURE_LOCKS);
	if (judge_rows(false))
		rtp_usual_reset();
	mutex_unlock(&rules_mutex);
}

void rtp_rules_set_general(const struct rtp_thresholds *thresholds, u32 capture)
{
	unsigned int measure, kind;

	mutex_lock(&rules_mutex);
	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		for (kind = 0; kind < RTP_KINDS; kind++)
			WRITE_ONCE(rtp_general_thresholds[measure][kind],
				   thresholds->ns[measure][kind] ?: U64_MAX);
	WRITE_ONCE(rtp_general_capture, capture);
	update_rows();
	mutex_unlock(&rules_mutex);
}

void rtp_rules_lock(void)
{
	mutex_lock(&rules_mutex);
}

void rtp_rules_unlock(void)
{
	mutex_unlock(&rules_mutex);
}

const struct rtp_rule *rtp_rule_after(u32 id)
{
	const struct rtp_rule *rule;

	list_for_each_entry(rule, &rtp_rules, list)
		if (rule->id > id)
			return rule;
	return NULL;
}

static int check_cpus(struct rtp_rule *rule, struct rtp_reason *reason)
{
	int err = cpulist_parse(rule->spec.cpus, &rule->cpus);

	if (err || !cpumask_intersects(&rule->cpus, cpu_possible_mask))
		return rtp_refuse(reason, "bad_list", "cpus=%s: a list of CPUs such as 0-3,6",
				  rule->spec.cpus);
	return 0;
}

static int rule_check(struct rtp_rule *rule, struct rtp_reason *reason, enum rtp_rule_word *wrong)
{
	const struct rtp_rule_spec *spec = &rule->spec;
	u32 missing = spec->measures & ~rtp_measures.available;

	*wrong = RTP_RULE_THRESHOLD;
	if (!rtp_rule_sets(rule, RTP_RULE_THRESHOLD))
		return rtp_refuse(reason, "missing_word", "threshold");
	if (spec->threshold > RTPROBE_THRESHOLD_MAX_NS)
		return rtp_refuse(reason, "out_of_range", "threshold: 0 to 60s");
	*wrong = RTP_RULE_COOLDOWN;
	if (spec->cooldown > RTPROBE_THRESHOLD_MAX_NS)
		return rtp_refuse(reason, "out_of_range", "cooldown: 0 to 60s");
	*wrong = RTP_RULE_MEASURES;
	if (rtp_rule_sets(rule, RTP_RULE_MEASURES) && !spec->measures)
		return rtp_refuse(reason, "nothing_asked", "measure: at least one");
	if (rtp_rule_sets(rule, RTP_RULE_MEASURES) &&
	    spec->measures == BIT(RTPROBE_MEASURE_START_JITTER))
		return rtp_refuse(reason, "no_spikes",
				  "measure=start_jitter: it has no spikes; name response_time");
	if (missing)
		return rtp_refuse(reason, "unavailable_measure",
				  "measure=%s: this kernel has no such events",
				  rtp_measure_names[__ffs(missing)]);
	*wrong = RTP_RULE_CAPTURE;
	if (spec->capture & ~RTP_CAPTURE_ALL)
		return rtp_refuse(reason, "unknown_word", "capture=0x%x", spec->capture);
	*wrong = RTP_RULE_PERIOD;
	if (rtp_rule_sets(rule, RTP_RULE_PERIOD) && !rtp_rule_watches(rule))
		return rtp_refuse(reason, "no_cycle",
				  "period: only with measure=response_time and a task (pid, comm or cgroup)");
	if (rtp_rule_sets(rule, RTP_RULE_PERIOD) &&
	    (spec->period < RTP_CYCLE_PERIOD_MIN ||
	     spec->period > RTPROBE_THRESHOLD_MAX_NS))
		return rtp_refuse(reason, "out_of_range", "period: 10us to 60s");
	*wrong = RTP_RULE_CPUS;
	if (rtp_rule_sets(rule, RTP_RULE_CPUS) && check_cpus(rule, reason))
		return -EINVAL;
	*wrong = RTP_RULE_ACTION;
	if (spec->action.kinds && !spec->threshold)
		return rtp_refuse(reason, "bad_word", "action: threshold=off is never crossed");
	return rtp_action_check(&rule->action, &spec->action, reason);
}

struct rtp_rule *rtp_rule_make(const struct rtp_rule_spec *spec, struct rtp_reason *reason,
			       enum rtp_rule_word *wrong)
{
	struct rtp_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL);

	if (!rule) {
		rtp_refuse(reason, "no_memory", "rule");
		return NULL;
	}
	rule->spec = *spec;
	if (rule_check(rule, reason, wrong)) {
		rtp_rule_free(rule);
		return NULL;
	}
	if (rule->spec.action.kinds)
		rtp_action_arm(&rule->action);
	return rule;
}

void rtp_rule_free(struct rtp_rule *rule)
{
	kfree(rule);
}

static int rule_index(struct rtp_rule **among, unsigned int n, u32 id)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (among[i]->id == id)
			return i;
	return -ENOENT;
}

/*
 * Applies one change to the list of rules in @among, @n of them. Fails if the change is impossible.
 */
static int rules_plan(const struct rtp_rule_change *change, struct rtp_rule **among,
		      unsigned int *n, struct rtp_reason *reason)
{
	bool by_id = change->kind == RTP_RULE_DELETE || change->kind == RTP_RULE_ARM;
	int at = by_id ? rule_index(among, *n, change->id) : 0;

	if (at < 0) {
		rtp_refuse(reason, "unknown_rule", "%u", change->id);
		return at;
	}
	switch (change->kind) {
	case RTP_RULE_CLEAR:
		*n = 0;
		return 0;
	case RTP_RULE_DELETE:
		memmove(among + at, among + at + 1, (--*n - at) * sizeof(*among));
		return 0;
	case RTP_RULE_ARM:
		if (among[at]->spec.action.kinds)
			return 0;
		return rtp_refuse(reason, "no_action", "%u: the rule has no action", change->id);
	default:
		if (*n == RTPROBE_RULES_MAX) {
			rtp_refuse(reason, "too_many_rules", "at most %u; delete a rule first",
				   RTPROBE_RULES_MAX);
			return -ENOSPC;
		}
		among[(*n)++] = change->rule;
		return 0;
	}
}

/* Unlinks rules that are not in @among and appends those that are new. rules_mutex held. */
static void rules_enact(struct rtp_rule **among, unsigned int n, struct list_head *gone)
{
	struct rtp_rule *rule, *next;
	unsigned int i;

	list_for_each_entry_safe(rule, next, &rtp_rules, list) {
		if (rule_index(among, n, rule->id) >= 0)
			continue;
		list_del_rcu(&rule->list);
		/* Probes may still walk over the rule, so its list.next must stay valid. */
		list_add_tail(&rule->gone, gone);
		rules_held--;
	}
	for (i = 0; i < n; i++) {
		if (among[i]->id)
			continue;
		among[i]->id = ++newest_rule_id;
		list_add_tail_rcu(&among[i]->list, &rtp_rules);
		rules_held++;
	}
}

/* Arms the rule of a change that asks for it. rules_mutex held. */
static void rule_arm(const struct rtp_rule_change *change)
{
	struct rtp_rule *rule;

	if (change->kind != RTP_RULE_ARM)
		return;
	list_for_each_entry(rule, &rtp_rules, list)
		if (rule->id == change->id)
			rtp_action_arm(&rule->action);
}

/* Frees a rule that the same batch of changes both added and cleared. It never got an id. */
static void rule_settle(struct rtp_rule_change *change)
{
	if (change->kind != RTP_RULE_ADD)
		return;
	change->id = change->rule->id;
	if (!change->id)
		rtp_rule_free(change->rule);
}

static void free_gone(struct list_head *gone)
{
	struct rtp_rule *rule, *next;

	/* Not synchronize_rcu: a CPU in a long section would delay it without bound. */
	list_for_each_entry_safe(rule, next, gone, gone)
		kfree_rcu(rule, rcu);
}

int rtp_rules_apply(struct rtp_rule_change *changes, unsigned int n, struct rtp_reason *reason)
{
	struct rtp_rule *among[RTPROBE_RULES_MAX];
	unsigned int wanted = 0, i;
	struct rtp_rule *rule;
	LIST_HEAD(gone);
	int err = 0;

	mutex_lock(&rules_mutex);
	list_for_each_entry(rule, &rtp_rules, list)
		among[wanted++] = rule;
	for (i = 0; i < n && !err; i++)
		err = rules_plan(&changes[i], among, &wanted, reason);
	if (!err) {
		rules_enact(among, wanted, &gone);
		for (i = 0; i < n; i++)
			rule_arm(&changes[i]);
		rules_changes++;
		update_rows();
		notify_changed();
	}
	for (i = 0; i < n && !err; i++)
		rule_settle(&changes[i]);
	mutex_unlock(&rules_mutex);
	free_gone(&gone);
	return err;
}

u32 rtp_rules_changes(void)
{
	return rules_changes;
}

size_t rtp_rules_bytes(void)
{
	return READ_ONCE(rules_held) * RULE_BYTES;
}

size_t rtp_rules_bytes_max(void)
{
	return RTPROBE_RULES_MAX * RULE_BYTES;
}

int rtp_rules_init(void (*changed)(void))
{
	notify_changed = changed;
	return 0;
}

/* The probes are unregistered. */
void rtp_rules_exit(void)
{
	struct rtp_rule *rule, *next;

	rtp_housekeeping_expect_over();
	list_for_each_entry_safe(rule, next, &rtp_rules, list)
		rtp_rule_free(rule);
	INIT_LIST_HEAD(&rtp_rules);
}
