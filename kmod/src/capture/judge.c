// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/judge.h"

#include <linux/cgroup.h>
#include <linux/glob.h>
#include <linux/math64.h>
#include <linux/rculist.h>
#include <linux/sched/task.h>
#include <linux/timekeeping.h>

#include "base/handover.h"
#include "base/housekeeping.h"
#include "base/measure.h"
#include "capture/deliver.h"
#include "capture/rule.h"
#include "values/row.h"

void rtp_cgroup_print(struct task_struct *task, struct rtp_subject *subject, char *path,
		      size_t size)
{
	strscpy(path, "/", size);
#ifdef CONFIG_CGROUPS
	rcu_read_lock();
	if (task) {
		struct cgroup *cgroup = task_dfl_cgroup(task);

		subject->cgroup = cgroup_id(cgroup);
		cgroup_path(cgroup, path, size);
	}
	rcu_read_unlock();
#endif
	subject->cgroup_path = path;
}

/*
 * Returns 1 if the cgroup matches, 0 if not, -1 if only its path can answer that. A cached verdict
 * is one word.
 */
static int matches_cgroup(struct rtp_rule *rule, const struct rtp_subject *subject)
{
	u64 *slot = &rule->cgroups[subject->cgroup % RTP_RULE_CGROUPS];
	u64 known = READ_ONCE(*slot);
	bool match;

	if (known >> 1 == subject->cgroup && known)
		return known & 1;
	if (!subject->cgroup_path)
		return -1;
	match = glob_match(rule->spec.cgroup, subject->cgroup_path);
	/*
	 * A cached match is not replaced by a mismatch. A cgroup that is not cached does not match
	 * until it was looked up.
	 */
	if (match || !(known & 1))
		WRITE_ONCE(*slot, subject->cgroup << 1 | match);
	return match;
}

static int matches_task(struct rtp_rule *rule, const struct rtp_subject *subject)
{
	if (rtp_rule_sets(rule, RTP_RULE_PID) && subject->pid != rule->spec.pid)
		return 0;
	if (rtp_rule_sets(rule, RTP_RULE_COMM) && !glob_match(rule->spec.comm, subject->comm))
		return 0;
	return rtp_rule_sets(rule, RTP_RULE_CGROUP) ? matches_cgroup(rule, subject) : 1;
}

/* Uses up one capture of the current second. Returns false if the rate limit is reached. */
static bool consume_rate(struct rtp_rule *rule, u64 now)
{
	u64 second = div_u64(now, NSEC_PER_SEC) << 32;
	s64 old = atomic64_read(&rule->second);
	u64 next;

	do {
		next = ((u64)old & ~(u64)U32_MAX) == second ? old + 1 : second + 1;
		if ((u32)next > rule->spec.rate)
			return false;
	} while (!atomic64_try_cmpxchg(&rule->second, &old, next));
	return true;
}

/*
 * In a cooldown, only a value longer than all captured before is captured, and does not begin it
 * anew. If two CPUs begin one at the same time, one of them captures, and the other one if its
 * value is longer.
 */
static bool is_limited(struct rtp_rule *rule, u64 ns)
{
	u64 now = ktime_get_mono_fast_ns();
	s64 last = atomic64_read(&rule->last), longest = atomic64_read(&rule->longest);
	bool cools = rule->spec.cooldown && last && now - last < rule->spec.cooldown;

	if (cools && (s64)ns <= longest)
		return true;
	if (rule->spec.rate && !consume_rate(rule, now))
		return true;
	if (!cools && atomic64_try_cmpxchg(&rule->last, &last, now)) {
		atomic64_set(&rule->longest, ns);
		return false;
	}
	if (!rule->spec.cooldown)
		return false;
	while ((s64)ns > longest)
		if (atomic64_try_cmpxchg(&rule->longest, &longest, ns))
			return false;
	return true;
}

/* Lets the rule act on a value over its threshold. Returns the mask of what it does. */
static noinline u32 act(struct rtp_rule *rule, const struct rtp_row *row, u64 ns, u64 time)
{
	struct rtp_crossing crossing = {
		.rule = rule->id,
		.measure = row->measure,
		.cpu = row->cpu,
		.ns = ns,
		.threshold = rule->spec.threshold,
		.time = time,
	};
	u32 acted = rtp_action_cross(&rule->action, &rule->spec.action, &crossing);

	if (acted)
		rtp_deliver();
	return acted;
}

static enum rtp_judgement judge_by_rule(struct rtp_rule *rule, const struct rtp_row *row, u64 ns,
					u64 time, struct rtp_verdict *verdict)
{
	struct rtp_verdict reached = {
		.rule = rule->id,
		.threshold = rule->spec.threshold,
		.capture = rule->spec.capture,
	};

	if (!rule->spec.threshold || ns <= rule->spec.threshold)
		return RTP_JUDGED_HARMLESS;
	atomic64_inc(&rule->hits);
	if (rule->spec.action.kinds) {
		reached.crossed = time ?: ktime_get_mono_fast_ns();
		reached.acted = act(rule, row, ns, reached.crossed);
	}
	if (is_limited(rule, ns)) {
		atomic64_inc(&rule->limited);
		return RTP_JUDGED_LIMITED;
	}
	*verdict = reached;
	return RTP_JUDGED_SPIKE;
}

static enum rtp_judgement decide_by_general(const struct rtp_row *row, u64 ns,
					    const struct rtp_subject *subject,
					    struct rtp_verdict *verdict)
{
	bool by_kthread = rtp_measure_is_by_task(row->measure) && subject->kthread;
	u64 threshold = READ_ONCE(rtp_general_thresholds[row->measure][by_kthread ?
								       RTP_KIND_KTHREAD :
								       RTP_KIND_USER]);

	if (ns <= threshold)
		return RTP_JUDGED_HARMLESS;
	*verdict = (struct rtp_verdict) {
		.threshold = threshold,
		.capture = READ_ONCE(rtp_general_capture),
	};
	return RTP_JUDGED_SPIKE;
}

enum rtp_judgement rtp_rules_judge(const struct rtp_row *row, u64 ns,
				   const struct rtp_subject *subject, struct rtp_verdict *verdict)
{
	enum rtp_judgement judgement;
	struct rtp_rule *rule;
	int match = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(rule, &rtp_rules, list) {
		match = rtp_rule_matches_row(rule, row) ? matches_task(rule, subject) : 0;
		if (match)
			break;
	}
	if (match)
		judgement = match < 0 ? RTP_JUDGED_LATER
				      : judge_by_rule(rule, row, ns, subject->time, verdict);
	else
		judgement = decide_by_general(row, ns, subject, verdict);
	rcu_read_unlock();
	return judgement;
}

u64 rtp_rules_cgroup(const struct task_struct *task)
{
	u64 id = 0;

#ifdef CONFIG_CGROUPS
	rcu_read_lock();
	id = cgroup_id(task_dfl_cgroup((struct task_struct *)task));
	rcu_read_unlock();
#endif
	return id;
}

/*
 * Tasks whose cgroup no rule has judged yet. The worker prints the cgroup's path, which may sleep.
 * Until then the task is not followed; otherwise all tasks of the machine would be.
 */
#define CGROUPS_QUEUED 16

static struct task_struct *cgroups_queued[CGROUPS_QUEUED];
static struct rtp_handover cgroups_handover;
static struct kthread_work cgroups_work;

/*
 * Queues a task for the worker. Called in a scheduler hook, so the task is alive. If its slot is in
 * use, the task is queued at a later wake-up.
 */
static void cgroups_enqueue(const struct task_struct *task)
{
	struct task_struct **place = &cgroups_queued[rtp_rules_cgroup(task) % CGROUPS_QUEUED];

	if (READ_ONCE(*place))
		return;
	get_task_struct((struct task_struct *)task);
	if (cmpxchg(place, NULL, (struct task_struct *)task)) {
		/* This cannot be the last reference: the task is alive. */
		put_task_struct((struct task_struct *)task);
		return;
	}
	rtp_handover(&cgroups_handover);
}

static void cgroups_judge_task(struct task_struct *task)
{
	struct rtp_subject subject = { .pid = task->pid, .comm = task->comm };
	char path[RTPROBE_PATH_LEN];
	struct rtp_rule *rule;

	rtp_cgroup_print(task, &subject, path, sizeof(path));
	rcu_read_lock();
	list_for_each_entry_rcu(rule, &rtp_rules, list)
		if (rtp_rule_sets(rule, RTP_RULE_CGROUP))
			matches_cgroup(rule, &subject);
	rcu_read_unlock();
}

static void cgroups_judge(struct kthread_work *unused)
{
	unsigned int i;

	for (i = 0; i < CGROUPS_QUEUED; i++) {
		struct task_struct *task = xchg(&cgroups_queued[i], NULL);

		if (!task)
			continue;
		cgroups_judge_task(task);
		put_task_struct(task);
	}
}

static void cgroups_queue_work(void)
{
	kthread_queue_work(rtp_worker, &cgroups_work);
}

int rtp_judge_init(void)
{
	kthread_init_work(&cgroups_work, cgroups_judge);
	rtp_handover_init(&cgroups_handover, cgroups_queue_work);
	return 0;
}

void rtp_judge_exit(void)
{
	rtp_handover_exit(&cgroups_handover);
	kthread_cancel_work_sync(&cgroups_work);
	/* Drops the references of tasks that are still queued. */
	cgroups_judge(NULL);
}

/*
 * Returns 1 if a rule that @concerns is about the task, 0 if none is, -1 if its cgroup is unknown.
 * Stores the first such rule's period.
 */
static int find_rule(const struct task_struct *task, bool (*concerns)(const struct rtp_rule *rule),
		     u64 *period)
{
	struct rtp_subject subject = { .pid = task->pid, .comm = task->comm };
	struct rtp_rule *rule;
	int match, named = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(rule, &rtp_rules, list) {
		if (!concerns(rule))
			continue;
		if (rtp_rule_sets(rule, RTP_RULE_CGROUP))
			subject.cgroup = rtp_rules_cgroup(task);
		match = matches_task(rule, &subject);
		if (match < 0)
			cgroups_enqueue(task);
		if (match)
			named = match;
		if (match > 0) {
			*period = rule->spec.period;
			break;
		}
	}
	rcu_read_unlock();
	return named;
}

bool rtp_rules_name_task(const struct task_struct *task)
{
	u64 period;

	return find_rule(task, rtp_rule_follows, &period) > 0;
}

int rtp_rules_watch_task(const struct task_struct *task, u64 *period)
{
	*period = 0;
	return find_rule(task, rtp_rule_watches, period);
}
