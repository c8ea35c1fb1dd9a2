// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/housekeeping.h"

#include "base/cpu.h"
#include "capture/rule.h"
#include "compat/compat.h"
#include "netlink/event.h"
#include "values/row.h"
#include "values/source.h"

struct workqueue_struct *rtp_workqueue;

static struct irq_work kick;
static struct work_struct work;

static void housekeep(struct work_struct *unused)
{
	rtp_rows_refill();
	rtp_sources_update();
	rtp_rules_update_rows();
	rtp_event_lost_if_due();
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

int rtp_housekeeping_init(void)
{
	INIT_WORK(&work, housekeep);
	compat_irq_work_init_hard(&kick, kicked);
	rtp_workqueue = alloc_workqueue("rtprobe", WQ_UNBOUND | WQ_HIGHPRI, 0);
	return rtp_workqueue ? 0 : -ENOMEM;
}

void rtp_housekeeping_exit(void)
{
	irq_work_sync(&kick);
	destroy_workqueue(rtp_workqueue);
}
