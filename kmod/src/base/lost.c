// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/lost.h"

#include <linux/ktime.h>
#include <linux/limits.h>

#include "uapi/rtprobe.h"

/*
 * A handler that ends later than this after a change of the hooks is taken to have begun after
 * it. A longer one counts as a loss.
 */
#define SETTLE_NS (100 * NSEC_PER_MSEC)

static u64 pairs_from;	/* ns of ktime_get_mono_fast_ns() */
static bool grown;	/* since the start of the interval */
static bool due;	/* an event must be sent */

static const struct {
	const char *name;
	int attr;
} kinds[RTP_LOST_COUNT] = {
	[RTP_LOST_NO_ROW] = { "no_row", RTPROBE_A_LOST_NO_ROW },
	[RTP_LOST_IRQ_OUT_OF_RANGE] = { "irq_out_of_range", RTPROBE_A_LOST_IRQ_OUT_OF_RANGE },
	[RTP_LOST_UNPAIRED] = { "unpaired", RTPROBE_A_LOST_UNPAIRED },
	[RTP_LOST_NEGATIVE] = { "negative", RTPROBE_A_LOST_NEGATIVE },
	[RTP_LOST_TIMER_MISSED] = { "timer_missed", RTPROBE_A_LOST_TIMER_MISSED },
	[RTP_LOST_SPIKE_NO_SLOT] = { "spike_no_slot", RTPROBE_A_LOST_SPIKE_NO_SLOT },
	[RTP_LOST_SPIKE_LIST_FULL] = { "spike_list_full", RTPROBE_A_LOST_SPIKE_LIST_FULL },
	[RTP_LOST_EVENT_NOT_SENT] = { "event_not_sent", RTPROBE_A_LOST_EVENT_NOT_SENT },
	[RTP_LOST_NO_TASK] = { "no_task", RTPROBE_A_LOST_NO_TASK },
	[RTP_LOST_SPIKE_LIMITED] = { "spike_limited", RTPROBE_A_LOST_SPIKE_LIMITED },
	[RTP_LOST_STOLEN_FULL] = { "stolen_full", RTPROBE_A_LOST_STOLEN_FULL },
	[RTP_LOST_TRACE_OVERWRITTEN] = { "trace_overwritten", RTPROBE_A_LOST_TRACE_OVERWRITTEN },
	[RTP_LOST_IN_NMI] = { "in_nmi", RTPROBE_A_LOST_IN_NMI },
	[RTP_LOST_SPIKE_SELF_LIMITED] = { "spike_self_limited", RTPROBE_A_LOST_SPIKE_SELF_LIMITED },
	[RTP_LOST_MARKER_LIMITED] = { "marker_limited", RTPROBE_A_LOST_MARKER_LIMITED },
};

void rtp_lost_add(enum rtp_lost kind, u64 n)
{
	this_cpu_add(rtp_cpus->lost[kind], n);
	if (!READ_ONCE(grown))
		WRITE_ONCE(grown, true);
}

void rtp_lost_hooks_changing(void)
{
	WRITE_ONCE(pairs_from, U64_MAX);
}

void rtp_lost_hooks_changed(void)
{
	WRITE_ONCE(pairs_from, ktime_get_mono_fast_ns() + SETTLE_NS);
}

void rtp_lost_unpaired(void)
{
	if (ktime_get_mono_fast_ns() >= READ_ONCE(pairs_from))
		rtp_lost_add(RTP_LOST_UNPAIRED, 1);
}

u64 rtp_lost_get(enum rtp_lost kind)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->lost[kind]);
	return sum;
}

const char *rtp_lost_name(enum rtp_lost kind)
{
	return kinds[kind].name;
}

int rtp_lost_attr(enum rtp_lost kind)
{
	return kinds[kind].attr;
}

bool rtp_lost_close_interval(void)
{
	if (!READ_ONCE(grown) || !xchg(&grown, false))
		return false;
	WRITE_ONCE(due, true);
	return true;
}

bool rtp_lost_take_due(void)
{
	return xchg(&due, false);
}
