/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Active CPUs: those that the setting `cpus` lets the module disturb. Only these CPUs run its
 * timers and threads and get interrupts from it. All other CPUs are passive and run only its hooks.
 *
 * By default, the CPUs of isolcpus and nohz_full are passive.
 */
#ifndef RTPROBE_ACTIVE_H
#define RTPROBE_ACTIVE_H

#include <linux/cpumask.h>

/* Changed only under cpus_read_lock with the config mutex held. */
extern struct cpumask rtp_active_cpus;

/* Returns whether a CPU is active. Any context. A change may be seen with a short delay. */
static __always_inline bool rtp_cpu_is_active(int cpu)
{
	return cpumask_test_cpu(cpu, &rtp_active_cpus);
}

/*
 * Returns an online CPU other than @but, an active one if possible. Returns @but if no other CPU is
 * online. Process context, with cpus_read_lock held or in a hotplug callback.
 */
int rtp_active_any_but(int but);

/* Runs an empty function by IPI on each active online CPU and waits for it. */
void rtp_active_barrier(void);

/* Stores the CPUs that are active by default. Process context. */
void rtp_active_default(struct cpumask *cpus);

#endif
