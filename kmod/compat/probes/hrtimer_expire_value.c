// SPDX-License-Identifier: GPL-2.0-or-later
/* hrtimer_expire_entry passes the time as a value. It was a pointer before. */
#include <linux/hrtimer.h>
#include <linux/tracepoint.h>
#include <trace/events/timer.h>
void use(void *unused, struct hrtimer *timer, ktime_t now);
void use(void *unused, struct hrtimer *timer, ktime_t now)
{
	check_trace_callback_type_hrtimer_expire_entry(use);
}
