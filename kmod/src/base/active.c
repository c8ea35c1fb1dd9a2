// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/active.h"

#include <linux/smp.h>

#include "compat/isolation.h"

struct cpumask rtp_active_cpus __read_mostly;

int rtp_active_any_but(int but)
{
	int cpu;

	for_each_cpu_and(cpu, &rtp_active_cpus, cpu_online_mask)
		if (cpu != but)
			return cpu;
	for_each_online_cpu(cpu)
		if (cpu != but)
			return cpu;
	return but;
}

static void barrier_reached(void *unused)
{
}

void rtp_active_barrier(void)
{
	on_each_cpu_mask(&rtp_active_cpus, barrier_reached, NULL, 1);
}

void rtp_active_default(struct cpumask *cpus)
{
	cpumask_copy(cpus, cpu_possible_mask);
	compat_leave_out_isolated(cpus);
	if (cpumask_empty(cpus))
		cpumask_copy(cpus, cpu_possible_mask);
}
