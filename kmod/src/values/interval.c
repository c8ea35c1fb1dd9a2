// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/interval.h"

#include <linux/ktime.h>

#include "base/housekeeping.h"
#include "base/lost.h"
#include "compat/compat.h"
#include "values/usual.h"

u32 rtp_generation __read_mostly = 1;

static u64 starts[2];	/* of the newest two generations, by their lowest bit */
static u64 interval_length;	/* ns */
static struct hrtimer timer;

u32 rtp_interval_open(u64 *start)
{
	u32 generation;

	do {
		generation = smp_load_acquire(&rtp_generation);
		*start = READ_ONCE(starts[generation & 1]);
		smp_rmb();
	} while (READ_ONCE(rtp_generation) != generation);
	return generation;
}

static enum hrtimer_restart interval_elapsed(struct hrtimer *unused)
{
	ktime_t now = ktime_get();
	u32 next = rtp_generation + 1;

	if (!next)
		/* 0 means "all" to a reader; 2 keeps the parity of starts[] moving */
		next = 2;
	WRITE_ONCE(starts[next & 1], ktime_to_ns(now));
	smp_store_release(&rtp_generation, next);
	rtp_usual_reset();
	if (rtp_lost_close_interval())
		rtp_housekeeping_kick();
	hrtimer_forward(&timer, now, ns_to_ktime(READ_ONCE(interval_length)));
	return HRTIMER_RESTART;
}

void rtp_interval_start(u64 length)
{
	hrtimer_cancel(&timer);
	WRITE_ONCE(interval_length, length);
	hrtimer_start(&timer, ns_to_ktime(length), HRTIMER_MODE_REL_HARD);
}

void rtp_interval_init(void)
{
	starts[rtp_generation & 1] = ktime_get_ns();
	compat_hrtimer_setup(&timer, interval_elapsed, HRTIMER_MODE_REL_HARD);
}

void rtp_interval_exit(void)
{
	hrtimer_cancel(&timer);
}
