/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between kernels that concern the timers for which tasks sleep. */
#ifndef RTPROBE_COMPAT_CYCLE_H
#define RTPROBE_COMPAT_CYCLE_H

#include <linux/hrtimer.h>

#include "compat/probes.h"

/* Returns the function of the timer for which a task sleeps. It has no exported name. Process context. */
static inline const void *compat_hrtimer_wakeup_function(void)
{
	struct hrtimer_sleeper sleeper;
	const void *function;

#ifdef RTPROBE_HAVE_HRTIMER_SETUP_SLEEPER
	hrtimer_setup_sleeper_on_stack(&sleeper, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
#else
	hrtimer_init_sleeper_on_stack(&sleeper, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
#endif
	function = ACCESS_PRIVATE(&sleeper.timer, function);
	destroy_hrtimer_on_stack(&sleeper.timer);
	return function;
}

/* Returns the earliest moment at which a timer that expires now was to do so, in ns of CLOCK_MONOTONIC. */
static inline s64 compat_hrtimer_expiry(const struct hrtimer *timer)
{
	return ktime_to_ns(ktime_sub(hrtimer_get_softexpires(timer), timer->base->offset));
}

#endif
