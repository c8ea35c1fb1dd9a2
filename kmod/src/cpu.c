// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu.h"

#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "row.h"

struct rtp_cpu __percpu *rtp_cpus;
static unsigned int table_slots;

size_t rtp_cpus_bytes(void)
{
	return num_possible_cpus() * (sizeof(struct rtp_cpu) + table_slots * sizeof(struct rtp_row *));
}

u64 rtp_cpus_events(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->events);
	return sum;
}

u64 rtp_cpus_spikes(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->spikes);
	return sum;
}

int rtp_cpus_init(unsigned int slots)
{
	int cpu;

	table_slots = slots;
	rtp_cpus = alloc_percpu(struct rtp_cpu);
	if (!rtp_cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		c->cpu = cpu;
		c->timer_due = U64_MAX;
		c->table = kvmalloc_array(slots, sizeof(*c->table), GFP_KERNEL);
		if (!c->table) {
			rtp_cpus_exit();
			return -ENOMEM;
		}
		memset_p((void **)c->table, &rtp_no_row, slots);
	}
	return 0;
}

void rtp_cpus_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu_ptr(rtp_cpus, cpu)->table);
	free_percpu(rtp_cpus);
	rtp_cpus = NULL;
}
