// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/softirqsoff.h"

#include <linux/interrupt.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "base/interrupted.h"
#include "base/measure.h"
#include "compat/sched.h"
#include "hooks/section.h"
#include "hooks/softirq.h"
#include "hooks/timer.h"
#include "tasks/softirq_run.h"

/* Returns a moment after which the section of the current task began; 0: unknown. */
static u64 began_after(const struct rtp_cpu *c, u64 now)
{
	const struct rtp_section *section = &c->softirqs_off;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return rtp_interrupted_since(section->clear, now);
	/* The first run is that of the newest softirq, unless several tasks run some. */
	return max(c->softirq->runs[0].entry,
		   section->clear_task == current ? section->clear : 0);
}

void rtp_softirqsoff_sample(struct rtp_cpu *c, u64 now)
{
	struct rtp_section *section = &c->softirqs_off;
	bool other = section->begin && section->task != current;

	/* On PREEMPT_RT, the task of the section may have been preempted in it. */
	if (in_serving_softirq() || (IS_ENABLED(CONFIG_PREEMPT_RT) && other))
		return;
	/* The sample may fall between the end of the section and the softirq. */
	if (section->begin && !softirq_count() && local_softirq_pending() & BIT(HI_SOFTIRQ))
		rtp_section_over(c, section, RTPROBE_MEASURE_SOFTIRQSOFF, now);
	if (!softirq_count())
		rtp_section_clear(section, now);
	else if (rtp_section_found(section, began_after(c, now), now))
		or_softirq_pending(BIT(HI_SOFTIRQ));
}

static bool softirqsoff_find(void)
{
	return compat_softirqs_are_locked() && rtp_softirq_find();
}

static int softirqsoff_start(u64 period)
{
	int err = rtp_softirq_hold();

	if (!err)
		rtp_timer_start(RTP_TIMER_SOFTIRQSOFF, period);
	return err;
}

static void softirqsoff_stop(void)
{
	int cpu;

	rtp_timer_stop(RTP_TIMER_SOFTIRQSOFF);
	/* The hook may continue for other measures. */
	for_each_possible_cpu(cpu)
		rtp_section_forget(&per_cpu_ptr(rtp_cpus, cpu)->softirqs_off);
	rtp_softirq_release();
}

const struct rtp_measure rtp_measure_softirqsoff = {
	.available = softirqsoff_find,
	.start = softirqsoff_start,
	.stop = softirqsoff_stop,
};
