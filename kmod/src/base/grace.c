// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/grace.h"

#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "compat/probes.h"

#ifdef RTPROBE_HAVE_EXPORT_START_POLL_SYNCHRONIZE_RCU

unsigned long rtp_grace_start(void)
{
	return start_poll_synchronize_rcu();
}

bool rtp_grace_is_over(unsigned long grace)
{
	return poll_state_synchronize_rcu(grace);
}

void rtp_grace_exit(void)
{
}

#else

/* Before 5.13: uses one RCU callback at a time, whose grace periods are numbered. */
static DEFINE_RAW_SPINLOCK(grace_lock);
static struct rcu_head callback;
static unsigned long newest, ended;
static bool is_under_way, is_next_wanted;

static void grace_begin(void);

static void grace_over(struct rcu_head *unused)
{
	unsigned long flags;
	bool again;

	raw_spin_lock_irqsave(&grace_lock, flags);
	WRITE_ONCE(ended, newest);
	again = is_next_wanted;
	is_next_wanted = false;
	is_under_way = again;
	newest += again;
	raw_spin_unlock_irqrestore(&grace_lock, flags);
	if (again)
		grace_begin();
}

static void grace_begin(void)
{
	call_rcu(&callback, grace_over);
}

unsigned long rtp_grace_start(void)
{
	unsigned long flags, grace;
	bool begins;

	raw_spin_lock_irqsave(&grace_lock, flags);
	/* A grace period in progress may have begun before the caller's latest change. */
	grace = newest + 1;
	begins = !is_under_way;
	is_next_wanted = !begins;
	is_under_way = true;
	newest += begins;
	raw_spin_unlock_irqrestore(&grace_lock, flags);
	if (begins)
		grace_begin();
	return grace;
}

bool rtp_grace_is_over(unsigned long grace)
{
	return (long)(READ_ONCE(ended) - grace) >= 0;
}

void rtp_grace_exit(void)
{
	rcu_barrier();
}

#endif
