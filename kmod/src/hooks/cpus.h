/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPUs the module disturbs, and CPUs that come and go: timers, threads and the worker follow.
 * Process context.
 */
#ifndef RTPROBE_CPUS_H
#define RTPROBE_CPUS_H

struct cpumask;

/*
 * Make @cpus the active ones. -EBUSY, with the reason for rtp_held_refuse, and nothing changed when
 * one of them does not run a thread that thread_latency needs. Config mutex held.
 */
int rtp_cpus_set_active(const struct cpumask *cpus);

int rtp_hotplug_init(void);
void rtp_hotplug_exit(void);

#endif
