// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/timer.h"

#include <linux/cpu.h>
#include <linux/math64.h>
#include <linux/smp.h>

#include "base/active.h"
#include "base/cpu.h"
#include "compat/compat.h"

/* Changed only under cpus_read_lock, so hotplug callbacks see a consistent state. */
unsigned int rtp_timer_users __read_mostly;	/* mask of enum rtp_timer_user */
u64 rtp_timer_period __read_mostly;	/* ns */

/* Called on the CPU itself: interrupts off, or in its hotplug thread. */
static void timer_start_here(void *unused)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 offset = div_u64(rtp_timer_period * c->cpu, nr_cpu_ids);
	ktime_t first = ktime_add_ns(ktime_get(), rtp_timer_period + offset);

	hrtimer_start(&c->timer, first, HRTIMER_MODE_ABS_PINNED_HARD);
	c->timer_running = true;
}

static void timer_cancel(struct rtp_cpu *c)
{
	if (!c->timer_running)
		return;
	hrtimer_cancel(&c->timer);
	c->timer_running = false;
}

static void timer_cancel_all(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		timer_cancel(per_cpu_ptr(rtp_cpus, cpu));
}

static void timer_restart_all(u64 period)
{
	timer_cancel_all();
	WRITE_ONCE(rtp_timer_period, period);
	on_each_cpu_mask(&rtp_active_cpus, timer_start_here, NULL, 1);
}

void rtp_timer_start(enum rtp_timer_user user, u64 period)
{
	cpus_read_lock();
	if (!rtp_timer_users)
		timer_restart_all(period);
	WRITE_ONCE(rtp_timer_users, rtp_timer_users | user);
	cpus_read_unlock();
}

void rtp_timer_set_period(u64 period)
{
	cpus_read_lock();
	if (rtp_timer_users)
		timer_restart_all(period);
	cpus_read_unlock();
}

void rtp_timer_stop(enum rtp_timer_user user)
{
	cpus_read_lock();
	WRITE_ONCE(rtp_timer_users, rtp_timer_users & ~user);
	if (!rtp_timer_users)
		timer_cancel_all();
	cpus_read_unlock();
	/*
	 * Wait for handlers that still saw the user. They run with interrupts off, so the barrier
	 * is sufficient. A grace period could take long if a real-time task holds a CPU.
	 */
	rtp_active_barrier();
}

void rtp_timer_set_cpus(const struct cpumask *cpus)
{
	timer_cancel_all();
	cpumask_copy(&rtp_active_cpus, cpus);
	if (rtp_timer_users)
		on_each_cpu_mask(&rtp_active_cpus, timer_start_here, NULL, 1);
}

void rtp_timer_cpu_online(int cpu)
{
	if (rtp_timer_users && rtp_cpu_is_active(cpu))
		timer_start_here(NULL);
}

/* The CPU's rows stay, and so do their values. */
void rtp_timer_cpu_offline(int cpu)
{
	timer_cancel(per_cpu_ptr(rtp_cpus, cpu));
}

bool rtp_timer_available(void)
{
	return true;
}

int rtp_timer_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		compat_hrtimer_setup(&per_cpu_ptr(rtp_cpus, cpu)->timer, rtp_timer_expired,
				     HRTIMER_MODE_ABS_PINNED_HARD);
	return 0;
}
