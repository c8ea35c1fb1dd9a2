// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/timer.h>

/* An armed timer of the timer wheel that is armed again, in another bucket of the wheel. */
static struct timer_list timer;

static void expired(struct timer_list *unused)
{
}

static void arming_batch(void)
{
	unsigned int i;

	for (i = 0; i < SERIES_PER_BATCH; i++)
		mod_timer(&timer, jiffies + (i & 1 ? HZ : 2 * HZ));
}

static int arming_init(void)
{
	timer_setup(&timer, expired, 0);
	return 0;
}

static void arming_exit(void)
{
	while (timer_pending(&timer))
		msleep(20);
	/* The softirq has left the function then. */
	synchronize_rcu();
}

const struct series arming_series = {
	.name = "arming",
	.batch = arming_batch,
	.init = arming_init,
	.exit = arming_exit,
};
