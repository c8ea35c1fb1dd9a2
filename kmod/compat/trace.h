/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's ftrace ring buffer: the one of /sys/kernel/tracing, not those of its instances. The functions may be called
 * in any context. COMPAT_HAS_TRACING: whether the kernel has it.
 *
 * compat_trace_puts does not use the macro trace_puts(): a module that contains it makes the kernel log at load that the
 * machine is not for production.
 */
#ifndef RTPROBE_COMPAT_TRACE_H
#define RTPROBE_COMPAT_TRACE_H

#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/probes.h"

#if defined(RTPROBE_HAVE_TRACE_PUTS_SIZE) || defined(RTPROBE_HAVE_TRACE_PUTS)
#define COMPAT_HAS_TRACING true

static inline bool compat_trace_runs(void)
{
	return tracing_is_on();
}

/* Writes a line, which must end with a newline. Does nothing if the ring buffer is stopped. */
static inline void compat_trace_puts(unsigned long address, const char *line)
{
#ifdef RTPROBE_HAVE_TRACE_PUTS_SIZE
	__trace_puts(address, line, strlen(line));
#else
	__trace_puts(address, line);
#endif
}

static inline void compat_trace_stop(void)
{
	tracing_off();
}
#else
#define COMPAT_HAS_TRACING false

static inline bool compat_trace_runs(void)
{
	return false;
}

static inline void compat_trace_puts(unsigned long address, const char *line)
{
}

static inline void compat_trace_stop(void)
{
}
#endif

#endif
