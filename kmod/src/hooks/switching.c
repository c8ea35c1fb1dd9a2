// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/switching.h"

#include <linux/bits.h>

#include "base/measure.h"
#include "base/tracepoint.h"
#include "hooks/recording.h"
#include "recorder/recorder.h"

static int start_all(u32 mask, u64 period)
{
	enum rtprobe_measure measure;
	int err;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++) {
		if (!(mask & BIT(measure)))
			continue;
		err = rtp_measure_of(measure)->start(period);
		if (!err)
			continue;
		while (measure--)
			if (mask & BIT(measure))
				rtp_measure_of(measure)->stop();
		return err;
	}
	return 0;
}

/*
 * The other way round than starting: the measures of handlers come last, when no other measure
 * holds their hooks any more.
 */
static void stop_all(u32 mask)
{
	enum rtprobe_measure measure = RTPROBE_MEASURE_COUNT;

	while (measure--)
		if (mask & BIT(measure))
			rtp_measure_of(measure)->stop();
}

/* The recorder runs if its setting is on and at least one measure is on. */
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
 * Starts measures before it stops others: only starting can fail, and then only the started ones
 * must be stopped. The recorder is switched in between, so that shared hooks stay registered.
 */
static int switch_all(u32 from, u32 to, u64 period, bool recorder)
{
	int err = start_all(to & ~from, period);

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

int rtp_measures_switch(u32 from, u32 to, u64 period, bool recorder)
{
	int err = switch_all(from, to, period, recorder);

	rtp_hooks_wait();
	return err;
}
