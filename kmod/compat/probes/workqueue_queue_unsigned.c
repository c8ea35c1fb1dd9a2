// SPDX-License-Identifier: GPL-2.0-or-later
/* The tracepoint of a queued work item passes an unsigned CPU. */
#include <linux/tracepoint.h>
#include <linux/workqueue.h>
#include <trace/events/workqueue.h>
void use(void *unused, unsigned int cpu, struct pool_workqueue *pwq, struct work_struct *work);
void use(void *unused, unsigned int cpu, struct pool_workqueue *pwq, struct work_struct *work)
{
	check_trace_callback_type_workqueue_queue_work(use);
}
