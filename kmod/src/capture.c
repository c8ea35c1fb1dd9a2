// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture.h"

#include <linux/ptrace.h>
#include <linux/sched/task.h>
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
void rtp_task_describe(struct rtp_task *to, const struct task_struct *task)
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

/*
 * References are taken here and put in process context: the last one frees, which must not happen where
 * interrupts are off. The idle task is never freed and has none.
 */
static struct task_struct *hold(struct task_struct *task)
{
	return task && !is_idle_task(task) ? get_task_struct(task) : NULL;
}

static void write_down_tasks(struct rtp_capture *capture, const struct rtp_value *value)
{
	rtp_task_describe(&capture->task, current);
	capture->task_ref = hold(current);
	capture->victim_ref = hold(value->victim);
	if (value->victim)
		rtp_task_describe(&capture->victim, value->victim);
	if (value->waker) {
		capture->waker = *value->waker;
		capture->value.waker = &capture->waker;
	}
}

void rtp_capture(struct rtp_cpu *c, const struct rtp_row *row, const struct rtp_value *value)
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
	capture->value = *value;
	capture->threshold = READ_ONCE(rtp_threshold);
	capture->rule = 0;
	capture->mode = interrupted_mode(current);
	write_down_tasks(capture, value);
	capture->frames = stack_trace_save(capture->stack, RTP_RAW_STACK, 0);
	if (llist_add(&capture->node, &waiting))
		irq_work_queue(&notice);
}

void rtp_capture_duration(struct rtp_cpu *c, const struct rtp_row *row, u64 ns, u64 end)
{
	struct rtp_value value = { .ns = ns, .begin = end - rtp_clock_from_ns(ns), .end = end };

	rtp_capture(c, row, &value);
}

struct llist_node *rtp_captures_take(void)
{
	return llist_reverse_order(llist_del_all(&waiting));
}

static void put_task(struct task_struct *task)
{
	if (task)
		put_task_struct(task);
}

void rtp_capture_put(struct rtp_capture *capture)
{
	put_task(capture->task_ref);
	put_task(capture->victim_ref);
	capture->task_ref = NULL;
	capture->victim_ref = NULL;
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
