// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/housekeeping.h"

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/sched.h>

#include "base/handover.h"
#include "compat/compat.h"

struct kthread_worker *rtp_worker;

static struct rtp_handover housekeeping_handover;
static struct kthread_work housekeeping_task;
static void (*housekeep)(void);

static void housekeeping_work(struct kthread_work *unused)
{
	housekeep();
}

static void housekeeping_kicked(void)
{
	kthread_queue_work(rtp_worker, &housekeeping_task);
}

void rtp_housekeeping_kick(void)
{
	rtp_handover(&housekeeping_handover);
}

void rtp_worker_set_cpus(const struct cpumask *cpus)
{
	/* Fails if none of them is online; the thread then keeps its affinity. */
	set_cpus_allowed_ptr(rtp_worker->task, cpus);
}

int rtp_housekeeping_init(void (*to_do)(void))
{
	struct kthread_worker *worker;

	housekeep = to_do;
	kthread_init_work(&housekeeping_task, housekeeping_work);
	worker = kthread_run_worker(0, "rtprobe");
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	/* Set only now: the exits take any value but NULL for a worker that can still run. */
	rtp_worker = worker;
	rtp_handover_init(&housekeeping_handover, housekeeping_kicked);
	return 0;
}

void rtp_housekeeping_exit(void)
{
	rtp_handover_exit(&housekeeping_handover);
	kthread_destroy_worker(rtp_worker);
	rtp_worker = NULL;
}

void rtp_housekeeping_expect_over(void)
{
	WARN_ONCE(rtp_worker, "rtprobe: work may still use memory that is freed\n");
}
