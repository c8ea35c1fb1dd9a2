// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint.h>

#include "edu.h"
#include "nmi.h"

/* Their probes have two arguments: the lock and an integer. */
static struct tracepoint *begin, *end;

static void look_up(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "contention_begin"))
		begin = tp;
	else if (!strcmp(tp->name, "contention_end"))
		end = tp;
}

static void call(struct tracepoint *tp, void *lock)
{
	struct tracepoint_func *probe = rcu_dereference_raw(tp->funcs);

	for (; probe && probe->func; probe++)
		((void (*)(void *, void *, unsigned int))probe->func)(probe->data, lock, 0);
}

int nmi_lose_end(struct edu_hold *hold)
{
	unsigned long flags;

	for_each_kernel_tracepoint(look_up, NULL);
	if (!begin)
		return -ENOENT;
	local_irq_save(flags);
	call(begin, &begin);
	local_irq_restore(flags);
	hold->start_ns = hold->end_ns = ktime_get_ns();
	hold->cpu = raw_smp_processor_id();
	hold->pid = current->pid;
	return 0;
}

int nmi_call_hooks(struct edu_hold *hold)
{
	unsigned long flags;

	for_each_kernel_tracepoint(look_up, NULL);
	if (!begin || !end)
		return -ENOENT;
	hold->start_ns = ktime_get_ns();
	local_irq_save(flags);
	__preempt_count_add(NMI_OFFSET);
	call(begin, &begin);
	call(end, &begin);
	__preempt_count_sub(NMI_OFFSET);
	local_irq_restore(flags);
	hold->end_ns = ktime_get_ns();
	hold->cpu = raw_smp_processor_id();
	hold->pid = current->pid;
	return 0;
}
