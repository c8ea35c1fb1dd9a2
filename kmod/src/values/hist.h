/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log-linear histogram with one writer and lock-free readers.
 *
 * The writer is the CPU that owns the histogram, with interrupts off. It stores the bucket first,
 * the other fields next and the count last. The histogram is therefore its own sequence counter:
 * the sum of the buckets equals the count only if no write is in progress, and each write changes
 * the count.
 *
 * A bucket is 32 bits wide, plus an 8-bit carry that is incremented when the bucket wraps. This
 * gives exact counts up to 2^40 in 5 bytes.
 */
#ifndef RTPROBE_HIST_H
#define RTPROBE_HIST_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <asm/barrier.h>

#include "uapi/rtprobe.h"
#include "values/usual.h"

#define RTP_SUB (1u << RTPROBE_SUB_BITS)

/* The exact largest value of one reporting interval. */
struct rtp_interval_max {
	u64 generation;
	u64 max;
};

struct rtp_hist {
	u64 count;	/* values in the buckets; stored last */
	u64 sum;	/* ns */
	struct rtp_usual usual;	/* from min to the smaller of open_max and the ceiling */
	u64 min;	/* ns; U64_MAX while count is 0 */
	u64 max;	/* ns */
	u64 none;	/* calls that returned IRQ_NONE */
	u64 open_max;	/* ns; largest value of the newest interval that has a value ... */
	u32 generation;	/* ... and that interval's number; 0 while count is 0 */
	u32 none_generation;	/* interval of the newest IRQ_NONE */
	u32 epoch;		/* of the contents; stale if not the current one */
	bool reopened;		/* the newest value was the first one of its interval */
	/* maxima of earlier intervals, indexed by generation modulo the length */
	struct rtp_interval_max ring[RTPROBE_INTERVAL_RING];
	u32 bucket[RTPROBE_BUCKET_COUNT];
	u8 carry[RTPROBE_BUCKET_COUNT];
};

/* A consistent copy of a histogram, with the carries merged into the buckets. */
struct rtp_hist_view {
	u64 count, sum, min, max, none;
	u32 generation;
	struct rtp_interval_max ring[RTPROBE_INTERVAL_RING];	/* the newest interval included */
	u64 bucket[RTPROBE_BUCKET_COUNT];
};

/* Returns the bucket of a value of at most RTP_USUAL_BITS, in ns; see bucket-count in the ABI. */
static __always_inline unsigned long rtp_hist_usual_bucket(u64 ns)
{
	unsigned long octave = __fls(ns | RTP_SUB);

	/* Shifting left first needs one instruction less than shifting by the difference. */
	return octave * RTP_SUB + (ns << RTPROBE_SUB_BITS >> octave) - RTPROBE_SUB_BITS * RTP_SUB;
}

/* Returns the bucket of any value. */
static inline unsigned long rtp_hist_bucket(u64 ns)
{
	return ns >> RTP_USUAL_BITS ? RTPROBE_BUCKET_COUNT - 1 : rtp_hist_usual_bucket(ns);
}

/* Returns the largest value, in ns, that a bucket counts; U64_MAX for the last bucket. */
u64 rtp_hist_bucket_end(unsigned int bucket);

/*
 * Adds a usual value. Returns false if its bucket has wrapped: then rtp_hist_carry completes the
 * addition. Called on the histogram's own CPU with interrupts off, never from NMI. Sum and count
 * are updated without WRITE_ONCE, so that each update compiles to one instruction. Both are aligned
 * words, and a reader rejects a copy that it made during a write.
 */
static __always_inline bool rtp_hist_begin_usual(struct rtp_hist *hist, u64 ns)
{
	unsigned long bucket = rtp_hist_usual_bucket(ns);

	if (unlikely(!data_race(++hist->bucket[bucket])))
		return false;
	smp_wmb();
	data_race(hist->sum += ns);
	smp_wmb();
	data_race(hist->count++);
	return true;
}

/* Same context. */
void rtp_hist_carry(struct rtp_hist *hist, u64 ns);

static __always_inline void rtp_hist_add_usual(struct rtp_hist *hist, u64 ns)
{
	if (!rtp_hist_begin_usual(hist, ns))
		rtp_hist_carry(hist, ns);
}

/*
 * Adds any value, in generation @generation. Values larger than @ceiling are not usual. The usual
 * range stays valid until the base moves on from @base. Context as for rtp_hist_add_usual.
 */
void rtp_hist_add(struct rtp_hist *hist, u64 ns, u32 generation, u64 base, u64 ceiling);

/*
 * Clears a histogram of an earlier epoch; called for the first value of a new epoch. Returns the
 * number of values and IRQ_NONE calls that were cleared. Context as for rtp_hist_add.
 */
u64 rtp_hist_begin_epoch(struct rtp_hist *hist, u32 epoch);

/* Counts a call that returned IRQ_NONE. Context as for rtp_hist_add. */
static __always_inline void rtp_hist_add_none(struct rtp_hist *hist, u32 generation)
{
	WRITE_ONCE(hist->none, hist->none + 1);
	WRITE_ONCE(hist->none_generation, generation);
}

/* Clears the histogram. Called on its own CPU with interrupts off, or while it has no writer. */
void rtp_hist_clear(struct rtp_hist *hist);

/* Makes one attempt to copy a histogram. Returns false if a write interfered. Any context. */
bool rtp_hist_try_view(const struct rtp_hist *hist, struct rtp_hist_view *view);

/* Returns the upper bound, in ns, of the bucket that holds percentile @percent; 0 if empty. */
u64 rtp_hist_percentile(const struct rtp_hist_view *view, unsigned int percent);

#endif
