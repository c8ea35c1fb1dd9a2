// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/bottom_half.h>
#include <linux/interrupt.h>

/* A softirq that is raised and runs at once, in the same task: TASKLET, with a function that does nothing. */
static void run(struct tasklet_struct *unused)
{
}

static DECLARE_TASKLET(tasklet, run);

static void softirq_batch(void)
{
	unsigned int i;

	for (i = 0; i < SERIES_PER_BATCH; i++) {
		local_bh_disable();
		tasklet_schedule(&tasklet);
		local_bh_enable();
	}
}

static void softirq_exit(void)
{
	tasklet_kill(&tasklet);
}

const struct series softirq_series = {
	.name = "softirq",
	.batch = softirq_batch,
	.exit = softirq_exit,
};
