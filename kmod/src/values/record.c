// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/record.h"

bool rtp_record_unusual(struct rtp_row *row, u64 ns)
{
	/* In this order: were the threshold older than the base, the row would keep it too long. */
	u64 base = atomic64_read(&rtp_usual_base);
	u64 threshold;

	smp_rmb();
	rtp_row_enter_epoch(row);
	threshold = READ_ONCE(row->threshold);
	rtp_hist_add(&row->hist, ns, READ_ONCE(rtp_generation), base, threshold);
	return ns > threshold;
}

