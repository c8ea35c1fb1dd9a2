// SPDX-License-Identifier: GPL-2.0-or-later
/* The tracepoint of an armed timer of the timer wheel passes the flags, too. */
#include <linux/timer.h>
#include <linux/tracepoint.h>
#include <trace/events/timer.h>
void use(void *unused, struct timer_list *timer, unsigned long expires, unsigned int flags);
void use(void *unused, struct timer_list *timer, unsigned long expires, unsigned int flags)
{
	check_trace_callback_type_timer_start(use);
}
