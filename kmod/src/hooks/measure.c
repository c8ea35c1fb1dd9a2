// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/measure.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "hooks/chain.h"
#include "hooks/hardirq.h"
#include "hooks/irq_thread.h"
#include "hooks/irqline.h"
#include "hooks/irqsoff.h"
#include "hooks/nmi.h"
#include "hooks/recording.h"
#include "hooks/sched.h"
#include "hooks/softirq.h"
#include "hooks/stolen.h"
#include "hooks/thread.h"
#include "hooks/timer.h"
#include "hooks/vector.h"
#include "hooks/wakeup.h"
#include "recorder/recorder.h"

static u32 available;
static u64 timer_period;	/* ns; of the change under way */

static bool timer_find(void)
{
	return true;
}

static int timer_start(void)
{
	rtp_timer_start(RTP_TIMER_LATENCY, timer_period);
	return 0;
}

static void timer_stop(void)
{
	rtp_timer_stop(RTP_TIMER_LATENCY);
}

static int irqsoff_start(void)
{
	return rtp_irqsoff_start(timer_period);
}

static int thread_start(void)
{
	return rtp_thread_start(timer_period);
}

static bool find_irq_threads(void)
{
	return rtp_hardirq_find() && rtp_sched_find();
}

/* One entry a measure. Those without functions are not made here, or on no kernel yet. */
static const struct {
	const char *name;
	bool (*find)(void);	/* whether this kernel has what it takes */
	int (*start)(void);
	void (*stop)(void);	/* after this nothing of the measure is recorded */
} measures[RTPROBE_MEASURE_COUNT] = {
	[RTPROBE_MEASURE_HARDIRQ_DURATION] = {
		"hardirq_duration", rtp_hardirq_find, rtp_hardirq_start, rtp_hardirq_stop
	},
	[RTPROBE_MEASURE_VECTOR_DURATION] = {
		"vector_duration", rtp_vector_find, rtp_vector_start, rtp_vector_stop
	},
	[RTPROBE_MEASURE_TIMER_LATENCY] = { "timer_latency", timer_find, timer_start, timer_stop },
	[RTPROBE_MEASURE_IRQ_THREAD_LATENCY] = {
		"irq_thread_latency", find_irq_threads, rtp_irq_thread_latency_start, rtp_irq_thread_latency_stop
	},
	[RTPROBE_MEASURE_IRQ_THREAD_DURATION] = {
		"irq_thread_duration", find_irq_threads, rtp_irq_thread_duration_start,
		rtp_irq_thread_duration_stop
	},
	[RTPROBE_MEASURE_SOFTIRQ_LATENCY] = {
		"softirq_latency", rtp_softirq_find, rtp_softirq_latency_start, rtp_softirq_latency_stop
	},
	[RTPROBE_MEASURE_SOFTIRQ_DURATION] = {
		"softirq_duration", rtp_softirq_find, rtp_softirq_duration_start, rtp_softirq_duration_stop
	},
	[RTPROBE_MEASURE_THREAD_LATENCY] = {
		"thread_latency", timer_find, thread_start, rtp_thread_stop
	},
	[RTPROBE_MEASURE_IRQSOFF] = { "irqsoff", rtp_irqsoff_find, irqsoff_start, rtp_irqsoff_stop },
	[RTPROBE_MEASURE_IRQLINE_OFF] = {
		"irqline_off", rtp_irqline_find, rtp_irqline_start, rtp_irqline_stop
	},
	[RTPROBE_MEASURE_WAKEUP_LATENCY] = {
		"wakeup_latency", rtp_sched_find, rtp_wakeup_start, rtp_wakeup_stop
	},
	[RTPROBE_MEASURE_IRQ_TO_TASK] = {
		"irq_to_task", find_irq_threads, rtp_chain_start, rtp_chain_stop
	},
	[RTPROBE_MEASURE_STOLEN] = { "stolen", rtp_sched_find, rtp_stolen_start, rtp_stolen_stop },
};

const char *rtp_measure_name(enum rtprobe_measure measure)
{
	return measures[measure].name;
}

int rtp_measure_by_name(const char *name)
{
	enum rtprobe_measure measure;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		if (!strcmp(measures[measure].name, name))
			return measure;
	return -ENOENT;
}

u32 rtp_measures_available(void)
{
	return available;
}

void rtp_measures_find(void)
{
	enum rtprobe_measure measure;

	rtp_nmi_find();
	available = 0;
	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		if (measures[measure].find && measures[measure].find())
			available |= BIT(measure);
}

static int start_all(u32 mask)
{
	enum rtprobe_measure measure;
	int err;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++) {
		if (!(mask & BIT(measure)))
			continue;
		err = measures[measure].start();
		if (!err)
			continue;
		while (measure--)
			if (mask & BIT(measure))
				measures[measure].stop();
		return err;
	}
	return 0;
}

static void stop_all(u32 mask)
{
	enum rtprobe_measure measure;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		if (mask & BIT(measure))
			measures[measure].stop();
}

/* The recorder runs if it is wanted and there is something to explain. */
static int switch_recorder(bool on)
{
	if (on == rtp_recorder_runs())
		return 0;
	if (on)
		return rtp_recording_start();
	rtp_recording_stop();
	return 0;
}

/*
 * What can fail is done first, so an error leaves only started measures to stop again. The recorder comes
 * after what starts and goes before what stops all, so that hooks are registered once.
 */
int rtp_measures_switch(u32 from, u32 to, u64 period, bool recorder)
{
	int err;

	timer_period = period;
	err = start_all(to & ~from);
	if (err)
		return err;
	err = switch_recorder(recorder && to);
	if (err) {
		stop_all(to & ~from);
		return err;
	}
	stop_all(from & ~to);
	return 0;
}
