/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints of the kernel, looked up by name, because they are not exported to modules.
 *
 * The registration by name takes a void pointer, so the compiler does not check a probe's type.
 * Each file with probes therefore calls check_trace_callback_type_*() in a function that is never
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
	void *probe[RTPROBE_CLOCK_TSC + 1];	/* by rtp_clock_chosen */
	void *data;		/* first argument of the probe; NULL: rtp_cpus, see rtp_hook_cpu */
	struct tracepoint *tracepoint;	/* NULL: not in this kernel */
	void *registered;	/* one of probe; the clock may have changed since */
};

/* Returns this CPU's structure from the data of a probe, which saves an instruction. */
static __always_inline struct rtp_cpu *rtp_hook_cpu(void *data)
{
	/*
	 * Converts through an integer: newer compilers use another address space for per-CPU
	 * pointers.
	 */
	return this_cpu_ptr((struct rtp_cpu __percpu *)(uintptr_t)data);
}

/* Looks up the tracepoints of @hooks. Returns how many exist. */
unsigned int rtp_hooks_find(struct rtp_hook *hooks, unsigned int n);

/*
 * Registers the hooks that exist, in order; all or none. Hooks for ends must come before those for
 * starts. Between two registrations an end without its start may be seen, which is harmless. But a
 * start whose end is missed would be paired with a later end.
 */
int rtp_hooks_register(struct rtp_hook *hooks, unsigned int n);

/* Unregisters in the same order, for the same reason, and waits until no probe runs. */
void rtp_hooks_unregister(struct rtp_hook *hooks, unsigned int n);

/*
 * The same without the wait, of which a change of many measures then needs only one. @reset
 * (or NULL) is called after that wait: it discards what the probes left. Config mutex held.
 */
void rtp_hooks_unregister_early(struct rtp_hook *hooks, unsigned int n, void (*reset)(void));

/* Notes that hooks which stay registered may still act for a user that is gone. The same. */
void rtp_hooks_expect_wait(void (*reset)(void));

/*
 * Waits until none of these probes runs, if there are any, and calls what was noted. Needed before
 * they are registered again, and at the end of a change. Config mutex held.
 */
void rtp_hooks_wait(void);

#endif
