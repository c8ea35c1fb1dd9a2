// SPDX-License-Identifier: GPL-2.0-or-later
#include "timer.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/math64.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "compat/compat.h"
#include "housekeeping.h"
#include "record.h"
#include "recorder.h"
#include "thread.h"

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

/* Handlers that end after the next expiry fell due are candidates for the cause of its latency. */
static void await_next(struct rtp_cpu *c, s64 until_due)
{
	c->longest_ns = 0;
	c->longest = NULL;
	c->timer_due = rtp_clock_now() + rtp_clock_from_ns(max_t(s64, until_due, 0));
}

/* Hard interrupt context on the CPU of the timer. */
static enum hrtimer_restart expired(struct hrtimer *timer)
{
	struct rtp_cpu *c = container_of(timer, struct rtp_cpu, timer);
	ktime_t now = ktime_get();
	s64 latency = ktime_to_ns(ktime_sub(now, hrtimer_get_expires(timer)));
	u64 periods;

	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_TIMER_EXPIRY, max_t(s64, latency, 0), rtp_clock_now());
	if (READ_ONCE(users) & RTP_TIMER_LATENCY)
		record_latency(c, latency);
	if (READ_ONCE(users) & RTP_TIMER_THREAD)
		rtp_thread_expired(c, hrtimer_get_expires(timer));
	periods = hrtimer_forward(timer, now, ns_to_ktime(READ_ONCE(timer_period)));
	if (periods > 1)
		rtp_lost_add(RTP_LOST_TIMER_MISSED, periods - 1);
	await_next(c, ktime_to_ns(ktime_sub(hrtimer_get_expires(timer), now)));
	return HRTIMER_RESTART;
}

/* On the CPU itself: interrupts off, or in its hotplug thread. */
static void start_here(void *unused)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 offset = div_u64(timer_period * c->cpu, nr_cpu_ids);
	ktime_t first = ktime_add_ns(ktime_get(), timer_period + offset);

	await_next(c, timer_period + offset);
	hrtimer_start(&c->timer, first, HRTIMER_MODE_ABS_PINNED_HARD);
	c->timer_running = true;
}

static void cancel(struct rtp_cpu *c)
{
	if (!c->timer_running)
		return;
	hrtimer_cancel(&c->timer);
	c->timer_running = false;
	c->longest_ns = U64_MAX;
}

static void stop_all(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		cancel(per_cpu_ptr(rtp_cpus, cpu));
}

static void restart_all(u64 period)
{
	stop_all();
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
		stop_all();
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
