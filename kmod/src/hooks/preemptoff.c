// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/preemptoff.h"

#include <linux/preempt.h>
#include <linux/sched.h>

#include "base/interrupted.h"
#include "base/measure.h"
#include "compat/sched.h"
#include "hooks/sched.h"
#include "hooks/section.h"
#include "hooks/thread.h"
#include "hooks/timer.h"

/*
 * Whether the task has disabled preemption. An interrupt counts itself in other bits of the same
 * word. Where softirqs are counted in it, disabling them disables preemption, too. The idle task
 * always has it disabled, which delays nobody.
 */
static bool is_preempt_off(void)
{
	return preempt_count() & (PREEMPT_MASK | SOFTIRQ_MASK) && !is_idle_task(current);
}

void rtp_preemptoff_sample(struct rtp_cpu *c, u64 now)
{
	struct rtp_section *section = &c->preempt_off;

	/* What the task below a softirq has disabled is unknown. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq())
		return;
	/* The sample may fall between the end of the section and the switch. */
	if (section->begin && !is_preempt_off() && need_resched())
		rtp_section_over(c, section, RTPROBE_MEASURE_PREEMPTOFF, now);
	if (!is_preempt_off() || !rtp_thread_can_preempt() || !compat_preempts_kernel())
		rtp_section_clear(section, now);
	else if (rtp_section_found(section, rtp_interrupted_since(section->clear, now), now))
		rtp_thread_wake();
}

static bool preemptoff_find(void)
{
	return compat_preempts_kernel() && rtp_sched_find();
}

static int preemptoff_start(u64 period)
{
	int err = rtp_thread_hold();

	if (err)
		return err;
	err = rtp_sched_start(RTP_SCHED_PREEMPTOFF);
	if (err)
		rtp_thread_release();
	else
		rtp_timer_start(RTP_TIMER_PREEMPTOFF, period);
	return err;
}

static void preemptoff_stop(void)
{
	int cpu;

	rtp_timer_stop(RTP_TIMER_PREEMPTOFF);
	/* The hook may continue for other measures. */
	for_each_possible_cpu(cpu)
		rtp_section_forget(&per_cpu_ptr(rtp_cpus, cpu)->preempt_off);
	rtp_sched_stop(RTP_SCHED_PREEMPTOFF);
	rtp_thread_release();
}

const struct rtp_measure rtp_measure_preemptoff = {
	.available = preemptoff_find,
	.start = preemptoff_start,
	.stop = preemptoff_stop,
};
