/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * The active CPUs and CPU hotplug: moves the timers, threads and the worker. Process context.
 */
#ifndef RTPROBE_CPUS_H
#define RTPROBE_CPUS_H

#include <linux/types.h>

struct cpumask;

/*
 * Makes @cpus the active CPUs. Returns -EBUSY and changes nothing if one of them does not run the
 * thread that thread_latency needs; rtp_held_refuse then has the reason. Config mutex held.
 */
int rtp_cpus_set_active(const struct cpumask *cpus);

/* Returns how many CPUs went online or offline since load. Any context. */
u32 rtp_hotplug_changes(void);

int rtp_hotplug_init(void);
void rtp_hotplug_exit(void);

#endif
