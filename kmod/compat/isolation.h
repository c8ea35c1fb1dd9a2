/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CPUs that the kernel's command line isolates: isolcpus= and nohz_full=. */
#ifndef RTPROBE_COMPAT_ISOLATION_H
#define RTPROBE_COMPAT_ISOLATION_H

#include <linux/cpumask.h>
#include <linux/rcupdate.h>
#include <linux/sched/isolation.h>

#include "compat/probes.h"

#ifdef RTPROBE_HAVE_HK_TYPE
#define COMPAT_HK_DOMAIN HK_TYPE_DOMAIN
#define COMPAT_HK_TICK HK_TYPE_TICK
#else
#define COMPAT_HK_DOMAIN HK_FLAG_DOMAIN
#define COMPAT_HK_TICK HK_FLAG_TICK
#endif

/* Removes isolated CPUs from @cpus. Process context. */
static inline void compat_leave_out_isolated(struct cpumask *cpus)
{
	rcu_read_lock();
	cpumask_and(cpus, cpus, housekeeping_cpumask(COMPAT_HK_DOMAIN));
	cpumask_and(cpus, cpus, housekeeping_cpumask(COMPAT_HK_TICK));
	rcu_read_unlock();
}

#endif
