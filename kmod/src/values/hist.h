/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log-linear histogram with one writer, read from elsewhere without any lock.
 *
 * The writer is the CPU the histogram belongs to, with interrupts off. It stores the bucket first,
 * all else next and the count last, so the histogram is its own sequence counter: the sum of the
 * buckets equals the count only while no write is half done, and the count moves with every write.
 *
 * A bucket is 32 bits and a carry of 8 bumped when it wraps: exact counts to 2^40 in 5 bytes.
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
	struct rtp_usual usual;	/* from min to the least of open_max and the ceiling */
	u64 min;	/* ns; U64_MAX while count is 0 */
	u64 max;	/* ns */
	u64 none;	/* calls that returned IRQ_NONE */
	u64 open_max;	/* ns; largest value of the newest interval with a value ... */
	u32 generation;	/* ... and that interval's number; 0 while count is 0 */
	u32 none_generation;	/* of the newest IRQ_NONE */
	u32 epoch;		/* what was counted in an earlier one is cleared */
	bool reopened;		/* the newest value was the first of an interval */
	/* intervals before, by number modulo length */
	struct rtp_interval_max ring[RTPROBE_INTERVAL_RING];
	u32 bucket[RTPROBE_BUCKET_COUNT];
	u8 carry[RTPROBE_BUCKET_COUNT];
};

/* A consistent copy, carries merged. */
struct rtp_hist_view {
	u64 count, sum, min, max, none;
	u32 generation;
	struct rtp_interval_max ring[RTPROBE_INTERVAL_RING];	/* the newest interval included */
	u64 bucket[RTPROBE_BUCKET_COUNT];
};

/* Bucket of a value of at most RTP_USUAL_BITS, in ns; see bucket-count in the ABI. */
static __always_inline unsigned long rtp_hist_usual_bucket(u64 ns)
{
	unsigned long octave = __fls(ns | RTP_SUB);

	/* Shifted the other way first: an instruction less than shifting by the difference. */
	return octave * RTP_SUB + (ns << RTPROBE_SUB_BITS >> octave) - RTPROBE_SUB_BITS * RTP_SUB;
}

/* Bucket of any value. */
static inline unsigned long rtp_hist_bucket(u64 ns)
{
	return ns >> RTP_USUAL_BITS ? RTPROBE_BUCKET_COUNT - 1 : rtp_hist_usual_bucket(ns);
}

/* Largest value, in ns, that falls into a bucket; U64_MAX for the last one. */
u64 rtp_hist_bucket_end(unsigned int bucket);

/* The rest of adding a usual value whose bucket has just wrapped. */
void rtp_hist_carry(struct rtp_hist *hist, u64 ns);

/*
 * Add a usual value. On the histogram's own CPU, interrupts off, never from NMI. Sum and count are
 * plain, so that they become one instruction each: aligned words, and a reader rejects what it saw
 * half done.
 */
static __always_inline void rtp_hist_add_usual(struct rtp_hist *hist, u64 ns)
{
	unsigned long bucket = rtp_hist_usual_bucket(ns);

	if (unlikely(!data_race(++hist->bucket[bucket])))
		return rtp_hist_carry(hist, ns);
	smp_wmb();
	data_race(hist->sum += ns);
	smp_wmb();
	data_race(hist->count++);
}

/*
 * Add any value of a generation. @ceiling: larger values shall not be usual, @base: until it moves
 * on. The same context.
 */
void rtp_hist_add(struct rtp_hist *hist, u64 ns, u32 generation, u64 base, u64 ceiling);

/*
 * Empty a histogram of an earlier epoch: the first value of a new one finds that it is due. Returns
 * the values and calls it held. Context as rtp_hist_add.
 */
u64 rtp_hist_begin_epoch(struct rtp_hist *hist, u32 epoch);

/* Count a call that returned IRQ_NONE. Context as rtp_hist_add. */
static __always_inline void rtp_hist_add_none(struct rtp_hist *hist, u32 generation)
{
	WRITE_ONCE(hist->none, hist->none + 1);
	WRITE_ONCE(hist->none_generation, generation);
}

/* Empty the histogram. On its own CPU with interrupts off, or while nothing writes it. */
void rtp_hist_clear(struct rtp_hist *hist);

/* Try once to copy a histogram that may be written meanwhile. False: a write came in between. */
bool rtp_hist_try_view(const struct rtp_hist *hist, struct rtp_hist_view *view);

/* Upper end, in ns, of the bucket in which the value of rank @percent of 100 lies; 0 when empty. */
u64 rtp_hist_percentile(const struct rtp_hist_view *view, unsigned int percent);

#endif
