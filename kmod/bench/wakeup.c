// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <uapi/linux/sched/types.h>

/*
 * A pair of wake-ups and switches: the reader of the series wakes a real-time thread and sleeps; the thread wakes the
 * reader and sleeps. Both must have the same real-time priority, so that neither preempts the other.
 */
static struct task_struct *partner, *reader;

static int answer(void *unused)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (reader)
			wake_up_process(reader);
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void wakeup_batch(void)
{
	unsigned int i;

	reader = current;
	for (i = 0; i < SERIES_PER_BATCH; i++) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		wake_up_process(partner);
		schedule();
	}
	reader = NULL;
}

static int wakeup_init(void)
{
	partner = kthread_create(answer, NULL, "rtprobe-bench");
	if (IS_ERR(partner))
		return PTR_ERR(partner);
	sched_set_fifo(partner);
	wake_up_process(partner);
	return 0;
}

static void wakeup_exit(void)
{
	kthread_stop(partner);
}

const struct series wakeup_series = {
	.name = "wakeup",
	.batch = wakeup_batch,
	.init = wakeup_init,
	.exit = wakeup_exit,
};
