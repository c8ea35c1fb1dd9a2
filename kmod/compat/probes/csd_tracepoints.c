// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracepoints around a function that a function-call IPI runs, and where it is requested. */
#include <linux/smp.h>
#include <linux/tracepoint.h>
#include <trace/events/csd.h>
#include <trace/events/ipi.h>
void use(void *unused, smp_call_func_t function, call_single_data_t *csd);
void use(void *unused, smp_call_func_t function, call_single_data_t *csd)
{
	check_trace_callback_type_csd_function_entry(use);
}
void use_queue(void *unused, const unsigned int cpu, unsigned long site, smp_call_func_t function, call_single_data_t *csd);
void use_queue(void *unused, const unsigned int cpu, unsigned long site, smp_call_func_t function, call_single_data_t *csd)
{
	check_trace_callback_type_csd_queue_cpu(use_queue);
}
void use_send(void *unused, const unsigned int cpu, unsigned long site, void *callback);
void use_send(void *unused, const unsigned int cpu, unsigned long site, void *callback)
{
	check_trace_callback_type_ipi_send_cpu(use_send);
}
void use_mask(void *unused, const struct cpumask *cpus, unsigned long site, void *callback);
void use_mask(void *unused, const struct cpumask *cpus, unsigned long site, void *callback)
{
	check_trace_callback_type_ipi_send_cpumask(use_mask);
}
