// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/record.h"

bool rtp_record_unusual(struct rtp_row *row, u64 ns)
{
	/*
	 * Read the base before the threshold: a usual range with the new base needs the new
	 * threshold.
	 */
	u64 base = atomic64_read(&rtp_usual_base);
	u64 threshold;

	smp_rmb();
	rtp_row_enter_epoch(row);
	threshold = READ_ONCE(row->threshold);
	rtp_hist_add(&row->hist, ns, READ_ONCE(rtp_generation), base, threshold);
	return ns > threshold;
}

