// SPDX-License-Identifier: GPL-2.0-or-later
/* timer_latency, and the timer's handler, which calls all measures that start from its expiry. */
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <asm/irq_regs.h>

#include "base/edge.h"
#include "base/handover.h"
#include "base/lost.h"
#include "base/measure.h"
#include "base/outside.h"
#include "hooks/irqsoff.h"
#include "hooks/preemptoff.h"
#include "hooks/single.h"
#include "hooks/softirqsoff.h"
#include "hooks/thread.h"
#include "hooks/timer.h"
#include "recorder/own.h"

/*
 * Returns what the interrupted kernel code had disabled. An interrupt counts itself in other bits
 * of the same word. On PREEMPT_RT softirqs are disabled by a count of the task.
 */
static u64 sampled_state(void)
{
	return (preempt_count() & PREEMPT_MASK ? RTPROBE_SAMPLE_STATE_PREEMPT_OFF : 0) |
	       (softirq_count() && !in_serving_softirq() ? RTPROBE_SAMPLE_STATE_BH_OFF : 0);
}

/*
 * Records where the timer interrupted the CPU: all samples of a window are its profile. Interrupts
 * can be disabled or the task preempted only between them, so this needs no hook.
 */
static void record_sample(struct rtp_cpu *c, u64 ticks)
{
	struct pt_regs *regs = get_irq_regs();
	u64 at, state = RTPROBE_SAMPLE_STATE_USER;

	if (!regs || (is_idle_task(current) && !in_serving_softirq()))
		return;
	at = instruction_pointer(regs);
	if (!user_mode(regs)) {
		at &= BIT_ULL(RTP_RECORD_SAMPLE_BITS) - 1;
		state = sampled_state();
	} else if (at >> RTP_RECORD_SAMPLE_BITS) {
		at = 0;
	}
	rtp_recorder_put(c, RTPROBE_TRACE_EVENT_SAMPLE, at | state << RTP_RECORD_SAMPLE_BITS,
			 ticks);
}

static void record_expiry(struct rtp_cpu *c, s64 latency, u64 own)
{
	u64 payload = clamp_t(s64, latency, 0, BIT_ULL(RTP_RECORD_EXPIRY_BITS) - 1);
	u64 took = min_t(u64, rtp_clock_to_ns(rtp_clock_chosen, own), RTP_RECORD_EXPIRY_OWN_MAX);

	u64 now;

	if (!rtp_recorder_is_on())
		return;
	now = rtp_clock_now();
	record_sample(c, now);
	rtp_recorder_put(c, RTPROBE_TRACE_EVENT_TIMER_EXPIRY,
			 payload | took << RTP_RECORD_EXPIRY_BITS, now);
}

enum hrtimer_restart rtp_timer_expired(struct hrtimer *timer)
{
	struct rtp_cpu *c = container_of(timer, struct rtp_cpu, timer);
	ktime_t now = ktime_get();
	s64 latency = ktime_to_ns(ktime_sub(now, hrtimer_get_expires(timer)));
	u64 periods, ticks;

	rtp_own_timer_begin(c);
	ticks = c->own.ticks;
	if (!READ_ONCE(c->thread_due))
		c->thread_own = 0;
	rtp_outside_look(c);
	if (READ_ONCE(rtp_timer_users) & RTP_TIMER_LATENCY)
		rtp_single_record(c, RTPROBE_MEASURE_TIMER_LATENCY, latency, NULL);
	if (READ_ONCE(rtp_timer_users) & RTP_TIMER_IRQSOFF)
		rtp_irqsoff_sample(c, ticks, ticks - rtp_clock_from_ns(max_t(s64, latency, 0)));
	if (READ_ONCE(rtp_timer_users) & RTP_TIMER_PREEMPTOFF)
		rtp_preemptoff_sample(c, ticks);
	if (READ_ONCE(rtp_timer_users) & RTP_TIMER_SOFTIRQSOFF)
		rtp_softirqsoff_sample(c, ticks);
	if (READ_ONCE(rtp_timer_users) & RTP_TIMER_THREAD)
		rtp_thread_expired(c, hrtimer_get_expires(timer));
	periods = hrtimer_forward(timer, now, ns_to_ktime(READ_ONCE(rtp_timer_period)));
	if (periods > 1)
		rtp_lost_add(RTP_LOST_TIMER_MISSED, periods - 1);
	rtp_handovers_look();
	record_expiry(c, latency, rtp_own_timer_end(c));
	if (READ_ONCE(rtp_timer_users) & RTP_TIMER_IRQSOFF)
		rtp_irqsoff_sampled(c);
	return HRTIMER_RESTART;
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
};
