/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between kernels that concern tracepoints around callbacks. */
#ifndef RTPROBE_COMPAT_CALLBACK_H
#define RTPROBE_COMPAT_CALLBACK_H

#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/smp.h>
#include <trace/events/irq.h>
#include <trace/events/timer.h>

#include "compat/probes.h"

/* Type of the time that hrtimer_expire_entry passes. */
#ifdef RTPROBE_HAVE_HRTIMER_EXPIRE_VALUE
typedef ktime_t compat_hrtimer_now;
#else
typedef ktime_t *compat_hrtimer_now;
#endif

/* Check the types of probes whose tracepoints not every kernel has. Without these, the probes are never registered. */
#ifdef RTPROBE_HAVE_TASKLET_TRACEPOINTS
#define COMPAT_CHECK_TASKLET(entry, exit) (check_trace_callback_type_tasklet_entry(entry), check_trace_callback_type_tasklet_exit(exit))
#else
#define COMPAT_CHECK_TASKLET(entry, exit) ((void)(entry), (void)(exit))
#endif

#ifdef RTPROBE_HAVE_CSD_TRACEPOINTS
#include <trace/events/csd.h>
#include <trace/events/ipi.h>
#define COMPAT_CHECK_CSD(entry, exit) (check_trace_callback_type_csd_function_entry(entry), check_trace_callback_type_csd_function_exit(exit))
#define COMPAT_CHECK_SENDERS(queue, cpu, mask) \
	(check_trace_callback_type_csd_queue_cpu(queue), check_trace_callback_type_ipi_send_cpu(cpu), check_trace_callback_type_ipi_send_cpumask(mask))
#else
#define COMPAT_CHECK_CSD(entry, exit) ((void)(entry), (void)(exit))
#define COMPAT_CHECK_SENDERS(queue, cpu, mask) ((void)(queue), (void)(cpu), (void)(mask))
#endif

/* Type of the CPU that workqueue_queue_work passes. */
#ifdef RTPROBE_HAVE_WORKQUEUE_QUEUE_UNSIGNED
typedef unsigned int compat_queue_cpu;
#else
typedef int compat_queue_cpu;
#endif

/* Parameters of the probes of an armed timer. */
#ifdef RTPROBE_HAVE_TIMER_START_FLAGS
#define COMPAT_TIMER_START struct timer_list *timer, unsigned long expires, unsigned int flags
#else
#define COMPAT_TIMER_START struct timer_list *timer, unsigned long expires
#endif
#ifdef RTPROBE_HAVE_HRTIMER_START_ARMED
#define COMPAT_HRTIMER_START struct hrtimer *timer, enum hrtimer_mode mode, bool was_armed
#else
#define COMPAT_HRTIMER_START struct hrtimer *timer, enum hrtimer_mode mode
#endif

#endif
