// SPDX-License-Identifier: GPL-2.0-or-later
#include "tasks/softirq_run.h"

#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/topology.h>

struct rtp_softirq_run *rtp_softirq_run_add(struct rtp_cpu *c)
{
	struct rtp_softirq_run *run = rtp_softirq_run_of(c->softirq, current);

	/*
	 * A leftover run of this task, whose exit was missed while the hooks were off, is reused.
	 */
	if (run)
		return run;
	run = rtp_softirq_run_of(c->softirq, NULL);
	c->softirqs_under_way += !!run;
	return run;
}

void rtp_softirq_run_switch(struct rtp_softirq_cpu *s, const struct task_struct *prev,
			    const struct task_struct *next, struct rtp_mark now)
{
	struct rtp_softirq_run *run = rtp_softirq_run_of(s, prev);

	if (run)
		run->net = rtp_softirq_run_net(run, &now);
	run = rtp_softirq_run_of(s, next);
	if (run)
		run->since = now;
}

size_t rtp_softirq_runs_bytes(void)
{
	return num_possible_cpus() * sizeof(struct rtp_softirq_cpu);
}

int rtp_softirq_runs_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		c->softirq = kzalloc_node(sizeof(*c->softirq), GFP_KERNEL, cpu_to_node(cpu));
		if (!c->softirq) {
			rtp_softirq_runs_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void rtp_softirq_runs_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kfree(per_cpu_ptr(rtp_cpus, cpu)->softirq);
}
