// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracepoints around the function of a tasklet. */
#include <linux/interrupt.h>
#include <linux/tracepoint.h>
#include <trace/events/irq.h>
void use(void *unused, struct tasklet_struct *tasklet, void *function);
void use(void *unused, struct tasklet_struct *tasklet, void *function)
{
	check_trace_callback_type_tasklet_entry(use);
}
