// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cpu.h"

#include <linux/cpumask.h>

struct rtp_cpu __percpu *rtp_cpus;

size_t rtp_cpus_bytes(void)
{
	return num_possible_cpus() * sizeof(struct rtp_cpu);
}

int rtp_cpus_init(void)
{
	int cpu;

	rtp_cpus = alloc_percpu(struct rtp_cpu);
	if (!rtp_cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		per_cpu_ptr(rtp_cpus, cpu)->cpu = cpu;
	return 0;
}

void rtp_cpus_exit(void)
{
	free_percpu(rtp_cpus);
	rtp_cpus = NULL;
}
