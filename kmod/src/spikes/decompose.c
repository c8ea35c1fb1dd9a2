// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/decompose.h"

#include <linux/minmax.h>
#include <linux/string.h>

#include "base/interrupted.h"
#include "base/outside.h"
#include "recorder/recorder.h"
#include "spikes/call.h"
#include "spikes/parts.h"
#include "spikes/sender.h"
#include "spikes/waited.h"
#include "spikes/walk.h"
#include "values/row.h"

/* Durations that are split into the callbacks that ran inside and the rest. */
#define MEASURES_OF_CALLBACKS                                                              \
	(BIT(RTPROBE_MEASURE_HARDIRQ_DURATION) | BIT(RTPROBE_MEASURE_VECTOR_DURATION) |    \
	 BIT(RTPROBE_MEASURE_SOFTIRQ_DURATION))

/* Durations in which anything can have run. */
#define MEASURES_OF_SECTIONS                                                               \
	(BIT(RTPROBE_MEASURE_PREEMPTOFF) | BIT(RTPROBE_MEASURE_SOFTIRQSOFF))

#define MEASURES_SPLIT                                                                     \
	(RTP_MEASURES_OF_WAITING | MEASURES_OF_CALLBACKS | MEASURES_OF_SECTIONS)

static struct rtp_walk shared_walk;	/* too large for the stack */

static u64 to_ns(u64 ticks)
{
	return rtp_clock_to_ns(rtp_clock_chosen, ticks);
}

static bool is_inferred(const struct rtp_part *part)
{
	return part->kind == RTPROBE_PART_KIND_IRQS_OFF || part->kind == RTPROBE_PART_KIND_STALL;
}

/*
 * timer_latency: the timer was due and no handler ran, but its interrupt was not handled. So
 * interrupts were off in the task that ran, if it can have disabled them. Another interrupt that
 * was handled first when they were enabled has a higher priority. A time that is not longer than
 * the interrupt's own path, or that was in the idle task, proves nothing.
 */
static void judge_irqs_off(struct rtp_walk *walk)
{
	static const struct rtp_context unaccounted = { .kind = RTPROBE_PART_KIND_UNACCOUNTED };
	struct rtp_share *rest = rtp_walk_share(walk, &unaccounted);
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < walk->shares; i++)
		if (is_inferred(&walk->share[i].part))
			sum += walk->share[i].part.duration;
	if (sum >= RTP_ENTRY_NS && walk->capture->mode != RTPROBE_MODE_IDLE)
		return;
	rest->part.duration += sum;
	for (i = 0; i < walk->shares; i++)
		if (is_inferred(&walk->share[i].part))
			walk->share[i].part.duration = 0;
}

/* Notes other explanations of a late timer's parts. Call before rounding errors are added. */
static void note_doubt(struct rtp_walk *walk)
{
	const struct rtp_capture *capture = walk->capture;
	bool other_task = (s64)(walk->switched_in - walk->begin) > 0;
	unsigned int i;

	if (!rtp_walk_is_timer(walk) || capture->mode == RTPROBE_MODE_IDLE)
		return;
	for (i = 0; i < walk->shares; i++) {
		struct rtp_part *part = &walk->share[i].part;

		if (part->kind == RTPROBE_PART_KIND_IRQS_OFF && !rtp_outside_rules_out_stalls())
			part->could_be = RTPROBE_DOUBT_STALL;
		if (part->kind != RTPROBE_PART_KIND_UNACCOUNTED || part->duration < RTP_ENTRY_NS)
			continue;
		part->could_be = RTPROBE_DOUBT_STALL;
		if (capture->interrupted == RTP_INTERRUPTED_USER)
			part->could_be |= RTPROBE_DOUBT_KERNEL_EXIT;
		if (capture->interrupted != RTP_INTERRUPTED_USER || other_task)
			part->could_be |= RTPROBE_DOUBT_IRQS_OFF;
	}
}

/* Adds rounding errors and time without events to the share @rest. */
static void settle_sum(struct rtp_walk *walk, struct rtp_share *rest, u64 value)
{
	struct rtp_share *largest = rest;
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < walk->shares; i++) {
		sum += walk->share[i].part.duration;
		if (walk->share[i].part.duration > largest->part.duration)
			largest = &walk->share[i];
	}
	/* The value and the window may be from two clocks, which differ by some nanoseconds. */
	if (sum <= value)
		rest->part.duration += value - sum;
	else
		largest->part.duration -= min(largest->part.duration, sum - value);
}

/* Takes up to @most ns from parts of a kind. Returns how many. */
static u64 take_from(struct rtp_walk *walk, enum rtprobe_part_kind kind, u64 most)
{
	u64 taken = 0;
	unsigned int i;

	for (i = 0; i < walk->shares; i++) {
		struct rtp_part *part = &walk->share[i].part;
		u64 ns = part->kind == kind ? min(part->duration, most - taken) : 0;

		part->duration -= ns;
		taken += ns;
	}
	return taken;
}

static void add_outside(struct rtp_walk *walk, enum rtprobe_part_kind kind, u32 number, u64 ns)
{
	struct rtp_share *share;

	if (!ns)
		return;
	share = rtp_walk_share(walk, &(struct rtp_context) { .kind = kind, .number = number });
	share->part.duration += ns;
	share->part.count++;
}

/*
 * Adds the parts for time outside Linux. A hypervisor's time is proven, so it is subtracted first
 * from the parts that name no cause, then from those that were only inferred. How long SMIs took
 * is unknown, so they get only time that no other part explains.
 */
static void add_all_outside(struct rtp_walk *walk)
{
	const struct rtp_outside_total *outside = &walk->capture->outside;
	u64 steal = to_ns(outside->steal), most = to_ns(outside->smi_most);
	u64 ns = take_from(walk, RTPROBE_PART_KIND_UNACCOUNTED, steal);

	ns += take_from(walk, RTPROBE_PART_KIND_STALL, steal - ns);
	ns += take_from(walk, RTPROBE_PART_KIND_IDLE_EXIT, steal - ns);
	ns += take_from(walk, RTPROBE_PART_KIND_IRQS_OFF, steal - ns);
	ns += take_from(walk, RTPROBE_PART_KIND_LATE_TIMER, steal - ns);
	add_outside(walk, RTPROBE_PART_KIND_STEAL, 0, ns);
	if (!outside->smis)
		return;
	ns = take_from(walk, RTPROBE_PART_KIND_UNACCOUNTED, most);
	ns += take_from(walk, RTPROBE_PART_KIND_STALL, most - ns);
	add_outside(walk, RTPROBE_PART_KIND_FIRMWARE, outside->smis, ns);
}

/* Adds a leg, to the one before it if that is on the same CPU. Returns the number of legs. */
static unsigned int add_leg(struct rtp_leg *legs, unsigned int n, const struct rtp_leg *leg)
{
	if (!n || legs[n - 1].cpu != leg->cpu) {
		legs[n] = *leg;
		return n + 1;
	}
	legs[n - 1].end = leg->end;
	legs[n - 1].recorded = leg->recorded;
	return n;
}

/*
 * Splits the window by CPU: the interrupt's, the CPU that woke the victim, those on which it waited
 * before, and the victim's own.
 * Returns the number of legs.
 */
static unsigned int find_legs(const struct rtp_capture *capture, struct rtp_leg *legs)
{
	const struct rtp_value *value = &capture->value;
	struct rtp_leg leg = { .begin = value->begin };
	unsigned int i, n = 0;

	for (i = value->chain_cpus; i--; leg.begin = max(leg.begin, leg.end)) {
		leg.cpu = value->chain_cpu[i];
		leg.end = min(value->chain_until[i], value->end);
		leg.recorded = value->chain_recorded[i];
		if (leg.end > leg.begin && leg.cpu != RTP_CHAIN_UNKNOWN)
			n = add_leg(legs, n, &leg);
	}
	leg.cpu = capture->row->cpu;
	leg.end = value->end;
	leg.recorded = capture->recorded;
	return add_leg(legs, n, &leg);
}

/* Gives the time of a leg in which the victim slept to one part. */
static void give_wait(struct rtp_walk *walk, const struct rtp_cycle_leg *leg, u64 begin, u64 end)
{
	const struct rtp_cycle_wait *wait = &walk->capture->value.legs->wait[leg->wait];
	struct rtp_share *share = rtp_walk_share(walk, &(struct rtp_context) {
		.kind = RTPROBE_PART_KIND_BLOCKED,
		.number = leg->call,
		.name = rtp_call_name(leg->call),
		.wait = wait->kind,
		.waker = wait->in_interrupt ? 0 : wait->waker.pid,
	});

	share->part.duration += to_ns(end - begin);
	share->part.count++;
	if (share->part.kind != RTPROBE_PART_KIND_BLOCKED)
		return;
	share->part.wait = wait->kind;
	rtp_waited_describe(walk, share, leg, begin);
}

/* A cycle: walks where the victim could run, or its timer was due. */
static void walk_cycle(struct rtp_walk *walk)
{
	const struct rtp_cycle_legs *legs = walk->capture->value.legs;
	u64 begin = walk->capture->value.begin;
	unsigned int i;

	for (i = 0; i < legs->n; i++) {
		const struct rtp_cycle_leg *from = &legs->leg[i];
		struct rtp_leg leg = {
			.cpu = from->cpu,
			.begin = begin,
			.end = min(from->until, walk->capture->value.end),
			.recorded = from->recorded,
			.is_late_timer = from->kind == RTP_LEG_TIMER,
		};

		if ((s64)(leg.end - leg.begin) <= 0)
			continue;
		begin = leg.end;
		if (from->kind == RTP_LEG_BLOCKED)
			give_wait(walk, from, leg.begin, leg.end);
		else if (from->kind != RTP_LEG_UNKNOWN)
			rtp_walk_leg(walk, &leg);
	}
}

/* What a late timer can have been, beside interrupts that a task had disabled. */
static void doubt_late_timers(struct rtp_walk *walk)
{
	unsigned int i;

	for (i = 0; i < walk->shares; i++)
		if (walk->share[i].part.kind == RTPROBE_PART_KIND_LATE_TIMER)
			walk->share[i].part.could_be = RTPROBE_DOUBT_IRQS_OFF | RTPROBE_DOUBT_STALL;
}

/*
 * A duration: keeps the handler's or softirq's own shares. The value is without what is nested in
 * it. Returns the share outside of callbacks, or another if there is none; NULL if no callback ran:
 * then there is nothing to split.
 */
static struct rtp_share *keep_source(struct rtp_walk *walk)
{
	struct rtp_share *rest = NULL;
	bool called = false;
	unsigned int i;

	for (i = 0; i < walk->shares; i++) {
		struct rtp_share *share = &walk->share[i];

		if (!rtp_walk_is_source(walk, &share->context)) {
			share->part.duration = 0;
			continue;
		}
		called |= share->part.callback && share->part.duration;
		if (!rest || !share->part.callback)
			rest = share;
	}
	return called ? rest : NULL;
}

static void split_wait(struct rtp_walk *walk)
{
	static const struct rtp_context unaccounted = { .kind = RTPROBE_PART_KIND_UNACCOUNTED };

	judge_irqs_off(walk);
	note_doubt(walk);
	settle_sum(walk, rtp_walk_share(walk, &unaccounted), walk->capture->value.ns);
	add_all_outside(walk);
}

static bool split_duration(struct rtp_walk *walk)
{
	struct rtp_share *rest = keep_source(walk);

	/* The longest handler is the cause of a late timer only. */
	*walk->longest = (struct rtp_cause) {};
	walk->longest_key = NULL;
	if (rest)
		settle_sum(walk, rest, walk->capture->value.ns);
	return rest;
}

void rtp_decompose(struct rtp_parts *parts, struct rtp_cause *longest,
		   const struct rtp_capture *capture)
{
	const struct rtp_value *value = &capture->value;
	struct rtp_leg legs[RTP_CHAIN_CPUS + 1];
	unsigned int i, n;

	parts->n = parts->users = 0;
	*longest = (struct rtp_cause) {};
	if (!(MEASURES_SPLIT & BIT(capture->row->measure)) || !value->end || !rtp_recorder_runs())
		return;
	memset(&shared_walk, 0, sizeof(shared_walk));
	shared_walk.capture = capture;
	shared_walk.longest = longest;
	if (value->legs) {
		walk_cycle(&shared_walk);
		doubt_late_timers(&shared_walk);
	} else {
		n = find_legs(capture, legs);
		for (i = 0; i < n; i++)
			rtp_walk_leg(&shared_walk, &legs[i]);
	}
	rtp_senders_find(&shared_walk);
	parts->incomplete = shared_walk.incomplete;
	if (!(MEASURES_OF_CALLBACKS & BIT(capture->row->measure)))
		split_wait(&shared_walk);
	else if (!split_duration(&shared_walk))
		return;
	rtp_parts_store(parts, &shared_walk);
}
