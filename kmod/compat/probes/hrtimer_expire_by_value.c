// SPDX-License-Identifier: GPL-2.0-or-later
/* hrtimer_expire_entry hands over the time itself, no longer a pointer to it. */
#include <trace/events/timer.h>
void use(void (*probe)(void *, struct hrtimer *, ktime_t));
void use(void (*probe)(void *, struct hrtimer *, ktime_t))
{
	check_trace_callback_type_hrtimer_expire_entry(probe);
}
