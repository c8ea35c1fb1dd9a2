// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/timer.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/math64.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "base/housekeeping.h"
#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "compat/compat.h"
#include "hooks/irqsoff.h"
#include "hooks/thread.h"
#include "recorder/recorder.h"
#include "values/record.h"

/* Only changed under cpus_read_lock, so a hotplug callback sees it settled. */
static unsigned int users;	/* mask of enum rtp_timer_user */
static u64 timer_period;	/* ns */
static int hotplug_state;

static struct rtp_row *first_sight(struct rtp_cpu *c)
{
	struct rtp_row_id id = {
		.measure = RTPROBE_MEASURE_TIMER_LATENCY,
		.name = "timer_latency",
	};

	return rtp_row_adopt(c, rtp_timer_slot(), &timer_period, &id);
}

/* The window is the latency's, up to now: the clocks of the two differ. */
static noinline void capture_late(struct rtp_cpu *c, struct rtp_row *row, u64 latency)
{
	u64 now = rtp_clock_now();
	struct rtp_value value = { .ns = latency, .begin = now - rtp_clock_from_ns(latency), .end = now };

	rtp_capture(c, row, &value);
}

static void record_latency(struct rtp_cpu *c, s64 latency)
{
	struct rtp_row *row = rtp_row_find(c, rtp_timer_slot(), &timer_period) ?: first_sight(c);

	if (latency < 0)
		rtp_lost_add(RTP_LOST_NEGATIVE, 1);
	else if (row && rtp_record(row, latency))
		capture_late(c, row, latency);
}

static void write_down(struct rtp_cpu *c, s64 latency, u64 own)
{
	u64 payload = clamp_t(s64, latency, 0, BIT_ULL(RTP_RECORD_EXPIRY_BITS) - 1);
	u64 took = min_t(u64, rtp_clock_to_ns(rtp_clock_chosen, own), RTP_RECORD_EXPIRY_OWN_MAX);

	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_TIMER_EXPIRY, payload | took << RTP_RECORD_EXPIRY_BITS,
			 rtp_clock_now());
}

/* Hard interrupt context on the CPU of the timer. */
static enum hrtimer_restart expired(struct hrtimer *timer)
{
	struct rtp_cpu *c = container_of(timer, struct rtp_cpu, timer);
	ktime_t now = ktime_get();
	u64 ticks = rtp_clock_now();
	s64 latency = ktime_to_ns(ktime_sub(now, hrtimer_get_expires(timer)));
	u64 periods;

	if (READ_ONCE(users) & RTP_TIMER_LATENCY)
		record_latency(c, latency);
	if (READ_ONCE(users) & RTP_TIMER_IRQSOFF)
		rtp_irqsoff_sample(c, ticks, ticks - rtp_clock_from_ns(max_t(s64, latency, 0)));
	if (READ_ONCE(users) & RTP_TIMER_THREAD)
		rtp_thread_expired(c, hrtimer_get_expires(timer));
	periods = hrtimer_forward(timer, now, ns_to_ktime(READ_ONCE(timer_period)));
	if (periods > 1)
		rtp_lost_add(RTP_LOST_TIMER_MISSED, periods - 1);
	write_down(c, latency, rtp_cost_own(&c->cost, ticks));
	if (READ_ONCE(users) & RTP_TIMER_IRQSOFF)
		rtp_irqsoff_sampled(c);
	return HRTIMER_RESTART;
}

/* On the CPU itself: interrupts off, or in its hotplug thread. */
static void start_here(void *unused)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 offset = div_u64(timer_period * c->cpu, nr_cpu_ids);
	ktime_t first = ktime_add_ns(ktime_get(), timer_period + offset);

	hrtimer_start(&c->timer, first, HRTIMER_MODE_ABS_PINNED_HARD);
	c->timer_running = true;
}

static void cancel(struct rtp_cpu *c)
{
	if (!c->timer_running)
		return;
	hrtimer_cancel(&c->timer);
	c->timer_running = false;
}

static void cancel_all(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		cancel(per_cpu_ptr(rtp_cpus, cpu));
}

static void restart_all(u64 period)
{
	cancel_all();
	WRITE_ONCE(timer_period, period);
	on_each_cpu(start_here, NULL, 1);
}

void rtp_timer_start(enum rtp_timer_user user, u64 period)
{
	cpus_read_lock();
	if (!users)
		restart_all(period);
	WRITE_ONCE(users, users | user);
	cpus_read_unlock();
}

void rtp_timer_set_period(u64 period)
{
	cpus_read_lock();
	if (users)
		restart_all(period);
	cpus_read_unlock();
}

void rtp_timer_stop(enum rtp_timer_user user)
{
	cpus_read_lock();
	WRITE_ONCE(users, users & ~user);
	if (!users)
		cancel_all();
	cpus_read_unlock();
	/* Handlers that still saw the user are done then. */
	synchronize_rcu();
}

static int cpu_comes(unsigned int cpu)
{
	rtp_housekeeping_kick();
	if (users)
		start_here(NULL);
	return 0;
}

/* The CPU's rows stay: what was counted stays counted. */
static int cpu_goes(unsigned int cpu)
{
	cancel(per_cpu_ptr(rtp_cpus, cpu));
	return 0;
}

bool rtp_timer_available(void)
{
	return true;
}

int rtp_timer_init(void)
{
	int cpu, state;

	for_each_possible_cpu(cpu)
		compat_hrtimer_setup(&per_cpu_ptr(rtp_cpus, cpu)->timer, expired,
				     HRTIMER_MODE_ABS_PINNED_HARD);
	state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "rtprobe:online", cpu_comes, cpu_goes);
	if (state < 0)
		return state;
	hotplug_state = state;
	return 0;
}

void rtp_timer_exit(void)
{
	cpuhp_remove_state(hotplug_state);
}

static int timer_latency_start(u64 period)
{
	rtp_timer_start(RTP_TIMER_LATENCY, period);
	return 0;
}

static void timer_latency_stop(void)
{
	rtp_timer_stop(RTP_TIMER_LATENCY);
}

const struct rtp_measure rtp_measure_timer_latency = {
	.available = rtp_timer_available,
	.start = timer_latency_start,
	.stop = timer_latency_stop,
	.is_wait = true,
};
