// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/interval.h"

#include <linux/cpu.h>
#include <linux/ktime.h>
#include <linux/smp.h>

#include "base/active.h"
#include "base/clock.h"
#include "base/handover.h"
#include "base/housekeeping.h"
#include "base/lost.h"
#include "compat/compat.h"
#include "recorder/own.h"
#include "values/usual.h"

u32 rtp_generation __read_mostly = 1;

static u64 starts[2];	/* start times of the newest two generations, indexed by the lowest bit */
static u64 interval_length;	/* ns */
static struct hrtimer timer;
static int timer_cpu;

u32 rtp_interval_open(u64 *start)
{
	u32 generation;

	do {
		generation = smp_load_acquire(&rtp_generation);
		*start = READ_ONCE(starts[generation & 1]);
		smp_rmb();
	} while (READ_ONCE(rtp_generation) != generation);
	return generation;
}

static enum hrtimer_restart interval_elapsed(struct hrtimer *unused)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	struct rtp_mark since = rtp_mark(rtp_clock_chosen, c);
	ktime_t now = ktime_get();
	u32 next = rtp_generation + 1;

	if (!next)
		/* 0 means "all" to readers; 2 keeps the alternation of starts[] */
		next = 2;
	WRITE_ONCE(starts[next & 1], ktime_to_ns(now));
	smp_store_release(&rtp_generation, next);
	rtp_usual_reset();
	if (rtp_clock_look() | rtp_lost_close_interval())
		rtp_housekeeping_kick();
	rtp_handovers_look();
	hrtimer_forward(&timer, now, ns_to_ktime(READ_ONCE(interval_length)));
	rtp_own_end(c, &since);
	return HRTIMER_RESTART;
}

/* Called by IPI on the CPU that shall run the timer. */
static void interval_start_here(void *unused)
{
	hrtimer_start(&timer, ns_to_ktime(interval_length), HRTIMER_MODE_REL_PINNED_HARD);
}

/* Call with cpus_read_lock held, or from a hotplug callback. */
static void interval_start_on(int cpu)
{
	hrtimer_cancel(&timer);
	timer_cpu = cpu;
	smp_call_function_single(cpu, interval_start_here, NULL, 1);
}

void rtp_interval_start(u64 length)
{
	cpus_read_lock();
	hrtimer_cancel(&timer);
	WRITE_ONCE(interval_length, length);
	interval_start_on(rtp_active_any_but(-1));
	cpus_read_unlock();
}

void rtp_interval_leave(int cpu)
{
	if (interval_length && timer_cpu == cpu)
		interval_start_on(rtp_active_any_but(cpu));
}

void rtp_interval_settle(void)
{
	int cpu = rtp_active_any_but(-1);

	if (interval_length && !rtp_cpu_is_active(timer_cpu) && cpu != timer_cpu)
		interval_start_on(cpu);
}

void rtp_interval_init(void)
{
	starts[rtp_generation & 1] = ktime_get_ns();
	interval_length = 0;
	compat_hrtimer_setup(&timer, interval_elapsed, HRTIMER_MODE_REL_PINNED_HARD);
}

void rtp_interval_exit(void)
{
	hrtimer_cancel(&timer);
}
