// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/thread.h"

#include <linux/cpu.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smpboot.h>

#include "base/lost.h"
#include "base/measure.h"
#include "compat/sched.h"
#include "hooks/single.h"
#include "hooks/timer.h"

static struct task_struct * __percpu *threads;
static u32 probe_priority = RTP_THREAD_PRIORITY_DEFAULT;
static bool running;	/* there is a thread on each CPU that is online */

void rtp_thread_expired(struct rtp_cpu *c, ktime_t expiry)
{
	if (c->thread_due) {
		rtp_lost_add(RTP_LOST_TIMER_MISSED, 1);
		return;
	}
	c->thread_own = 0;
	WRITE_ONCE(c->thread_due, expiry);
	wake_up_process(*this_cpu_ptr(threads));
}

/* Preemption off. */
static int thread_should_run(unsigned int cpu)
{
	return READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->thread_due) != 0;
}

/*
 * The clock is read first; only then is anything done, with interrupts off, as any probe does it.
 * What the timer's handler took is read before it, so that no expiry after it is subtracted.
 */
static void thread_run(unsigned int cpu)
{
	struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
	u64 own = READ_ONCE(c->thread_own);
	ktime_t now = ktime_get();

	local_irq_disable();
	own = rtp_clock_to_ns(rtp_clock_chosen, own);
	rtp_single_record_net(c, RTPROBE_MEASURE_THREAD_LATENCY,
			      ktime_to_ns(ktime_sub(now, c->thread_due)) - (s64)own, own, current);
	WRITE_ONCE(c->thread_due, 0);
	local_irq_enable();
}

static void thread_setup(unsigned int cpu)
{
	compat_set_fifo(current, probe_priority);
}

/* From now on the hooks know it for the module's own; the thread exists but has not run yet. */
static void thread_create(unsigned int cpu)
{
	WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->probe_thread, *per_cpu_ptr(threads, cpu));
}

/*
 * The CPU goes offline, its timer is cancelled: what it asked for last would look late when it
 * comes back.
 */
static void thread_park(unsigned int cpu)
{
	WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->thread_due, 0);
}

static struct smp_hotplug_thread descriptor = {
	.thread_should_run = thread_should_run,
	.thread_fn = thread_run,
	.create = thread_create,
	.setup = thread_setup,
	.park = thread_park,
	.thread_comm = "rtprobe/%u",
};

static int thread_start(u64 period)
{
	int err = smpboot_register_percpu_thread(&descriptor);

	if (err)
		return err;
	running = true;
	rtp_timer_start(RTP_TIMER_THREAD, period);
	return 0;
}

/*
 * Parked before they are stopped: 5.10 binds a thread of a CPU once more when it stops it, and
 * complains of one that is not parked. No CPU comes or goes between the two.
 */
static void stop_threads(void)
{
	int cpu;

	cpu_hotplug_disable();
	for_each_online_cpu(cpu)
		kthread_park(*per_cpu_ptr(threads, cpu));
	smpboot_unregister_percpu_thread(&descriptor);
	cpu_hotplug_enable();
}

static void thread_stop(void)
{
	int cpu;

	running = false;
	/* After this no handler wakes a thread. */
	rtp_timer_stop(RTP_TIMER_THREAD);
	stop_threads();
	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		WRITE_ONCE(c->probe_thread, NULL);
		c->thread_due = 0;
	}
}

void rtp_thread_set_priority(u32 priority)
{
	int cpu;

	if (priority == probe_priority)
		return;
	probe_priority = priority;
	if (!running)
		return;
	cpus_read_lock();
	for_each_online_cpu(cpu)
		compat_set_fifo(*per_cpu_ptr(threads, cpu), probe_priority);
	cpus_read_unlock();
}

int rtp_thread_init(void)
{
	threads = alloc_percpu(struct task_struct *);
	descriptor.store = threads;
	return threads ? 0 : -ENOMEM;
}

void rtp_thread_exit(void)
{
	free_percpu(threads);
}

const struct rtp_measure rtp_measure_thread_latency = {
	.available = rtp_timer_available,
	.start = thread_start,
	.stop = thread_stop,
};
