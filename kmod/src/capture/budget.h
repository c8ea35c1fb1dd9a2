/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A limit on the time that captures and the worker take, as a share of one CPU (the setting
 * self_limit). Beyond it spikes are counted, but their details are not captured.
 *
 * The limit is a token bucket of measured time. It holds what accrues in a second. A capture takes
 * its own time and, in advance, the worker's expected time; the worker settles the difference. So a
 * second has at most what it accrued, plus once what the bucket holds.
 *
 * A value that is more than twice as large as all of the last second may overdraw the bucket by as
 * much as it holds: the largest values of a storm are captured, although small ones have used up
 * the limit.
 */
#ifndef RTPROBE_BUDGET_H
#define RTPROBE_BUDGET_H

#include <linux/types.h>

#define RTP_SELF_LIMIT_DEFAULT 2	/* percent of one CPU */
#define RTP_SELF_LIMIT_MAX 100

/* Returns whether a spike of @ns may be captured. Any context but NMI. */
bool rtp_budget_allows(u64 ns);

/* Notes a capture that took @ns. Context as above. */
void rtp_budget_capture(u64 ns);

/*
 * All functions below: process context.
 *
 * The worker completed @spikes within @ns. Called by the worker.
 */
void rtp_budget_completed(unsigned int spikes, u64 ns);

/* Returns the ns that captures and the worker have taken since load. */
u64 rtp_budget_taken(void);

/* Sets the limit in percent of one CPU; 0: none. */
void rtp_budget_set(u32 percent);

int rtp_budget_init(void);
void rtp_budget_exit(void);

#endif
