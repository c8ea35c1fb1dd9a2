// SPDX-License-Identifier: GPL-2.0-or-later
/* The tracepoint of an armed hrtimer passes whether it was armed before. */
#include <linux/hrtimer.h>
#include <linux/tracepoint.h>
#include <trace/events/timer.h>
void use(void *unused, struct hrtimer *timer, enum hrtimer_mode mode, bool armed);
void use(void *unused, struct hrtimer *timer, enum hrtimer_mode mode, bool armed)
{
	check_trace_callback_type_hrtimer_start(use);
}
