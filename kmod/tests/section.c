// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>

#include "section.h"

#define EACH_OF_MANY_NS (100 * NSEC_PER_USEC)

static DEFINE_SPINLOCK(held);

/* Samples of a timer find the function that it interrupted: nearly always this one. */
static noinline void section_spin(void)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		cpu_relax();
}

static u64 spin_until(u64 end_ns)
{
	u64 now;

	do {
		section_spin();
		now = ktime_get_ns();
	} while (now < end_ns);
	return now;
}

static void note_caller(struct edu_hold *hold)
{
	hold->cpu = raw_smp_processor_id();
	hold->pid = current->pid;
	get_task_comm(hold->comm, current);
}

static void take_time(struct edu_hold *hold)
{
	hold->start_ns = ktime_get_ns();
	hold->end_ns = spin_until(hold->start_ns + hold->asked_ns);
}

int section_hold(struct edu_hold *hold)
{
	u64 before = ktime_get_ns();

	note_caller(hold);
	preempt_disable();
	take_time(hold);
	preempt_enable();
	hold->enclosing_ns = ktime_get_ns() - before;
	return 0;
}

int section_hold_irqs_off(struct edu_hold *hold)
{
	u64 before = ktime_get_ns();
	unsigned long flags;

	note_caller(hold);
	preempt_disable();
	hold->start_ns = ktime_get_ns();
	spin_until(hold->start_ns + hold->asked_ns / 2);
	local_irq_save(flags);
	spin_until(hold->start_ns + hold->asked_ns / 4 * 3);
	local_irq_restore(flags);
	hold->end_ns = spin_until(hold->start_ns + hold->asked_ns);
	preempt_enable();
	hold->enclosing_ns = ktime_get_ns() - before;
	return 0;
}

int section_hold_spinlock(struct edu_hold *hold)
{
	u64 before = ktime_get_ns();

	note_caller(hold);
	spin_lock(&held);
	take_time(hold);
	spin_unlock(&held);
	hold->enclosing_ns = ktime_get_ns() - before;
	return 0;
}

/* Inline, so that preemption is enabled for as short a time as a section's end and the next one's begin take. */
static __always_inline int hold_many(struct edu_hold *hold, bool softirqs)
{
	u64 before, now, longest = 0;

	note_caller(hold);
	hold->start_ns = now = ktime_get_ns();
	do {
		before = ktime_get_ns();
		if (softirqs)
			local_bh_disable();
		else
			preempt_disable();
		spin_until(before + EACH_OF_MANY_NS);
		if (softirqs)
			local_bh_enable();
		else
			preempt_enable();
		now = ktime_get_ns();
		longest = max(longest, now - before);
	} while (now - hold->start_ns < hold->asked_ns);
	hold->end_ns = now;
	hold->enclosing_ns = longest;
	return 0;
}

int section_hold_many(struct edu_hold *hold)
{
	return hold_many(hold, false);
}

int section_hold_many_softirqs(struct edu_hold *hold)
{
	return hold_many(hold, true);
}
