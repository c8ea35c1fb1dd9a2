// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorder/recorder.h"

#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#ifndef __LITTLE_ENDIAN
#error "a comm entry keeps its kind where the name's closing NUL is: little-endian only"
#endif

DEFINE_STATIC_KEY_FALSE(rtp_recorder_key);
unsigned long rtp_recorder_mask __read_mostly;
u64 rtp_recorder_since;

/* A user thread can have any name, but only the kernel creates kernel threads. */
static unsigned int is_irq_thread(const struct task_struct *task)
{
	return task->flags & PF_KTHREAD && !strncmp(task->comm, "irq/", 4) ? RTP_RECORD_IRQ_THREAD
									    : 0;
}

void rtp_recorder_add_switch(struct rtp_cpu *c, const struct task_struct *prev,
			     const struct task_struct *next, unsigned int state, u64 ticks)
{
	unsigned long after;
	struct rtp_record *record;
	u64 name[2];

	if (!static_branch_likely(&rtp_recorder_key))
		return;
	/* Reserves both entries at once; the second may wrap to the start of the ring. */
	after = local_add_return(2 * sizeof(*record), &c->recorded);
	record = c->ring + ((after - sizeof(*record)) & rtp_recorder_mask);
	WRITE_ONCE(record->ticks, ticks);
	WRITE_ONCE(record->word, ((u64)next->pid | (u64)prev->pid << RTP_RECORD_PID_BITS |
				  (u64)(rtp_record_state(state) | is_irq_thread(next)) <<
					  (2 * RTP_RECORD_PID_BITS))
						 << 8 |
					 RTPROBE_TRACE_EVENT_SWITCH);
	memcpy(name, next->comm, sizeof(name));
	record = c->ring + (after & rtp_recorder_mask);
	WRITE_ONCE(record->ticks, name[0]);
	WRITE_ONCE(record->word, name[1] << 8 | RTP_RECORD_COMM);
}

void rtp_recorder_start(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		WRITE_ONCE(c->recorded_before, local_read(&c->recorded));
	}
	static_branch_enable(&rtp_recorder_key);
	WRITE_ONCE(rtp_recorder_since, rtp_clock_now());
}

void rtp_recorder_stop(void)
{
	static_branch_disable(&rtp_recorder_key);
}

void rtp_recorder_empty(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		local_set(&c->recorded, 0);
		WRITE_ONCE(c->recorded_before, 0);
	}
}

u32 rtp_recorder_events(void)
{
	return (rtp_recorder_mask + 1) / sizeof(struct rtp_record);
}

size_t rtp_recorder_bytes(void)
{
	return num_possible_cpus() * (rtp_recorder_mask + 1);
}

int rtp_recorder_init(u32 events)
{
	int cpu;

	rtp_recorder_mask = roundup_pow_of_two(events) * sizeof(struct rtp_record) - 1;
	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		local_set(&c->recorded, 0);
		c->ring = vzalloc_node(rtp_recorder_mask + 1, cpu_to_node(cpu));
		if (!c->ring) {
			rtp_recorder_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void rtp_recorder_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu_ptr(rtp_cpus, cpu)->ring);
}
