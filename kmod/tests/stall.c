// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "inside.h"
#include "stall.h"

/* Spins for the requested time; end_ns is the last time stamp. */
static void take_time(struct edu_hold *hold)
{
	hold->start_ns = ktime_get_ns();
	do {
		inside_spin();
		hold->end_ns = ktime_get_ns();
	} while (hold->end_ns - hold->start_ns < hold->asked_ns);
}

static void sleep_time(struct edu_hold *hold)
{
	unsigned long us = div_u64(hold->asked_ns, NSEC_PER_USEC);

	hold->start_ns = ktime_get_ns();
	usleep_range(us, us + us / 50 + 1);
	hold->end_ns = ktime_get_ns();
}

static void note_caller(struct edu_hold *hold)
{
	hold->cpu = raw_smp_processor_id();
	hold->pid = current->pid;
	get_task_comm(hold->comm, current);
}

struct soft {
	struct tasklet_struct tasklet;
	struct edu_hold *hold;
	bool busy; /* the softirq itself takes the time */
	bool irqs_off; /* with interrupts off */
	u64 ran_ns;
};

static void run_softly(struct tasklet_struct *tasklet)
{
	struct soft *soft = from_tasklet(soft, tasklet, tasklet);
	unsigned long flags;

	soft->ran_ns = ktime_get_ns();
	if (!soft->busy)
		return;
	if (soft->irqs_off)
		local_irq_save(flags);
	take_time(soft->hold);
	if (soft->irqs_off)
		local_irq_restore(flags);
}

/* Raises the tasklet with softirqs off, so that it runs on this CPU when they are enabled. */
static void stall_softly(struct soft *soft)
{
	struct edu_hold *hold = soft->hold;
	u64 raised, enabling, ran;

	tasklet_setup(&soft->tasklet, run_softly);
	local_bh_disable();
	note_caller(hold);
	raised = ktime_get_ns();
	tasklet_schedule(&soft->tasklet);
	if (!soft->busy)
		take_time(hold);
	enabling = ktime_get_ns();
	local_bh_enable();
	ran = ktime_get_ns();
	tasklet_kill(&soft->tasklet);
	hold->enclosing_ns = soft->busy ? ran - enabling : soft->ran_ns - raised;
}

int stall_softirq(struct edu_hold *hold)
{
	struct soft soft = { .hold = hold, .busy = true };

	stall_softly(&soft);
	return 0;
}

int stall_softirq_irqs_off(struct edu_hold *hold)
{
	struct soft soft = { .hold = hold, .busy = true, .irqs_off = true };

	stall_softly(&soft);
	return 0;
}

int stall_softirqs_off(struct edu_hold *hold)
{
	struct soft soft = { .hold = hold };

	stall_softly(&soft);
	return 0;
}

int stall_line(struct edu_hold *hold)
{
	u64 before = ktime_get_ns();

	if (!edu_irq())
		return -ENODEV;
	disable_irq(edu_irq());
	sleep_time(hold);
	enable_irq(edu_irq());
	hold->enclosing_ns = ktime_get_ns() - before;
	note_caller(hold);
	return 0;
}

static DEFINE_MUTEX(contended);

struct waiter {
	u64 asks_ns; /* stored with release before the lock is requested */
	u64 has_ns; /* stored with release when the lock was acquired */
};

static int wait_for_lock(void *data)
{
	struct waiter *waiter = data;

	smp_store_release(&waiter->asks_ns, ktime_get_ns());
	mutex_lock(&contended);
	smp_store_release(&waiter->has_ns, ktime_get_ns());
	mutex_unlock(&contended);
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

int stall_lock(struct edu_hold *hold, int cpu)
{
	struct waiter waiter = {};
	struct task_struct *victim;

	if (cpu == EDU_CPU_ANY)
		return -EINVAL;
	victim = kthread_create(wait_for_lock, &waiter, "rtprobe-victim");
	if (IS_ERR(victim))
		return PTR_ERR(victim);
	kthread_bind(victim, cpu);
	sched_set_fifo_low(victim);
	mutex_lock(&contended);
	wake_up_process(victim);
	/* One tick after it requested the lock, it sleeps. */
	while (!smp_load_acquire(&waiter.asks_ns))
		schedule_timeout_uninterruptible(1);
	schedule_timeout_uninterruptible(1);
	sleep_time(hold);
	mutex_unlock(&contended);
	while (!smp_load_acquire(&waiter.has_ns))
		schedule_timeout_uninterruptible(1);
	hold->cpu = cpu;
	hold->enclosing_ns = waiter.has_ns - waiter.asks_ns;
	hold->ran_ns = waiter.has_ns;
	hold->pid = victim->pid;
	strscpy(hold->comm, "rtprobe-victim", sizeof(hold->comm));
	kthread_stop(victim);
	return 0;
}
