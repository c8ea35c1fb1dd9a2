// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/housekeeping.h"

#include "base/cpu.h"
#include "compat/compat.h"

struct workqueue_struct *rtp_workqueue;

static struct irq_work kick;
static struct work_struct work;
static void (*housekeep)(void);

static void do_work(struct work_struct *unused)
{
	housekeep();
}

static void kicked(struct irq_work *unused)
{
	u64 since = rtp_clock_now();

	queue_work(rtp_workqueue, &work);
	rtp_cost_own(&this_cpu_ptr(rtp_cpus)->cost, since);
}

void rtp_housekeeping_kick(void)
{
	irq_work_queue(&kick);
}

int rtp_housekeeping_init(void (*to_do)(void))
{
	housekeep = to_do;
	INIT_WORK(&work, do_work);
	compat_irq_work_init_hard(&kick, kicked);
	rtp_workqueue = alloc_workqueue("rtprobe", WQ_UNBOUND | WQ_HIGHPRI, 0);
	return rtp_workqueue ? 0 : -ENOMEM;
}

void rtp_housekeeping_exit(void)
{
	irq_work_sync(&kick);
	destroy_workqueue(rtp_workqueue);
}
