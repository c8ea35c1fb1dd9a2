// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/thread.h"

#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "base/active.h"
#include "base/held.h"
#include "base/lost.h"
#include "base/measure.h"
#include "base/own.h"
#include "compat/sched.h"
#include "hooks/single.h"
#include "hooks/timer.h"
#include "tasks/task.h"

/*
 * NULL on CPUs without a thread. Changed under cpus_read_lock with the config mutex held, or in a
 * hotplug callback.
 */
static struct task_struct * __percpu *threads;
static u32 probe_priority = RTP_THREAD_PRIORITY_DEFAULT;
static unsigned int holders;	/* nonzero: each online active CPU has a thread */

bool rtp_thread_can_preempt(void)
{
	const struct task_struct *thread = READ_ONCE(*this_cpu_ptr(threads));

	/* A lower number is a higher priority. Deadline tasks and the stopper have the lowest. */
	return thread && thread->prio < current->prio;
}

void rtp_thread_wake(void)
{
	struct task_struct *thread = READ_ONCE(*this_cpu_ptr(threads));

	if (thread)
		wake_up_process(thread);
}

void rtp_thread_expired(struct rtp_cpu *c, ktime_t expiry)
{
	struct task_struct *thread = READ_ONCE(*this_cpu_ptr(threads));

	if (!thread)
		return;
	if (c->thread_due) {
		rtp_lost_add(RTP_LOST_TIMER_MISSED, 1);
		return;
	}
	WRITE_ONCE(c->thread_due, expiry);
	wake_up_process(thread);
}

/*
 * Records with interrupts off, as all probes do. If its CPU went offline, the thread may run on
 * another CPU; the latency is then discarded.
 */
static void thread_record(struct rtp_cpu *c, ktime_t now, u64 own_ticks)
{
	u64 own = rtp_clock_to_ns(rtp_clock_chosen, own_ticks);

	local_irq_disable();
	if (c->thread_due && smp_processor_id() == c->cpu)
		rtp_single_record_net(c, RTPROBE_MEASURE_THREAD_LATENCY,
				      ktime_to_ns(ktime_sub(now, c->thread_due)) - (s64)own, own,
				      current);
	WRITE_ONCE(c->thread_due, 0);
	local_irq_enable();
}

/*
 * Reads the clock before anything else. The module's own time is read even before that, so that no
 * later expiry is subtracted.
 */
static int thread_run(void *data)
{
	struct rtp_cpu *c = data;

	WRITE_ONCE(c->thread_ran, true);
	for (;;) {
		ktime_t now;
		u64 own;

		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (!READ_ONCE(c->thread_due)) {
			schedule();
			continue;
		}
		own = READ_ONCE(c->thread_own);
		now = ktime_get();
		__set_current_state(TASK_RUNNING);
		thread_record(c, now, own);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/*
 * Creates and wakes a thread, but does not wait for it. The hooks then treat it as the module's
 * own.
 */
static int thread_create(int cpu)
{
	struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
	struct task_struct *thread = kthread_create_on_node(thread_run, c, cpu_to_node(cpu),
							    "rtprobe/%d", cpu);

	if (IS_ERR(thread))
		return PTR_ERR(thread);
	c->thread_ran = false;
	c->thread_due = 0;
	rtp_own_thread_begin(cpu, thread);
	/* Until it is bound it may still be on its way to sleep, and be followed. */
	kthread_bind(thread, cpu);
	rtp_task_unfollow(thread);
	compat_set_fifo(thread, probe_priority);
	WRITE_ONCE(*per_cpu_ptr(threads, cpu), thread);
	wake_up_process(thread);
	return 0;
}

/* No handler wakes the thread any more. It ends on this CPU, because its own CPU may not run it. */
static void thread_end(int cpu)
{
	struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
	struct task_struct *thread = c->probe_thread;

	if (!thread)
		return;
	set_cpus_allowed_ptr(thread, cpumask_of(raw_smp_processor_id()));
	kthread_stop(thread);
	rtp_own_thread_end(cpu);
	c->thread_due = 0;
}

/* Ends the threads of all CPUs that are not in @but. */
static void thread_end_all(const struct cpumask *but)
{
	int cpu;

	cpus_read_lock();
	for_each_possible_cpu(cpu)
		if (!cpumask_test_cpu(cpu, but))
			WRITE_ONCE(*per_cpu_ptr(threads, cpu), NULL);
	/* Wait for handlers that still saw a thread. */
	rtp_active_barrier();
	for_each_possible_cpu(cpu)
		if (!cpumask_test_cpu(cpu, but))
			thread_end(cpu);
	cpus_read_unlock();
}

/* Creates threads on the online CPUs of @cpus that have none. */
static int thread_create_all(const struct cpumask *cpus)
{
	int err = 0;
	int cpu;

	cpus_read_lock();
	for_each_cpu_and(cpu, cpus, cpu_online_mask) {
		if (!*per_cpu_ptr(threads, cpu))
			err = thread_create(cpu);
		if (err)
			break;
	}
	cpus_read_unlock();
	return err;
}

/*
 * Returns 0 when each thread has run once, -EBUSY if one does not within RTP_PATIENCE_MS. Does not
 * hold the CPU hotplug lock meanwhile.
 */
static int thread_await_all(void)
{
	unsigned long limit = jiffies + msecs_to_jiffies(RTP_PATIENCE_MS);
	int cpu;

	for_each_possible_cpu(cpu)
		while (*per_cpu_ptr(threads, cpu) && cpu_online(cpu) &&
		       !READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->thread_ran)) {
			if (time_after(jiffies, limit)) {
				rtp_held_note(cpu);
				return -EBUSY;
			}
			schedule_timeout_uninterruptible(1);
		}
	return 0;
}

/* Provides threads on @cpus. On an error only those on the CPUs of @before remain. */
static int thread_provide(const struct cpumask *cpus, const struct cpumask *before)
{
	int err = thread_create_all(cpus) ?: thread_await_all();

	if (err)
		thread_end_all(before);
	return err;
}

static void thread_set_holders(unsigned int n)
{
	cpus_read_lock();
	holders = n;
	cpus_read_unlock();
}

int rtp_thread_hold(void)
{
	int err = holders ? 0 : thread_provide(&rtp_active_cpus, cpu_none_mask);

	if (!err)
		thread_set_holders(holders + 1);
	return err;
}

void rtp_thread_release(void)
{
	thread_set_holders(holders - 1);
	if (!holders)
		thread_end_all(cpu_none_mask);
}

static int thread_start(u64 period)
{
	int err = rtp_thread_hold();

	if (!err)
		rtp_timer_start(RTP_TIMER_THREAD, period);
	return err;
}

static void thread_stop(void)
{
	/* After this, no handler wakes a thread for this measure. */
	rtp_timer_stop(RTP_TIMER_THREAD);
	rtp_thread_release();
}

int rtp_thread_set_cpus(const struct cpumask *cpus)
{
	int err;

	if (!holders)
		return 0;
	err = thread_provide(cpus, &rtp_active_cpus);
	if (!err)
		thread_end_all(cpus);
	return err;
}

/* Moves a thread back that ran on another CPU. If a new thread cannot be created, there is none. */
void rtp_thread_cpu_online(int cpu)
{
	struct task_struct *thread = *per_cpu_ptr(threads, cpu);

	if (thread)
		set_cpus_allowed_ptr(thread, cpumask_of(cpu));
	else if (holders && rtp_cpu_is_active(cpu))
		thread_create(cpu);
}

/* Discards the last expiry: it would look late when the CPU is online again. */
void rtp_thread_cpu_offline(int cpu)
{
	WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->thread_due, 0);
}

void rtp_thread_set_priority(u32 priority)
{
	int cpu;

	if (priority == probe_priority)
		return;
	probe_priority = priority;
	cpus_read_lock();
	for_each_possible_cpu(cpu)
		if (*per_cpu_ptr(threads, cpu))
			compat_set_fifo(*per_cpu_ptr(threads, cpu), probe_priority);
	cpus_read_unlock();
}

int rtp_thread_init(void)
{
	threads = alloc_percpu(struct task_struct *);
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
