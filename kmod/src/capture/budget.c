// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/budget.h"

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/timer.h>

#include "base/housekeeping.h"

/* While the bucket is empty, it is refilled when this share of it has accrued. */
#define REFILL_SHARE 16

/* Weight of the newest completion in the average: 1 / 2^this. */
#define AVERAGE_SHIFT 3

/* Expected ns of the first completion: a few are waited for before there are more. */
#define FIRST_COMPLETION_NS 5000000

static atomic64_t balance;			/* ns; negative: overdrawn */
static u64 capacity __read_mostly;		/* ns that accrue in a second; 0: no limit */
static u64 largest;				/* ns of the values of about the last second */
static atomic64_t expected = ATOMIC64_INIT(FIRST_COMPLETION_NS); /* ns of a completion */
static atomic64_t reserved;			/* ns taken for completions in advance */

static atomic64_t taken;				/* ns since load */

static DEFINE_MUTEX(budget_mutex);
static u64 refilled, decayed;			/* ns of CLOCK_MONOTONIC */
static u64 worker_ran;				/* ns of the worker's run time that were taken */
static struct kthread_delayed_work refill_work;

bool rtp_budget_allows(u64 ns)
{
	u64 most = READ_ONCE(capacity);
	u64 before = READ_ONCE(largest);
	s64 left;

	if (!most)
		return true;
	if (ns > before)
		WRITE_ONCE(largest, ns);
	left = atomic64_read(&balance);
	return left > 0 || (ns / 2 > before && left > -(s64)most);
}

void rtp_budget_capture(u64 ns)
{
	u64 advance = atomic64_read(&expected);

	atomic64_add(ns, &taken);
	if (!READ_ONCE(capacity))
		return;
	atomic64_add(advance, &reserved);
	atomic64_sub(ns + advance, &balance);
}

/*
 * Adds @settled and what has accrued since the last time. That may be hours ago: @settled has all
 * that the worker did since then. budget_mutex held.
 */
static void budget_refill(s64 settled)
{
	u64 now = ktime_get_ns();
	u64 most = capacity;
	u64 accrued = mul_u64_u64_div_u64(now - refilled, most, NSEC_PER_SEC);
	s64 excess = atomic64_add_return(accrued + settled, &balance) - (s64)most;
	u64 seconds;

	if (excess > 0)
		atomic64_sub(excess, &balance);
	refilled = now;
	seconds = div64_u64(now - decayed, NSEC_PER_SEC);
	if (!seconds)
		return;
	WRITE_ONCE(largest, READ_ONCE(largest) >> min_t(u64, seconds, 63));
	decayed = now;
}

/* Refills later if the bucket is empty; else the next completion does it. budget_mutex held. */
static void refill_later(void)
{
	s64 missing = (s64)(capacity / REFILL_SHARE) - atomic64_read(&balance);
	u64 ms;

	if (!capacity || atomic64_read(&balance) > 0)
		return;
	ms = div64_u64((u64)missing * MSEC_PER_SEC, capacity) + 1;
	ms = min_t(u64, ms, MSEC_PER_SEC);
	kthread_mod_delayed_work(rtp_worker, &refill_work, msecs_to_jiffies(ms));
}

static void refill_due(struct kthread_work *unused)
{
	mutex_lock(&budget_mutex);
	budget_refill(0);
	refill_later();
	mutex_unlock(&budget_mutex);
}

/*
 * The scheduler updates the run time at ticks and switches, so a short completion may appear in the
 * next one's. budget_mutex held.
 */
static u64 worker_used(void)
{
	u64 ran = READ_ONCE(rtp_worker->task->se.sum_exec_runtime);
	u64 used = ran - worker_ran;

	worker_ran = ran;
	return used;
}

void rtp_budget_completed(unsigned int spikes, u64 ns)
{
	s64 average = atomic64_read(&expected);
	s64 advance, used;

	mutex_lock(&budget_mutex);
	used = worker_used();
	atomic64_add(used, &taken);
	if (capacity) {
		advance = min_t(s64, spikes * average, atomic64_read(&reserved));
		atomic64_sub(advance, &reserved);
		/* Since the last spike the worker may have done other work for hours. */
		if (spikes)
			average += (div_s64(min_t(u64, used, ns), spikes) - average) /
				   (1 << AVERAGE_SHIFT);
		atomic64_set(&expected, max_t(s64, average, 0));
		budget_refill(advance - used);
		refill_later();
	}
	mutex_unlock(&budget_mutex);
}

u64 rtp_budget_taken(void)
{
	return atomic64_read(&taken);
}

void rtp_budget_set(u32 percent)
{
	mutex_lock(&budget_mutex);
	atomic64_add(worker_used(), &taken);
	WRITE_ONCE(capacity, percent * (NSEC_PER_SEC / 100));
	atomic64_set(&balance, capacity);
	atomic64_set(&reserved, 0);
	refilled = decayed = ktime_get_ns();
	mutex_unlock(&budget_mutex);
}

int rtp_budget_init(void)
{
	kthread_init_delayed_work(&refill_work, refill_due);
	/* The settings change the limit from 0, as they do the interval. */
	rtp_budget_set(0);
	return 0;
}

/* No spike is completed any more. */
void rtp_budget_exit(void)
{
	kthread_cancel_delayed_work_sync(&refill_work);
}
