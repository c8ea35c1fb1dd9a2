/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Active CPUs: those that the setting `cpus` lets the module disturb. Its timers, threads and the
 * interrupts it raises are on these only. On all other CPUs, which are passive, only its hooks run.
 *
 * Unless the setting says otherwise, the CPUs of isolcpus and nohz_full are passive.
 */
#ifndef RTPROBE_ACTIVE_H
#define RTPROBE_ACTIVE_H

#include <linux/cpumask.h>

/* Changed only under cpus_read_lock with the config mutex held. */
extern struct cpumask rtp_active_cpus;

/* Any context. A change is seen soon. */
static __always_inline bool rtp_cpu_is_active(int cpu)
{
	return cpumask_test_cpu(cpu, &rtp_active_cpus);
}

/*
 * An online CPU for what needs only one: an active one, other than @but, if there is one. Process
 * context, cpus_read_lock held or in a hotplug callback.
 */
int rtp_active_any_but(int but);

/* Runs an empty function by interrupt on each active CPU that is online, and waits for it. */
void rtp_active_barrier(void);

/* The CPUs that are active unless the setting says otherwise. Process context. */
void rtp_active_default(struct cpumask *cpus);

#endif
