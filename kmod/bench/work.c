// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

/* A work item for the own CPU's worker, whose function wakes the real-time task that waits for it. */
static struct task_struct *reader;

static void run(struct work_struct *unused)
{
	wake_up_process(reader);
}

static DECLARE_WORK(work, run);

static void work_batch(void)
{
	unsigned int i;

	reader = current;
	for (i = 0; i < SERIES_PER_BATCH; i++) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		queue_work_on(raw_smp_processor_id(), system_highpri_wq, &work);
		schedule();
	}
}

static void work_exit(void)
{
	cancel_work_sync(&work);
}

const struct series work_series = {
	.name = "work",
	.batch = work_batch,
	.exit = work_exit,
};
