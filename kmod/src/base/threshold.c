// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/threshold.h"

bool rtp_threshold_exists(enum rtprobe_measure measure, enum rtp_task_kind kind)
{
	if (rtp_measures.only_by_rule & BIT(measure))
		return false;
	return kind == RTP_KIND_USER || RTP_MEASURES_BY_TASK & BIT(measure);
}

void rtp_thresholds_fill(struct rtp_thresholds *thresholds, u64 ns)
{
	unsigned int measure, kind;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		for (kind = 0; kind < RTP_KINDS; kind++)
			if (rtp_threshold_exists(measure, kind))
				thresholds->ns[measure][kind] = ns;
}

u64 rtp_thresholds_lowest(const struct rtp_thresholds *thresholds)
{
	unsigned int measure, kind;
	u64 lowest = 0;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		for (kind = 0; kind < RTP_KINDS; kind++) {
			u64 ns = thresholds->ns[measure][kind];

			if (ns && (!lowest || ns < lowest))
				lowest = ns;
		}
	return lowest;
}
