// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/hist.h"

#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>

u64 rtp_hist_bucket_end(unsigned int bucket)
{
	unsigned int shift;

	if (bucket >= RTPROBE_BUCKET_COUNT - 1)
		return U64_MAX;
	if (bucket < 2 * RTP_SUB)
		return bucket;
	shift = bucket / RTP_SUB - 1;
	return ((u64)(bucket - shift * RTP_SUB + 1) << shift) - 1;
}

void rtp_hist_clear(struct rtp_hist *hist)
{
	u32 epoch = hist->epoch;

	/* Readers ignore the histogram until its epoch is the current one. */
	memset(hist, 0, sizeof(*hist));
	hist->epoch = epoch;
	hist->min = U64_MAX;
	rtp_usual_none(&hist->usual);
}

u64 rtp_hist_begin_epoch(struct rtp_hist *hist, u32 epoch)
{
	u64 held = hist->count + hist->none;

	rtp_hist_clear(hist);
	/*
	 * Pairs with the acquire in rtp_view_of: a reader of the new epoch sees the histogram
	 * empty.
	 */
	smp_store_release(&hist->epoch, epoch);
	return held;
}

void rtp_hist_carry(struct rtp_hist *hist, u64 ns)
{
	unsigned long bucket = rtp_hist_usual_bucket(ns);

	WRITE_ONCE(hist->carry[bucket], hist->carry[bucket] + 1);
	smp_wmb();
	hist->sum += ns;
	smp_wmb();
	hist->count++;
}

/* Called for a value of a later interval: moves the maximum of the open interval into the ring. */
static void open_interval(struct rtp_hist *hist, u64 ns, u32 generation)
{
	struct rtp_interval_max *slot = &hist->ring[hist->generation % RTPROBE_INTERVAL_RING];

	WRITE_ONCE(slot->generation, hist->generation);
	WRITE_ONCE(slot->max, hist->open_max);
	WRITE_ONCE(hist->generation, generation);
	WRITE_ONCE(hist->open_max, ns);
}

void rtp_hist_add(struct rtp_hist *hist, u64 ns, u32 generation, u64 base, u64 ceiling)
{
	unsigned long bucket = rtp_hist_bucket(ns);

	if (unlikely(!data_race(++hist->bucket[bucket])))
		WRITE_ONCE(hist->carry[bucket], hist->carry[bucket] + 1);
	smp_wmb();
	data_race(hist->sum += ns);
	if (ns < hist->min)
		WRITE_ONCE(hist->min, ns);
	if (ns > hist->max)
		WRITE_ONCE(hist->max, ns);
	hist->reopened = hist->generation != generation;
	if (hist->reopened)
		open_interval(hist, ns, generation);
	else if (ns > hist->open_max)
		WRITE_ONCE(hist->open_max, ns);
	/* The second value of an interval also takes the slow path; cost.h measures it. */
	if (hist->reopened)
		rtp_usual_none(&hist->usual);
	else
		rtp_usual_set(&hist->usual, base, hist->min, min(hist->open_max, ceiling));
	smp_wmb();
	data_race(hist->count++);
}

/*
 * Reads in the opposite order of the writer. If the reader sees part of an unfinished write, it
 * also sees the incremented bucket, so the sum of the buckets differs from the count.
 */
bool rtp_hist_try_view(const struct rtp_hist *hist, struct rtp_hist_view *view)
{
	struct rtp_interval_max *slot;
	u64 total = 0;
	unsigned int i;

	view->count = smp_load_acquire(&hist->count);
	view->sum = READ_ONCE(hist->sum);
	view->min = READ_ONCE(hist->min);
	view->max = READ_ONCE(hist->max);
	view->none = READ_ONCE(hist->none);
	view->generation = READ_ONCE(hist->generation);
	for (i = 0; i < RTPROBE_INTERVAL_RING; i++) {
		view->ring[i].generation = READ_ONCE(hist->ring[i].generation);
		view->ring[i].max = READ_ONCE(hist->ring[i].max);
	}
	slot = &view->ring[view->generation % RTPROBE_INTERVAL_RING];
	slot->generation = view->generation;
	slot->max = READ_ONCE(hist->open_max);
	smp_rmb();
	for (i = 0; i < RTPROBE_BUCKET_COUNT; i++) {
		view->bucket[i] =
			READ_ONCE(hist->bucket[i]) + ((u64)READ_ONCE(hist->carry[i]) << 32);
		total += view->bucket[i];
	}
	smp_rmb();
	return total == view->count && READ_ONCE(hist->count) == view->count;
}

u64 rtp_hist_percentile(const struct rtp_hist_view *view, unsigned int percent)
{
	u64 rank = div_u64(view->count * percent, 100);	/* counts end at 2^40 */
	u64 seen = 0;
	unsigned int i;

	if (!view->count)
		return 0;
	for (i = 0; i < RTPROBE_BUCKET_COUNT; i++) {
		seen += view->bucket[i];
		if (seen > rank || seen == view->count)
			break;
	}
	return min(rtp_hist_bucket_end(i), view->max);
}
