// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracepoints at the start and end of a wait for a lock. */
#include <linux/tracepoint.h>
#include <trace/events/lock.h>
void use(void *unused, void *lock, unsigned int flags);
void use(void *unused, void *lock, unsigned int flags)
{
	check_trace_callback_type_contention_begin(use);
}
unsigned int flags = LCB_F_RT | LCB_F_MUTEX;
