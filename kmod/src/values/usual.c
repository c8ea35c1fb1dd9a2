// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/usual.h"

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/minmax.h>

atomic64_t rtp_usual_base __read_mostly = ATOMIC64_INIT(0);

/* Full ordering: a CPU that reads the new base also sees all earlier writes. */
void rtp_usual_reset(void)
{
	smp_mb__before_atomic();
	atomic64_add(BIT_ULL(RTP_USUAL_BITS), &rtp_usual_base);
}

void rtp_usual_set(struct rtp_usual *usual, u64 base, u64 least, u64 most)
{
	most = min(most, BIT_ULL(RTP_USUAL_BITS) - 1);
	if (most < least) {
		rtp_usual_none(usual);
		return;
	}
	usual->least = base + least;
	usual->span = most - least;
}
