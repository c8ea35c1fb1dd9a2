// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture.h"

#include <linux/ptrace.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <asm/irq_regs.h>

#include "compat/compat.h"
#include "record.h"
#include "spike.h"

/* What a CPU can have under way before process context has caught up; more are counted. */
#define CAPTURES_PER_CPU 16

u64 rtp_threshold __read_mostly = U64_MAX;

static struct llist_head waiting;
static struct irq_work notice;

/* The comm may be half changed by its owner; get_task_comm would take a lock that sleeps on PREEMPT_RT. */
static void describe(struct rtp_task *to, struct task_struct *task)
{
	to->pid = task->pid;
	to->tgid = task->tgid;
	to->start_time = task->start_time;
	to->policy = task->policy;
	to->priority = task->rt_priority;
	to->nice = task_nice(task);
	to->kthread = task->flags & PF_KTHREAD;
	memcpy(to->comm, task->comm, sizeof(to->comm) - 1);
	to->comm[sizeof(to->comm) - 1] = '\0';
}

/* Some vectors do not set the interrupted registers; then only the stack can tell user from kernel. */
static unsigned int interrupted_mode(struct task_struct *task)
{
	struct pt_regs *regs = get_irq_regs();

	if (is_idle_task(task))
		return RTPROBE_MODE_IDLE;
	if (regs)
		return user_mode(regs) ? RTPROBE_MODE_USER : RTPROBE_MODE_KERNEL;
	return task->flags & PF_KTHREAD ? RTPROBE_MODE_KERNEL : RTP_MODE_UNKNOWN;
}

void rtp_capture(struct rtp_cpu *c, const struct rtp_row *row, u64 ns)
{
	struct llist_node *node = llist_del_first(&c->free_captures);
	bool is_timer = row->measure == RTPROBE_MEASURE_TIMER_LATENCY;
	struct rtp_capture *capture;

	c->spikes++;
	if (!node) {
		rtp_lost_add(RTP_LOST_SPIKE_NO_SLOT, 1);
		return;
	}
	capture = llist_entry(node, struct rtp_capture, node);
	capture->row = row;
	capture->cause = is_timer ? c->longest : NULL;
	capture->cause_ns = c->longest_ns;
	capture->time = ktime_get_mono_fast_ns();
	capture->value = ns;
	capture->threshold = READ_ONCE(rtp_threshold);
	capture->mode = interrupted_mode(current);
	describe(&capture->task, current);
	capture->frames = stack_trace_save(capture->stack, RTP_RAW_STACK, 0);
	if (llist_add(&capture->node, &waiting))
		irq_work_queue(&notice);
}

struct llist_node *rtp_captures_take(void)
{
	return llist_reverse_order(llist_del_all(&waiting));
}

void rtp_capture_put(struct rtp_capture *capture)
{
	llist_add(&capture->node, &capture->owner->free_captures);
}

static void notify(struct irq_work *unused)
{
	rtp_spikes_wake();
}

size_t rtp_captures_bytes(void)
{
	return num_possible_cpus() * CAPTURES_PER_CPU * sizeof(struct rtp_capture);
}

int rtp_captures_init(void)
{
	unsigned int i;
	int cpu;

	compat_irq_work_init_hard(&notice, notify);
	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		c->captures = kcalloc_node(CAPTURES_PER_CPU, sizeof(*c->captures), GFP_KERNEL,
					   cpu_to_node(cpu));
		if (!c->captures) {
			rtp_captures_exit();
			return -ENOMEM;
		}
		for (i = 0; i < CAPTURES_PER_CPU; i++) {
			c->captures[i].owner = c;
			rtp_capture_put(&c->captures[i]);
		}
	}
	return 0;
}

void rtp_captures_sync(void)
{
	irq_work_sync(&notice);
}

void rtp_captures_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kfree(per_cpu_ptr(rtp_cpus, cpu)->captures);
}
