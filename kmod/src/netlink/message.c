// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/message.h"

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/utsname.h>
#include <net/netlink.h>

#include "base/active.h"
#include "base/clock.h"
#include "base/lost.h"
#include "base/machine.h"
#include "base/measure.h"
#include "base/own.h"
#include "capture/lock.h"
#include "capture/rule.h"
#include "hooks/cycle.h"
#include "hooks/irqline.h"
#include "hooks/irqsoff.h"
#include "hooks/recording.h"
#include "hooks/retire.h"
#include "hooks/stale.h"
#include "hooks/stolen.h"
#include "recorder/recorder.h"
#include "settings/memory.h"
#include "settings/suspend.h"
#include "spikes/list.h"
#include "tasks/memory.h"
#include "tasks/task.h"
#include "values/interval.h"

/* Bytes for the cost of one CPU, and for the attribute that reports omitted CPUs. */
#define COST_ROOM 80
#define PARTIAL_ROOM 8

/* Limit on the CPUs in get-info, in addition to the limit by message size. */
static unsigned int info_cpus = UINT_MAX;
module_param(info_cpus, uint, 0600);
MODULE_PARM_DESC(info_cpus, "For tests: maximum number of CPUs in get-info");

int rtp_message_put_lost(struct sk_buff *skb, int attr)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	enum rtp_lost kind;

	if (!nest)
		return -EMSGSIZE;
	for (kind = 0; kind < RTP_LOST_COUNT; kind++)
		if (nla_put_u64_64bit(skb, rtp_lost_attr(kind), rtp_lost_get(kind),
				      RTPROBE_A_LOST_PAD))
			return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, RTPROBE_A_LOST_PROBE_MISSED,
			      rtp_retire_missed() + rtp_irqline_missed(), RTPROBE_A_LOST_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/*
 * RTPROBE_CPU_LIST_LEN is enough for 1,000 CPUs of which every second one is offline. CPUs that go
 * online meanwhile may also cut the list.
 */
static int put_cpu_list(struct sk_buff *skb, int attr, const struct cpumask *cpus)
{
	int length = min(snprintf(NULL, 0, "%*pbl", cpumask_pr_args(cpus)) + 1,
			 RTPROBE_CPU_LIST_LEN);
	struct nlattr *list = nla_reserve(skb, attr, length);

	if (!list)
		return -EMSGSIZE;
	rtp_machine_cpu_list(nla_data(list), length, cpus);
	return 0;
}

static_assert(RTPROBE_UTS_LEN == __NEW_UTS_LEN + 1);
static_assert(RTPROBE_VERSION_LEN >= sizeof(RTP_VERSION));

static int put_machine(struct sk_buff *skb)
{
	return nla_put_string(skb, RTPROBE_A_INFO_HOSTNAME, init_utsname()->nodename) ||
	       nla_put_string(skb, RTPROBE_A_INFO_KERNEL_RELEASE, init_utsname()->release) ||
	       nla_put_string(skb, RTPROBE_A_INFO_KERNEL_VERSION, init_utsname()->version) ||
	       nla_put_string(skb, RTPROBE_A_INFO_MACHINE, init_utsname()->machine) ||
	       nla_put_string(skb, RTPROBE_A_INFO_CPU_MODEL, rtp_machine_cpu_model()) ||
	       nla_put_u8(skb, RTPROBE_A_INFO_PREEMPT_RT, IS_ENABLED(CONFIG_PREEMPT_RT)) ||
	       put_cpu_list(skb, RTPROBE_A_INFO_CPUS_ONLINE, cpu_online_mask) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_CPUS_POSSIBLE, num_possible_cpus());
}

static int put_times(struct sk_buff *skb)
{
	const int pad = RTPROBE_A_INFO_PAD;
	u64 start, since;

	if (nla_put_u32(skb, RTPROBE_A_INFO_CLOCK_CHANGE, rtp_clock_change(&since)) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_INFO_CLOCK_SINCE, since, pad) ||
	    nla_put_u32(skb, RTPROBE_A_INFO_SUSPENDS, rtp_suspends()) ||
	    nla_put_u8(skb, RTPROBE_A_INFO_KPROBES, rtp_frees_are_watched))
		return -EMSGSIZE;
	return nla_put_u32(skb, RTPROBE_A_INFO_CLOCK, rtp_clock_reported()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_CLOCK_RESOLUTION, rtp_clock_resolution()) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_INFO_NOW, ktime_get_ns(), pad) ||
	       nla_put_s64(skb, RTPROBE_A_INFO_REALTIME_OFFSET, ktime_to_ns(ktime_mono_to_real(0)),
			   pad) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_GENERATION, rtp_interval_open(&start)) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_EPOCH, rtp_rows_epoch()) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_INFO_EPOCH_START, rtp_rows_epoch_start(), pad);
}

static int put_totals(struct sk_buff *skb, u32 event_seq)
{
	const int pad = RTPROBE_A_INFO_PAD;

	return nla_put_u32(skb, RTPROBE_A_INFO_MEASURES_AVAILABLE, rtp_measures.available) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_CALLBACKS_AVAILABLE, rtp_recording_callbacks()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_SENDERS_AVAILABLE, rtp_recording_senders()) ||
	       nla_put_u8(skb, RTPROBE_A_INFO_USER_SAMPLES, 1) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_INFO_MEMORY_BYTES, rtp_memory_bytes(), pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_INFO_MEMORY_MAX_BYTES, rtp_memory_bytes_max(),
				 pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_INFO_EVENTS, rtp_rows_events(), pad) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_SPIKES_HELD, rtp_spikes_held()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_SPIKES_CAPACITY, rtp_max_spikes) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_INFO_SPIKES_TOTAL, rtp_captures_spikes(), pad) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_EVENT_SEQ, event_seq) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_TASKS, rtp_tasks_held()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_TASKS_CAPACITY, rtp_tasks_max()) ||
	       rtp_message_put_lost(skb, RTPROBE_A_INFO_LOST);
}

int rtp_message_put_cpu(struct sk_buff *skb, int cpu)
{
	struct rtp_cost_total cost =
		rtp_cost_of(&per_cpu_ptr(rtp_cpus, cpu)->cost, rtp_rows_handled(cpu));

	if (nla_put_u32(skb, RTPROBE_A_COST_CPU, cpu) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_COST_EVENTS, cost.events, RTPROBE_A_COST_PAD) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_COST_TIME_NS, cost.ns, RTPROBE_A_COST_PAD) ||
	    nla_put_u8(skb, RTPROBE_A_COST_ACTIVE, rtp_cpu_is_active(cpu)))
		return -EMSGSIZE;
	return 0;
}

static int put_cost(struct sk_buff *skb, int cpu)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_INFO_COST);

	if (!nest)
		return -EMSGSIZE;
	if (rtp_message_put_cpu(skb, cpu)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts the cost of as many CPUs as the message has room for. */
static int put_costs(struct sk_buff *skb)
{
	unsigned int left = info_cpus;
	bool partial = false;
	int cpu;

	rtp_rows_count_handled();
	rtp_own_threads_charge();
	if (skb_tailroom(skb) < PARTIAL_ROOM)
		return -EMSGSIZE;
	for_each_online_cpu(cpu) {
		partial = !left-- || skb_tailroom(skb) < COST_ROOM + PARTIAL_ROOM ||
			  put_cost(skb, cpu);
		if (partial)
			break;
	}
	return nla_put_u8(skb, RTPROBE_A_INFO_COST_PARTIAL, partial);
}

static int put_probes(struct sk_buff *skb)
{
	if (nla_put_u8(skb, RTPROBE_A_INFO_IRQSOFF_EXACT, rtp_irqsoff_is_exact()) ||
	    nla_put_u8(skb, RTPROBE_A_INFO_LOCKDEP, rtp_locks_by_lockdep()) ||
	    nla_put_u32(skb, RTPROBE_A_INFO_RECORDER_EVENTS,
			rtp_recorder_runs() ? rtp_recorder_events() : 0))
		return -EMSGSIZE;
	return put_costs(skb);
}

int rtp_message_put_info(struct sk_buff *skb, u32 event_seq)
{
	if (nla_put_u32(skb, RTPROBE_A_INFO_ABI_VERSION, RTPROBE_ABI_VERSION) ||
	    nla_put_string(skb, RTPROBE_A_INFO_MODULE_VERSION, RTP_VERSION) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_INFO_INSTANCE, rtp_machine_instance(),
			      RTPROBE_A_INFO_PAD) ||
	    put_machine(skb) || put_times(skb) || put_totals(skb, event_seq) ||
	    put_probes(skb))
		return -EMSGSIZE;
	return 0;
}

static int put_threshold(struct sk_buff *skb, const struct rtp_config *config,
			 enum rtprobe_measure measure)
{
	const u64 *ns = config->thresholds.ns[measure];
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_CONFIG_THRESHOLD);

	if (!nest || nla_put_u32(skb, RTPROBE_A_THRESHOLD_MEASURE, measure) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_THRESHOLD_THRESHOLD_NS, ns[RTP_KIND_USER],
			      RTPROBE_A_THRESHOLD_PAD))
		return -EMSGSIZE;
	if (rtp_threshold_exists(measure, RTP_KIND_KTHREAD) &&
	    nla_put_u64_64bit(skb, RTPROBE_A_THRESHOLD_KTHREADS_NS, ns[RTP_KIND_KTHREAD],
			      RTPROBE_A_THRESHOLD_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_thresholds(struct sk_buff *skb, const struct rtp_config *config)
{
	unsigned int measure;
	int err = 0;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT && !err; measure++)
		if (rtp_threshold_exists(measure, RTP_KIND_USER))
			err = put_threshold(skb, config, measure);
	return err;
}

int rtp_message_put_config(struct sk_buff *skb, const struct rtp_config *config)
{
	const int pad = RTPROBE_A_CONFIG_PAD;

	if (nla_put_u32(skb, RTPROBE_A_CONFIG_MEASURES, config->measures) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CONFIG_PERIOD_NS, config->period, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CONFIG_THRESHOLD_NS,
			      rtp_thresholds_lowest(&config->thresholds), pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CONFIG_INTERVAL_NS, config->interval, pad) ||
	    nla_put_u32(skb, RTPROBE_A_CONFIG_THREAD_PRIORITY, config->thread_priority) ||
	    nla_put_u32(skb, RTPROBE_A_CONFIG_CAPTURE, config->capture) ||
	    nla_put_u32(skb, RTPROBE_A_CONFIG_RECORDER, config->recorder) ||
	    nla_put_u32(skb, RTPROBE_A_CONFIG_SELF_LIMIT, config->self_limit) ||
	    put_cpu_list(skb, RTPROBE_A_CONFIG_CPUS, &rtp_active_cpus) ||
	    put_thresholds(skb, config))
		return -EMSGSIZE;
	return 0;
}

int rtp_message_put_source(struct sk_buff *skb, const struct rtp_source *source)
{
	struct rtp_line line;

	if (nla_put_u32(skb, RTPROBE_A_SOURCE_ID, source->id) ||
	    nla_put_u32(skb, RTPROBE_A_SOURCE_MEASURE, source->measure) ||
	    nla_put_u32(skb, RTPROBE_A_SOURCE_NUMBER, source->number) ||
	    nla_put_string(skb, RTPROBE_A_SOURCE_NAME, source->name) ||
	    nla_put_u8(skb, RTPROBE_A_SOURCE_THREADED, source->threaded) ||
	    nla_put_u8(skb, RTPROBE_A_SOURCE_RETIRED, !source->key))
		return -EMSGSIZE;
	if (source->task.start_time &&
	    rtp_message_put_task(skb, RTPROBE_A_SOURCE_TASK, &source->task))
		return -EMSGSIZE;
	if (rtp_source_line(source, &line) &&
	    (nla_put_string(skb, RTPROBE_A_SOURCE_CHIP, line.chip) ||
	     nla_put_string(skb, RTPROBE_A_SOURCE_AFFINITY, line.affinity)))
		return -EMSGSIZE;
	return 0;
}

static int put_rule_words(struct sk_buff *skb, const struct rtp_rule *rule)
{
	const struct rtp_rule_spec *spec = &rule->spec;

	return (rtp_rule_sets(rule, RTP_RULE_MEASURES) &&
		nla_put_u32(skb, RTPROBE_A_RULE_MEASURES, spec->measures)) ||
	       (rtp_rule_sets(rule, RTP_RULE_IRQ) &&
		nla_put_u32(skb, RTPROBE_A_RULE_IRQ, spec->irq)) ||
	       (rtp_rule_sets(rule, RTP_RULE_NAME) &&
		nla_put_string(skb, RTPROBE_A_RULE_NAME, spec->name)) ||
	       (rtp_rule_sets(rule, RTP_RULE_CPUS) &&
		nla_put_string(skb, RTPROBE_A_RULE_CPUS, spec->cpus)) ||
	       (rtp_rule_sets(rule, RTP_RULE_PID) &&
		nla_put_u32(skb, RTPROBE_A_RULE_PID, spec->pid)) ||
	       (rtp_rule_sets(rule, RTP_RULE_COMM) &&
		nla_put_string(skb, RTPROBE_A_RULE_COMM, spec->comm)) ||
	       (rtp_rule_sets(rule, RTP_RULE_CGROUP) &&
		nla_put_string(skb, RTPROBE_A_RULE_CGROUP, spec->cgroup));
}

static int put_rule_action(struct sk_buff *skb, const struct rtp_rule *rule)
{
	const struct rtp_action_spec *spec = &rule->spec.action;
	const struct rtp_action *action = &rule->action;
	const int pad = RTPROBE_A_RULE_PAD;

	if (!spec->kinds)
		return 0;
	if (spec->kinds & RTPROBE_ACTION_SIGNAL &&
	    (nla_put_u32(skb, RTPROBE_A_RULE_SIGNAL, spec->signal) ||
	     (spec->pid ? nla_put_u32(skb, RTPROBE_A_RULE_SIGNAL_PID, spec->pid)
			: nla_put_string(skb, RTPROBE_A_RULE_SIGNAL_COMM, spec->comm)) ||
	     nla_put_u64_64bit(skb, RTPROBE_A_RULE_SIGNAL_NS, READ_ONCE(action->signal_ns), pad) ||
	     nla_put_u32(skb, RTPROBE_A_RULE_SIGNAL_ERROR, READ_ONCE(action->error))))
		return -EMSGSIZE;
	return nla_put_u32(skb, RTPROBE_A_RULE_ACTION, spec->kinds) ||
	       nla_put_u8(skb, RTPROBE_A_RULE_ARMED, atomic_read(&action->armed)) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_RULE_ACTED, atomic64_read(&action->acted), pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_RULE_UNARMED, atomic64_read(&action->unarmed),
				 pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_RULE_CROSSED, READ_ONCE(action->crossed), pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_RULE_STOP_NS, READ_ONCE(action->stop_ns), pad);
}

int rtp_message_put_rule(struct sk_buff *skb, const struct rtp_rule *rule)
{
	const int pad = RTPROBE_A_RULE_PAD;

	if (nla_put_u32(skb, RTPROBE_A_RULE_ID, rule->id) || put_rule_words(skb, rule) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_RULE_THRESHOLD_NS, rule->spec.threshold, pad) ||
	    nla_put_u32(skb, RTPROBE_A_RULE_CAPTURE, rule->spec.capture) ||
	    nla_put_u32(skb, RTPROBE_A_RULE_RATE, rule->spec.rate) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_RULE_COOLDOWN_NS, rule->spec.cooldown, pad) ||
	    (rtp_rule_sets(rule, RTP_RULE_PERIOD) &&
	     nla_put_u64_64bit(skb, RTPROBE_A_RULE_PERIOD_NS, rule->spec.period, pad)) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_RULE_HITS, atomic64_read(&rule->hits), pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_RULE_LIMITED, atomic64_read(&rule->limited), pad) ||
	    put_rule_action(skb, rule))
		return -EMSGSIZE;
	return 0;
}

int rtp_message_put_hist_header(struct sk_buff *skb, u32 epoch)
{
	const int pad = RTPROBE_A_HIST_PAD;
	u64 start;
	u32 generation = rtp_interval_open(&start);

	if (nla_put_u32(skb, RTPROBE_A_HIST_GENERATION, generation) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_HIST_GENERATION_START, start, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_HIST_NOW, ktime_get_ns(), pad) ||
	    nla_put_u32(skb, RTPROBE_A_HIST_EPOCH, epoch))
		return -EMSGSIZE;
	return 0;
}

/* Puts the generation of the row's newest value and those before it in the ring, in order. */
static int put_intervals(struct sk_buff *skb, const struct rtp_hist_view *view)
{
	u64 pairs[RTPROBE_INTERVAL_RING][2];
	unsigned int n = 0;
	unsigned int i;

	for (i = 1; i <= RTPROBE_INTERVAL_RING; i++) {
		u32 generation = view->generation - RTPROBE_INTERVAL_RING + i;
		const struct rtp_interval_max *slot =
			&view->ring[generation % RTPROBE_INTERVAL_RING];

		if (!generation || slot->generation != generation)
			continue;
		pairs[n][0] = slot->generation;
		pairs[n][1] = slot->max;
		n++;
	}
	return nla_put_64bit(skb, RTPROBE_A_HIST_INTERVALS, n * sizeof(pairs[0]), pairs,
			     RTPROBE_A_HIST_PAD);
}

static int put_buckets(struct sk_buff *skb, const struct rtp_hist_view *view)
{
	struct nlattr *attr;
	unsigned int filled = 0;
	unsigned int i;
	u64 *packed;

	for (i = 0; i < RTPROBE_BUCKET_COUNT; i++)
		filled += !!view->bucket[i];
	attr = nla_reserve_64bit(skb, RTPROBE_A_HIST_BUCKETS, filled * sizeof(u64),
				 RTPROBE_A_HIST_PAD);
	if (!attr)
		return -EMSGSIZE;
	packed = nla_data(attr);
	for (i = 0; i < RTPROBE_BUCKET_COUNT; i++)
		if (view->bucket[i])
			*packed++ = (u64)i << RTPROBE_BUCKET_INDEX_SHIFT | view->bucket[i];
	return 0;
}

int rtp_message_put_row(struct sk_buff *skb, const struct rtp_row *row,
			const struct rtp_hist_view *view)
{
	const int pad = RTPROBE_A_HIST_PAD;

	if (nla_put_u32(skb, RTPROBE_A_HIST_SOURCE, row->source->id) ||
	    nla_put_u32(skb, RTPROBE_A_HIST_CPU, row->cpu) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_HIST_COUNT, view->count, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_HIST_SUM, view->sum, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_HIST_MIN, view->count ? view->min : 0, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_HIST_MAX, view->max, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_HIST_NONE, view->none, pad) ||
	    put_intervals(skb, view) ||
	    put_buckets(skb, view))
		return -EMSGSIZE;
	return 0;
}

/* Time in NMIs belongs to no source, so it has no measure, number and name. */
static int put_stolen(struct sk_buff *skb, const struct rtp_stolen_sum *sum)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_TASK_STAT_STOLEN);
	const int pad = RTPROBE_A_STOLEN_PAD;

	if (!nest ||
	    (sum->source && (nla_put_u32(skb, RTPROBE_A_STOLEN_MEASURE, sum->source->measure) ||
			     nla_put_u32(skb, RTPROBE_A_STOLEN_NUMBER, sum->source->number) ||
			     nla_put_string(skb, RTPROBE_A_STOLEN_NAME, sum->source->name))))
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, RTPROBE_A_STOLEN_COUNT, sum->count, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_STOLEN_SUM, sum->sum, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_STOLEN_MAX, sum->max, pad))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static const struct {
	int sum, max;
} cycle_attrs[RTP_CYCLE_SUMS] = {
	[RTP_CYCLE_LATE] = { RTPROBE_A_CYCLES_LATE_SUM, RTPROBE_A_CYCLES_LATE_MAX },
	[RTP_CYCLE_RAN] = { RTPROBE_A_CYCLES_RAN_SUM, RTPROBE_A_CYCLES_RAN_MAX },
	[RTP_CYCLE_INTERRUPTED] = { RTPROBE_A_CYCLES_INTERRUPTED_SUM,
				    RTPROBE_A_CYCLES_INTERRUPTED_MAX },
	[RTP_CYCLE_WAITED] = { RTPROBE_A_CYCLES_WAITED_SUM, RTPROBE_A_CYCLES_WAITED_MAX },
	[RTP_CYCLE_BLOCKED] = { RTPROBE_A_CYCLES_BLOCKED_SUM, RTPROBE_A_CYCLES_BLOCKED_MAX },
};

static int put_cycle_wait(struct sk_buff *skb, enum rtprobe_wait wait,
			  const struct rtp_cycle_sleeps *sleeps)
{
	const int pad = RTPROBE_A_CYCLE_WAIT_PAD;
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_CYCLES_WAIT);

	if (!nest || nla_put_u32(skb, RTPROBE_A_CYCLE_WAIT_WAIT, wait) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CYCLE_WAIT_COUNT, sleeps->count, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CYCLE_WAIT_SUM, sleeps->sum, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CYCLE_WAIT_MAX, sleeps->max, pad))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What a real-time task should not have: sleeps, page faults, memory that is not locked. */
static int put_unsafe(struct sk_buff *skb, const struct rtp_task_entry *entry,
		      const struct rtp_cycle_stat *cycles)
{
	const int pad = RTPROBE_A_CYCLES_PAD;
	struct rtp_task_memory memory;
	unsigned int i;

	for (i = 0; i < RTPROBE_WAIT_COUNT; i++)
		if (cycles->sleeps[i].count && put_cycle_wait(skb, i, &cycles->sleeps[i]))
			return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_MINOR_FAULTS, cycles->minor_faults, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_MAJOR_FAULTS, cycles->major_faults, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_INVERSIONS, cycles->inversions.count, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_INVERSION_MAX, cycles->inversions.max, pad))
		return -EMSGSIZE;
	if (!rtp_task_memory_read(entry, &memory))
		return 0;
	return nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_MAPPED_KB, memory.mapped_kb, pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_LOCKED_KB, memory.locked_kb, pad) ||
	       nla_put_u8(skb, RTPROBE_A_CYCLES_LOCKS_FUTURE, memory.locks_future);
}

static int put_cycles(struct sk_buff *skb, const struct rtp_task_entry *entry,
		      const struct rtp_cycle_stat *cycles)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_TASK_STAT_CYCLES);
	const int pad = RTPROBE_A_CYCLES_PAD;
	unsigned int i;

	if (!nest || nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_COUNT, cycles->count, pad))
		return -EMSGSIZE;
	if (cycles->period &&
	    (nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_PERIOD_NS, cycles->period, pad) ||
	     nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_SPREAD_NS, cycles->spread, pad)))
		return -EMSGSIZE;
	if (cycles->given &&
	    nla_put_u64_64bit(skb, RTPROBE_A_CYCLES_GIVEN_NS, cycles->given, pad))
		return -EMSGSIZE;
	for (i = 0; i < RTP_CYCLE_SUMS; i++)
		if (nla_put_u64_64bit(skb, cycle_attrs[i].sum, cycles->sum[i], pad) ||
		    nla_put_u64_64bit(skb, cycle_attrs[i].max, cycles->max[i], pad))
			return -EMSGSIZE;
	if (put_unsafe(skb, entry, cycles))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int rtp_message_put_task_stat(struct sk_buff *skb, const struct rtp_task_entry *entry)
{
	const int pad = RTPROBE_A_TASK_STAT_PAD;
	const struct rtp_stolen_sums *sums;
	struct rtp_cycle_stat cycles;
	struct rtp_task_stat stat;
	unsigned int i;

	if (!rtp_task_read(entry, &stat))
		return 0;
	if (rtp_message_put_task(skb, RTPROBE_A_TASK_STAT_TASK, &stat.about) ||
	    nla_put_u8(skb, RTPROBE_A_TASK_STAT_EXITED, stat.exited) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_TASK_STAT_RUNTIME_NS, stat.runtime, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_TASK_STAT_RUNS, stat.runs, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_TASK_STAT_STOLEN_NS, stat.stolen, pad) ||
	    nla_put_u32(skb, RTPROBE_A_TASK_STAT_LAST_CPU, stat.last_cpu))
		return -EMSGSIZE;
	sums = rtp_stolen_sums(entry);
	for (i = 0; i < sums->n; i++)
		if (put_stolen(skb, &sums->sum[i]))
			return -EMSGSIZE;
	return rtp_cycle_read(entry, &cycles) ? put_cycles(skb, entry, &cycles) : 0;
}
