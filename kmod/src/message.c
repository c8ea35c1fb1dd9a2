// SPDX-License-Identifier: GPL-2.0-or-later
#include "message.h"

#include <linux/ktime.h>
#include <linux/utsname.h>
#include <net/netlink.h>

#include "clock.h"
#include "event.h"
#include "interval.h"
#include "machine.h"
#include "measure.h"
#include "memory.h"
#include "task.h"

static int put_u64(struct sk_buff *skb, int attr, u64 value, int pad)
{
	return nla_put_u64_64bit(skb, attr, value, pad);
}

int rtp_message_put_lost(struct sk_buff *skb, int attr)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	enum rtp_lost kind;

	if (!nest)
		return -EMSGSIZE;
	for (kind = 0; kind < RTP_LOST_COUNT; kind++)
		if (put_u64(skb, rtp_lost_attr(kind), rtp_lost_get(kind), RTPROBE_A_LOST_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_machine(struct sk_buff *skb)
{
	char online[RTP_CPU_LIST];

	rtp_machine_online(online);
	return nla_put_string(skb, RTPROBE_A_INFO_HOSTNAME, init_utsname()->nodename) ||
	       nla_put_string(skb, RTPROBE_A_INFO_KERNEL_RELEASE, init_utsname()->release) ||
	       nla_put_string(skb, RTPROBE_A_INFO_KERNEL_VERSION, init_utsname()->version) ||
	       nla_put_string(skb, RTPROBE_A_INFO_MACHINE, init_utsname()->machine) ||
	       nla_put_string(skb, RTPROBE_A_INFO_CPU_MODEL, rtp_machine_cpu_model()) ||
	       nla_put_u8(skb, RTPROBE_A_INFO_PREEMPT_RT, IS_ENABLED(CONFIG_PREEMPT_RT)) ||
	       nla_put_string(skb, RTPROBE_A_INFO_CPUS_ONLINE, online) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_CPUS_POSSIBLE, num_possible_cpus());
}

static int put_times(struct sk_buff *skb)
{
	const int pad = RTPROBE_A_INFO_PAD;
	u64 start;

	return nla_put_u32(skb, RTPROBE_A_INFO_CLOCK, rtp_clock_chosen) ||
	       put_u64(skb, RTPROBE_A_INFO_NOW, ktime_get_ns(), pad) ||
	       nla_put_s64(skb, RTPROBE_A_INFO_REALTIME_OFFSET, ktime_to_ns(ktime_mono_to_real(0)), pad) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_GENERATION, rtp_interval_open(&start)) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_EPOCH, rtp_rows_epoch()) ||
	       put_u64(skb, RTPROBE_A_INFO_EPOCH_START, rtp_rows_epoch_start(), pad);
}

static int put_totals(struct sk_buff *skb)
{
	const int pad = RTPROBE_A_INFO_PAD;

	return nla_put_u32(skb, RTPROBE_A_INFO_MEASURES_AVAILABLE, rtp_measures_available()) ||
	       put_u64(skb, RTPROBE_A_INFO_MEMORY_BYTES, rtp_memory_bytes(), pad) ||
	       put_u64(skb, RTPROBE_A_INFO_MEMORY_MAX_BYTES, rtp_memory_bytes_max(), pad) ||
	       put_u64(skb, RTPROBE_A_INFO_EVENTS, rtp_cpus_events(), pad) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_SPIKES_HELD, rtp_spikes_held()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_SPIKES_CAPACITY, rtp_max_spikes) ||
	       put_u64(skb, RTPROBE_A_INFO_SPIKES_TOTAL, rtp_cpus_spikes(), pad) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_EVENT_SEQ, rtp_event_seq()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_TASKS, rtp_tasks_held()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_TASKS_CAPACITY, rtp_tasks_max()) ||
	       rtp_message_put_lost(skb, RTPROBE_A_INFO_LOST);
}

int rtp_message_put_info(struct sk_buff *skb)
{
	if (nla_put_u32(skb, RTPROBE_A_INFO_ABI_VERSION, RTPROBE_ABI_VERSION) ||
	    nla_put_string(skb, RTPROBE_A_INFO_MODULE_VERSION, RTP_VERSION) ||
	    put_u64(skb, RTPROBE_A_INFO_INSTANCE, rtp_machine_instance(), RTPROBE_A_INFO_PAD) ||
	    put_machine(skb) || put_times(skb) || put_totals(skb))
		return -EMSGSIZE;
	return 0;
}

int rtp_message_put_config(struct sk_buff *skb, const struct rtp_config *config)
{
	const int pad = RTPROBE_A_CONFIG_PAD;

	if (nla_put_u32(skb, RTPROBE_A_CONFIG_MEASURES, config->measures) ||
	    put_u64(skb, RTPROBE_A_CONFIG_PERIOD_NS, config->period, pad) ||
	    put_u64(skb, RTPROBE_A_CONFIG_THRESHOLD_NS, config->threshold, pad) ||
	    put_u64(skb, RTPROBE_A_CONFIG_INTERVAL_NS, config->interval, pad))
		return -EMSGSIZE;
	return 0;
}

static int put_task(struct sk_buff *skb, int attr, const struct rtp_task *task)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest || nla_put_u32(skb, RTPROBE_A_TASK_PID, task->pid) ||
	    nla_put_u32(skb, RTPROBE_A_TASK_TGID, task->tgid) ||
	    put_u64(skb, RTPROBE_A_TASK_START_TIME, task->start_time, RTPROBE_A_TASK_PAD) ||
	    nla_put_string(skb, RTPROBE_A_TASK_COMM, task->comm) ||
	    nla_put_u32(skb, RTPROBE_A_TASK_POLICY, task->policy) ||
	    nla_put_s32(skb, RTPROBE_A_TASK_PRIORITY, task->priority) ||
	    nla_put_s32(skb, RTPROBE_A_TASK_NICE, task->nice) ||
	    nla_put_u8(skb, RTPROBE_A_TASK_KTHREAD, task->kthread))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
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
	if (source->task.start_time && put_task(skb, RTPROBE_A_SOURCE_TASK, &source->task))
		return -EMSGSIZE;
	if (rtp_source_line(source, &line) &&
	    (nla_put_string(skb, RTPROBE_A_SOURCE_CHIP, line.chip) ||
	     nla_put_string(skb, RTPROBE_A_SOURCE_AFFINITY, line.affinity)))
		return -EMSGSIZE;
	return 0;
}

static int put_cause(struct sk_buff *skb, const struct rtp_cause *cause)
{
	struct nlattr *nest;

	if (!cause->duration)
		return 0;
	nest = nla_nest_start(skb, RTPROBE_A_SPIKE_CAUSE);
	if (!nest || nla_put_u32(skb, RTPROBE_A_CAUSE_MEASURE, cause->measure) ||
	    nla_put_u32(skb, RTPROBE_A_CAUSE_NUMBER, cause->number) ||
	    nla_put_string(skb, RTPROBE_A_CAUSE_NAME, cause->name) ||
	    put_u64(skb, RTPROBE_A_CAUSE_DURATION_NS, cause->duration, RTPROBE_A_CAUSE_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_frames(struct sk_buff *skb, const struct rtp_spike *spike)
{
	const char *frame = spike->frame_text;
	unsigned int i;

	for (i = 0; i < spike->frames; i++, frame += strlen(frame) + 1)
		if (nla_put_string(skb, RTPROBE_A_SPIKE_FRAME, frame))
			return -EMSGSIZE;
	return 0;
}

static int put_bounds(struct sk_buff *skb, const struct rtp_spike *spike)
{
	if (!spike->upper)
		return 0;
	return put_u64(skb, RTPROBE_A_SPIKE_LOWER_NS, spike->lower, RTPROBE_A_SPIKE_PAD) ||
	       put_u64(skb, RTPROBE_A_SPIKE_UPPER_NS, spike->upper, RTPROBE_A_SPIKE_PAD) ||
	       nla_put_u8(skb, RTPROBE_A_SPIKE_EXACT, spike->exact);
}

static int put_part(struct sk_buff *skb, const struct rtp_part *part)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_SPIKE_PART);

	if (!nest || nla_put_u32(skb, RTPROBE_A_PART_KIND, part->kind) ||
	    nla_put_u32(skb, RTPROBE_A_PART_NUMBER, part->number) ||
	    nla_put_string(skb, RTPROBE_A_PART_NAME, part->name) ||
	    (part->pid && nla_put_u32(skb, RTPROBE_A_PART_PID, part->pid)) ||
	    put_u64(skb, RTPROBE_A_PART_DURATION_NS, part->duration, RTPROBE_A_PART_PAD) ||
	    nla_put_u32(skb, RTPROBE_A_PART_COUNT, part->count))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_parts(struct sk_buff *skb, const struct rtp_spike *spike)
{
	unsigned int i;

	for (i = 0; i < spike->parts; i++)
		if (put_part(skb, &spike->part[i]))
			return -EMSGSIZE;
	return spike->parts ? nla_put_u8(skb, RTPROBE_A_SPIKE_PARTS_INCOMPLETE, spike->parts_incomplete) : 0;
}

static int put_tasks(struct sk_buff *skb, const struct rtp_spike *spike)
{
	return put_task(skb, RTPROBE_A_SPIKE_TASK, &spike->task) ||
	       (spike->has_victim && put_task(skb, RTPROBE_A_SPIKE_VICTIM, &spike->victim)) ||
	       (spike->has_waker && put_task(skb, RTPROBE_A_SPIKE_WAKER, &spike->waker));
}

int rtp_message_put_spike(struct sk_buff *skb, const struct rtp_spike *spike)
{
	const int pad = RTPROBE_A_SPIKE_PAD;

	if (put_u64(skb, RTPROBE_A_SPIKE_ID, spike->id, pad) ||
	    put_u64(skb, RTPROBE_A_SPIKE_TIME, spike->time, pad) ||
	    put_u64(skb, RTPROBE_A_SPIKE_VALUE_NS, spike->value, pad) ||
	    put_u64(skb, RTPROBE_A_SPIKE_THRESHOLD_NS, spike->threshold, pad) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_MEASURE, spike->measure) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_NUMBER, spike->number) ||
	    nla_put_string(skb, RTPROBE_A_SPIKE_NAME, spike->name) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_CPU, spike->cpu) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_MODE, spike->mode) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_RULE, spike->rule) || put_tasks(skb, spike) ||
	    put_cause(skb, &spike->cause) || put_bounds(skb, spike) || put_parts(skb, spike) ||
	    nla_put_u8(skb, RTPROBE_A_SPIKE_TRACED, spike->traced) || put_frames(skb, spike))
		return -EMSGSIZE;
	return 0;
}

int rtp_message_put_hist_header(struct sk_buff *skb, u32 epoch)
{
	const int pad = RTPROBE_A_HIST_PAD;
	u64 start;
	u32 generation = rtp_interval_open(&start);

	if (nla_put_u32(skb, RTPROBE_A_HIST_GENERATION, generation) ||
	    put_u64(skb, RTPROBE_A_HIST_GENERATION_START, start, pad) ||
	    put_u64(skb, RTPROBE_A_HIST_NOW, ktime_get_ns(), pad) ||
	    nla_put_u32(skb, RTPROBE_A_HIST_EPOCH, epoch))
		return -EMSGSIZE;
	return 0;
}

/* The generations of a row's newest write and the ring's length before it, in order. */
static int put_intervals(struct sk_buff *skb, const struct rtp_hist_view *view)
{
	u64 pairs[RTPROBE_INTERVAL_RING][2];
	unsigned int n = 0;
	unsigned int i;

	for (i = 1; i <= RTPROBE_INTERVAL_RING; i++) {
		u32 generation = view->generation - RTPROBE_INTERVAL_RING + i;
		const struct rtp_interval_max *slot = &view->ring[generation % RTPROBE_INTERVAL_RING];

		if (!generation || slot->generation != generation)
			continue;
		pairs[n][0] = slot->generation;
		pairs[n][1] = slot->max;
		n++;
	}
	return nla_put_64bit(skb, RTPROBE_A_HIST_INTERVALS, n * sizeof(pairs[0]), pairs, RTPROBE_A_HIST_PAD);
}

static int put_buckets(struct sk_buff *skb, const struct rtp_hist_view *view)
{
	struct nlattr *attr;
	unsigned int filled = 0;
	unsigned int i;
	u64 *packed;

	for (i = 0; i < RTPROBE_BUCKET_COUNT; i++)
		filled += !!view->bucket[i];
	attr = nla_reserve_64bit(skb, RTPROBE_A_HIST_BUCKETS, filled * sizeof(u64), RTPROBE_A_HIST_PAD);
	if (!attr)
		return -EMSGSIZE;
	packed = nla_data(attr);
	for (i = 0; i < RTPROBE_BUCKET_COUNT; i++)
		if (view->bucket[i])
			*packed++ = (u64)i << RTPROBE_BUCKET_INDEX_SHIFT | view->bucket[i];
	return 0;
}

int rtp_message_put_row(struct sk_buff *skb, struct rtp_row *row)
{
	const struct rtp_hist_view *view = rtp_row_view(row);
	const int pad = RTPROBE_A_HIST_PAD;

	if (nla_put_u32(skb, RTPROBE_A_HIST_SOURCE, row->source->id) ||
	    nla_put_u32(skb, RTPROBE_A_HIST_CPU, row->cpu) ||
	    put_u64(skb, RTPROBE_A_HIST_COUNT, view->count, pad) ||
	    put_u64(skb, RTPROBE_A_HIST_SUM, view->sum, pad) ||
	    put_u64(skb, RTPROBE_A_HIST_MIN, view->count ? view->min : 0, pad) ||
	    put_u64(skb, RTPROBE_A_HIST_MAX, view->max, pad) ||
	    put_u64(skb, RTPROBE_A_HIST_NONE, view->none, pad) || put_intervals(skb, view) ||
	    put_buckets(skb, view))
		return -EMSGSIZE;
	return 0;
}
