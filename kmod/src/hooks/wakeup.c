// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/wakeup.h"

#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "hooks/sched.h"
#include "tasks/task.h"
#include "values/record.h"

void rtp_wakeup_record(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *task,
		       s64 ns, u64 now)
{
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.waker = &entry->waker,
		.chain_cpu = { entry->waker_cpu },
		.chain_cpus = 1,
	};
	struct rtp_row *row;

	if (!rtp_is_possible(ns))
		return;
	row = rtp_task_row(c, RTPROBE_MEASURE_WAKEUP_LATENCY, 0, entry);
	if (row && rtp_record(row, ns))
		rtp_capture(c, row, &value);
}

static int wakeup_start(u64 period)
{
	return rtp_sched_start(RTP_SCHED_WAKEUP_LATENCY);
}

static void wakeup_stop(void)
{
	rtp_sched_stop(RTP_SCHED_WAKEUP_LATENCY);
}

const struct rtp_measure rtp_measure_wakeup_latency = {
	.available = rtp_sched_find,
	.start = wakeup_start,
	.stop = wakeup_stop,
};
