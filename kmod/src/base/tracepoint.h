/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's tracepoints, found by name: the ones needed are not exported to modules.
 *
 * Registration by name takes a void pointer, so a probe of the wrong type would compile. Each file
 * with probes therefore checks them with check_trace_callback_type_*() in a function that is never
 * called.
 *
 * All functions: process context.
 */
#ifndef RTPROBE_TRACEPOINT_H
#define RTPROBE_TRACEPOINT_H

#include <linux/tracepoint.h>
#include <linux/types.h>

#include "base/clock.h"
#include "base/cpu.h"

struct rtp_hook {
	const char *name;
	void *probe[RTPROBE_CLOCK_TSC + 1];	/* by the clock chosen */
	void *data;		/* first argument of the probe; NULL: rtp_cpus, see rtp_hook_cpu */
	struct tracepoint *tracepoint;	/* NULL: this kernel has none of that name */
};

/* This CPU's structure, from the first argument of a probe without data: an instruction less. */
static __always_inline struct rtp_cpu *rtp_hook_cpu(void *data)
{
	/*
	 * By way of a number, as per-CPU pointers are of another address space for newer compilers.
	 */
	return this_cpu_ptr((struct rtp_cpu __percpu *)(uintptr_t)data);
}

/* Look up the tracepoints of @hooks; returns how many exist. */
unsigned int rtp_hooks_find(struct rtp_hook *hooks, unsigned int n);

/*
 * Register those that exist, in order; all or none. Hooks of ends come before those of begins:
 * between two registrations an end may be seen without its begin, which is harmless, but no begin
 * whose end is missed and which a later end would be taken for.
 */
int rtp_hooks_register(struct rtp_hook *hooks, unsigned int n);

/* Unregister in reverse order and wait until no probe runs any more. */
void rtp_hooks_unregister(struct rtp_hook *hooks, unsigned int n);

#endif
