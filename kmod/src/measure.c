// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "hardirq.h"
#include "nmi.h"
#include "sched.h"
#include "timer.h"
#include "vector.h"
#include "wakeup.h"

static u32 available;

static const char *const names[RTPROBE_MEASURE_COUNT] = {
	[RTPROBE_MEASURE_HARDIRQ_DURATION] = "hardirq_duration",
	[RTPROBE_MEASURE_VECTOR_DURATION] = "vector_duration",
	[RTPROBE_MEASURE_TIMER_LATENCY] = "timer_latency",
	[RTPROBE_MEASURE_IRQ_THREAD_LATENCY] = "irq_thread_latency",
	[RTPROBE_MEASURE_IRQ_THREAD_DURATION] = "irq_thread_duration",
	[RTPROBE_MEASURE_SOFTIRQ_LATENCY] = "softirq_latency",
	[RTPROBE_MEASURE_SOFTIRQ_DURATION] = "softirq_duration",
	[RTPROBE_MEASURE_THREAD_LATENCY] = "thread_latency",
	[RTPROBE_MEASURE_IRQSOFF] = "irqsoff",
	[RTPROBE_MEASURE_IRQLINE_OFF] = "irqline_off",
	[RTPROBE_MEASURE_WAKEUP_LATENCY] = "wakeup_latency",
	[RTPROBE_MEASURE_IRQ_TO_TASK] = "irq_to_task",
	[RTPROBE_MEASURE_STOLEN] = "stolen",
};

const char *rtp_measure_name(enum rtprobe_measure measure)
{
	return names[measure];
}

int rtp_measure_by_name(const char *name)
{
	int measure = match_string(names, ARRAY_SIZE(names), name);

	return measure < 0 ? -ENOENT : measure;
}

u32 rtp_measures_available(void)
{
	return available;
}

void rtp_measures_find(void)
{
	rtp_nmi_find();
	available = BIT(RTPROBE_MEASURE_TIMER_LATENCY);
	if (rtp_hardirq_find())
		available |= BIT(RTPROBE_MEASURE_HARDIRQ_DURATION);
	if (rtp_vector_find())
		available |= BIT(RTPROBE_MEASURE_VECTOR_DURATION);
	if (rtp_sched_find())
		available |= BIT(RTPROBE_MEASURE_WAKEUP_LATENCY);
}

static int start(enum rtprobe_measure measure, u64 period)
{
	switch (measure) {
	case RTPROBE_MEASURE_HARDIRQ_DURATION:
		return rtp_hardirq_start();
	case RTPROBE_MEASURE_VECTOR_DURATION:
		return rtp_vector_start();
	case RTPROBE_MEASURE_TIMER_LATENCY:
		rtp_timer_start(period);
		return 0;
	case RTPROBE_MEASURE_WAKEUP_LATENCY:
		return rtp_wakeup_start();
	default:
		return -EINVAL;
	}
}

static void stop(enum rtprobe_measure measure)
{
	switch (measure) {
	case RTPROBE_MEASURE_HARDIRQ_DURATION:
		rtp_hardirq_stop();
		break;
	case RTPROBE_MEASURE_VECTOR_DURATION:
		rtp_vector_stop();
		break;
	case RTPROBE_MEASURE_TIMER_LATENCY:
		rtp_timer_stop();
		break;
	case RTPROBE_MEASURE_WAKEUP_LATENCY:
		rtp_wakeup_stop();
		break;
	default:
		break;
	}
}

/* What can fail is done first, so an error leaves only started measures to stop again. */
int rtp_measures_switch(u32 from, u32 to, u64 period)
{
	enum rtprobe_measure measure;
	u32 started = 0;
	int err;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++) {
		if (!(to & ~from & BIT(measure)))
			continue;
		err = start(measure, period);
		if (err)
			goto fail;
		started |= BIT(measure);
	}
	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		if (from & ~to & BIT(measure))
			stop(measure);
	return 0;

fail:
	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		if (started & BIT(measure))
			stop(measure);
	return err;
}
