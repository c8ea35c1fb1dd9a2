// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/housekeeping.h"

#include <linux/bug.h>

#include "base/cpu.h"
#include "base/edge.h"
#include "compat/compat.h"

struct workqueue_struct *rtp_workqueue;

static struct irq_work housekeeping_kick;
static struct work_struct housekeeping_task;
static void (*housekeep)(void);

static void housekeeping_work(struct work_struct *unused)
{
	housekeep();
}

static void housekeeping_kicked(struct irq_work *unused)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	struct rtp_mark since = rtp_mark(rtp_clock_chosen, c);

	queue_work(rtp_workqueue, &housekeeping_task);
	rtp_cost_own(c, &since);
}

void rtp_housekeeping_kick(void)
{
	irq_work_queue(&housekeeping_kick);
}

int rtp_housekeeping_init(void (*to_do)(void))
{
	housekeep = to_do;
	INIT_WORK(&housekeeping_task, housekeeping_work);
	compat_irq_work_init_hard(&housekeeping_kick, housekeeping_kicked);
	rtp_workqueue = alloc_workqueue("rtprobe", WQ_UNBOUND | WQ_HIGHPRI, 0);
	return rtp_workqueue ? 0 : -ENOMEM;
}

void rtp_housekeeping_exit(void)
{
	irq_work_sync(&housekeeping_kick);
	destroy_workqueue(rtp_workqueue);
	rtp_workqueue = NULL;
}

void rtp_housekeeping_expect_over(void)
{
	WARN_ONCE(rtp_workqueue, "rtprobe: memory is freed that work still reads\n");
}
