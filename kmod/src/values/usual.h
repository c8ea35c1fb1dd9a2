/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Usual values change only the count, the sum and one bucket of a histogram. Nearly all values are
 * usual. For them the hot path is one comparison and three additions.
 *
 * A value is not usual, and takes the slow path through rtp_hist_add, if it is one of these:
 *   - a new minimum of the histogram, a new maximum of the open interval, or beyond the buckets;
 *   - over the row's threshold, so that the rules must be evaluated (record.c, rule.c);
 *   - the first of a reporting interval, which closes the previous one (interval.c), or the
 *     second, whose recording is timed (cost.h);
 *   - the first of its row since the last task switch, while `stolen` is on (stolen.h);
 *   - of a row that does not exist yet: rtp_no_row has no usual values.
 *
 * One comparison covers all of these. A histogram stores the least usual value, added to a base,
 * and the span up to the largest. When the base advances, by more than any value in the buckets, no
 * value of any row is usual until the row's range was computed again. The base advances when an
 * interval ends and when thresholds change. It repeats after 2^28 steps, which takes months.
 */
#ifndef RTPROBE_USUAL_H
#define RTPROBE_USUAL_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/types.h>

/* Bits of a usual value; larger values are rare and counted in the last bucket. */
#define RTP_USUAL_BITS 36

/* The range of usual values of one histogram. Written by its own CPU. */
struct rtp_usual {
	u64 least;	/* base plus the least usual value */
	u64 span;	/* largest minus least usual value */
};

/* The base: what a value of 0 ns is compared as. Readable in any context. */
extern atomic64_t rtp_usual_base;

/* Advances the base, so that each row reads its threshold and interval again. Any context. */
void rtp_usual_reset(void);

static __always_inline bool rtp_usual_is(const struct rtp_usual *usual, u64 ns, u64 base)
{
	return base + ns - usual->least <= usual->span;
}

/* Empties the range until the next value is added. On the histogram's own CPU, interrupts off. */
static __always_inline void rtp_usual_none(struct rtp_usual *usual)
{
	usual->least = U64_MAX;
	usual->span = 0;
}

/* Sets the range to @least..@most; empty if @most < @least. Same context. */
void rtp_usual_set(struct rtp_usual *usual, u64 base, u64 least, u64 most);

#endif
