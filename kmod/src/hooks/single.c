// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/single.h"

#include "base/lost.h"
#include "capture/capture.h"
#include "values/record.h"

struct rtp_row *rtp_single_adopt(struct rtp_cpu *c, enum rtprobe_measure measure)
{
	struct rtp_row_id id = { .measure = measure, .name = rtp_measure_names[measure] };

	return rtp_row_adopt(c, rtp_measure_slot(measure), &rtp_measure_names[measure], &id);
}

static noinline void single_capture(struct rtp_cpu *c, struct rtp_row *row, u64 ns, u64 own,
				    struct task_struct *victim)
{
	u64 now = rtp_clock_now();
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns + own),
		.end = now,
		.victim = victim,
	};

	rtp_capture(c, row, &value);
}

void rtp_single_record_net(struct rtp_cpu *c, enum rtprobe_measure measure, s64 ns, u64 own,
			   struct task_struct *victim)
{
	struct rtp_row *row = rtp_single_row(c, measure);

	if (rtp_is_possible(ns) && row && rtp_record(row, ns))
		single_capture(c, row, ns, own, victim);
}

void rtp_single_record(struct rtp_cpu *c, enum rtprobe_measure measure, s64 ns,
		       struct task_struct *victim)
{
	rtp_single_record_net(c, measure, ns, 0, victim);
}
