// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracepoints around a function that a function-call IPI runs. */
#include <linux/smp.h>
#include <linux/tracepoint.h>
#include <trace/events/csd.h>
void use(void *unused, smp_call_func_t function, call_single_data_t *csd);
void use(void *unused, smp_call_func_t function, call_single_data_t *csd)
{
	check_trace_callback_type_csd_function_entry(use);
}
