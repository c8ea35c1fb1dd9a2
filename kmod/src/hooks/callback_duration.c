// SPDX-License-Identifier: GPL-2.0-or-later
/* The measures of functions that callback.c has hooks for. */
#include <linux/bits.h>

#include "base/measure.h"
#include "hooks/callback.h"
#include "hooks/function.h"

static int function_start(enum rtprobe_callback kind)
{
	int err = rtp_function_hold(kind);

	if (err)
		return err;
	err = rtp_callback_measure(kind, true);
	if (err)
		rtp_function_release(kind);
	return err;
}

static void function_stop(enum rtprobe_callback kind)
{
	rtp_callback_measure(kind, false);
	rtp_function_release(kind);
}

#define FUNCTION_MEASURE(name, kind)							\
	static bool name##_available(void)						\
	{										\
		return rtp_callbacks_available() & BIT(kind);				\
	}										\
	static int name##_start(u64 period)						\
	{										\
		return function_start(kind);						\
	}										\
	static void name##_stop(void)							\
	{										\
		function_stop(kind);							\
	}										\
	const struct rtp_measure rtp_measure_##name = {					\
		.available = name##_available,						\
		.start = name##_start,							\
		.stop = name##_stop,							\
	}

FUNCTION_MEASURE(hrtimer_duration, RTPROBE_CALLBACK_HRTIMER);
FUNCTION_MEASURE(timer_duration, RTPROBE_CALLBACK_TIMER);
FUNCTION_MEASURE(work_duration, RTPROBE_CALLBACK_WORK);
FUNCTION_MEASURE(tasklet_duration, RTPROBE_CALLBACK_TASKLET);
FUNCTION_MEASURE(csd_duration, RTPROBE_CALLBACK_CALL);
