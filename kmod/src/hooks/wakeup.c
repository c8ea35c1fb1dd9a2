// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/wakeup.h"

#include "base/measure.h"
#include "capture/capture.h"
#include "hooks/sched.h"

void rtp_wakeup_capture(struct rtp_cpu *c, const struct rtp_row *row,
			const struct rtp_task_entry *entry, struct task_struct *task, u64 ns,
			u64 now)
{
	struct rtp_task waker;
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.waker = &waker,
		.chain_cpu = { entry->waker_cpu },
		.chain_cpus = 1,
	};

	rtp_task_of_note(&waker, &entry->waker);
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
