/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Usual values: those that change nothing of a histogram but count, sum and one bucket. Nearly all
 * are, and for them the hot path is one comparison and three additions.
 *
 * A value is not usual, and goes the slow way through rtp_hist_add, when it is one of these:
 *   - a new least or largest value of the histogram's open interval, or beyond the buckets;
 *   - over the row's threshold, so that the rules are asked (record.c, rule.c);
 *   - the first of a reporting interval, which closes the one before (interval.c), or the
 *     second, which is timed (cost.h);
 *   - the first of its row since the last switch of tasks while `stolen` is on (stolen.h);
 *   - of a row that does not exist yet: rtp_no_row has no usual values.
 *
 * All of that is one comparison: a histogram keeps the least usual value and how far the others
 * reach, as numbers on top of a base. When the base moves on, by more than any value in the
 * buckets, no value of any row is usual until the row was looked at again. It moves on when an
 * interval ends and when thresholds change. Bases 2^28 steps apart are taken for one, which is
 * months.
 */
#ifndef RTPROBE_USUAL_H
#define RTPROBE_USUAL_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/types.h>

/* Bits of a usual value; larger ones are in the last bucket, and rare. */
#define RTP_USUAL_BITS 36

/* The usual values of one histogram. Written by its own CPU. */
struct rtp_usual {
	u64 least;	/* base and value as one number */
	u64 span;	/* the largest minus the least */
};

/* The number of 0 ns now. Any context. */
extern atomic64_t rtp_usual_base;

/* Have every row look at its threshold and its interval again. Any context. */
void rtp_usual_reset(void);

static __always_inline bool rtp_usual_is(const struct rtp_usual *usual, u64 ns, u64 base)
{
	return base + ns - usual->least <= usual->span;
}

/* No value is usual until the next one was added. On the histogram's own CPU, interrupts off. */
static __always_inline void rtp_usual_none(struct rtp_usual *usual)
{
	usual->least = U64_MAX;
	usual->span = 0;
}

/* Values from @least to @most are usual, none if there are none. The same context. */
void rtp_usual_set(struct rtp_usual *usual, u64 base, u64 least, u64 most);

#endif
