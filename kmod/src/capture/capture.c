// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/capture.h"

#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <asm/irq_regs.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/handover.h"
#include "base/housekeeping.h"
#include "base/lost.h"
#include "capture/budget.h"
#include "capture/rule.h"
#include "recorder/own.h"
#include "recorder/recorder.h"
#include "values/row.h"

/* Captures of a CPU that may wait for process context; further spikes are counted as lost. */
#define CAPTURES_PER_CPU 16

static struct llist_head waiting;
static struct rtp_handover capture_handover;
static u64 late_spikes;		/* judged in process context */

/* Mode by what was interrupted. If that is unknown, the stack shows whether it was user mode. */
static const unsigned int mode_of[] = {
	[RTP_INTERRUPTED_IDLE] = RTPROBE_MODE_IDLE,
	[RTP_INTERRUPTED_USER] = RTPROBE_MODE_USER,
	[RTP_INTERRUPTED_TRAP] = RTPROBE_MODE_KERNEL,
	[RTP_INTERRUPTED_KERNEL] = RTPROBE_MODE_KERNEL,
	[RTP_INTERRUPTED_UNKNOWN] = RTP_MODE_UNKNOWN,
};

/*
 * Takes a reference that process context drops: dropping the last reference frees the task, which
 * must not happen with interrupts off. The idle task is never freed and needs none.
 */
static struct task_struct *capture_hold_task(struct task_struct *task)
{
	return task && !is_idle_task(task) ? get_task_struct(task) : NULL;
}

static void write_down_tasks(struct rtp_capture *capture, const struct rtp_value *value)
{
	rtp_task_describe(&capture->task, current);
	capture->task_ref = capture_hold_task(current);
	capture->victim_ref = capture_hold_task(value->victim);
	if (value->victim)
		rtp_task_describe(&capture->victim, value->victim);
	if (value->waker) {
		capture->waker = *value->waker;
		capture->value.waker = &capture->waker;
	}
}

static void write_down_legs(struct rtp_capture *capture, const struct rtp_value *value)
{
	if (!value->legs)
		return;
	capture->legs = *value->legs;
	capture->value.legs = &capture->legs;
}

/*
 * Returns a free capture of the CPU. Returns NULL and counts the loss if there is none, or if a
 * capture for a value of @ns would exceed the limit on the module's own work.
 */
static struct rtp_capture *capture_take_free(struct rtp_cpu *c, u64 ns)
{
	struct llist_node *node;

	if (!rtp_budget_allows(ns)) {
		rtp_lost_add(RTP_LOST_SPIKE_SELF_LIMITED, 1);
		return NULL;
	}
	node = llist_del_first(&c->free_captures);
	if (node)
		return llist_entry(node, struct rtp_capture, node);
	rtp_lost_add(RTP_LOST_SPIKE_NO_SLOT, 1);
	return NULL;
}

static void capture_record(struct rtp_cpu *c, const struct rtp_row *row, u64 ns)
{
	ns = min_t(u64, ns, BIT_ULL(RTP_RECORD_SPIKE_BITS) - 1);
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_SPIKE,
			 ns | (u64)row->measure << RTP_RECORD_SPIKE_BITS, rtp_clock_now());
}

static void capture_write_down(struct rtp_cpu *c, struct rtp_capture *capture,
			       const struct rtp_row *row, const struct rtp_value *value)
{
	capture->row = row;
	/* The marker of a stopped trace has this time, too. */
	capture->time = capture->verdict.crossed ?: ktime_get_mono_fast_ns();
	capture->value = *value;
	capture->recorded = local_read(&c->recorded);
	capture->in_interrupt = hardirq_count();
	capture->interrupted = rtp_interrupted();
	capture->mode = mode_of[capture->interrupted];
	write_down_tasks(capture, value);
	write_down_legs(capture, value);
	capture->irqs_on = c->irqs_on && (s64)(value->begin - c->irqs_on) >= 0;
	rtp_outside_look(c);
	rtp_outside_total(c, value->begin, value->end, &capture->outside);
	capture->has_regs = capture->verdict.capture & RTPROBE_CAPTURE_REGISTERS && get_irq_regs();
	if (capture->has_regs)
		capture->regs = *get_irq_regs();
	if (capture->verdict.capture & RTPROBE_CAPTURE_LOCKS) {
		rtp_locks_note(&capture->task_locks, current);
		rtp_locks_note(&capture->victim_locks, value->victim);
	}
	capture->frames = 0;
	if (capture->verdict.capture & RTPROBE_CAPTURE_STACK || capture->mode == RTP_MODE_UNKNOWN)
		capture->frames = stack_trace_save(capture->stack, RTP_RAW_STACK, 0);
}

void rtp_capture(struct rtp_cpu *c, const struct rtp_row *row, const struct rtp_value *value)
{
	struct task_struct *about = value->victim ?: current;
	struct rtp_subject subject = {
		.pid = about->pid,
		.comm = about->comm,
		.kthread = data_race(about->flags) & PF_KTHREAD,
		.cgroup = rtp_rules_cgroup(about),
	};
	/* A verdict that is deferred to process context may ask for any part of a capture. */
	struct rtp_verdict verdict = { .capture = RTP_CAPTURE_ALL };
	enum rtp_judgement judgement = rtp_rules_judge(row, value->ns, &subject, &verdict);
	struct rtp_capture *capture;
	struct rtp_mark since;

	if (judgement == RTP_JUDGED_HARMLESS)
		return;
	if (judgement != RTP_JUDGED_LATER)
		c->spikes++;
	if (judgement == RTP_JUDGED_LIMITED) {
		rtp_lost_add(RTP_LOST_SPIKE_LIMITED, 1);
		return;
	}
	capture = capture_take_free(c, value->ns);
	if (!capture) {
		c->spikes += judgement == RTP_JUDGED_LATER;
		return;
	}
	since = rtp_mark(rtp_clock_chosen, c);
	capture->verdict = verdict;
	capture->undecided = judgement == RTP_JUDGED_LATER;
	capture_record(c, row, value->ns);
	capture_write_down(c, capture, row, value);
	if (llist_add(&capture->node, &waiting))
		rtp_handover(&capture_handover);
	rtp_budget_capture(rtp_clock_to_ns(rtp_clock_chosen, rtp_own_captured(c, &since)));
}

bool rtp_capture_decide(struct rtp_capture *capture)
{
	bool has_victim = capture->value.victim;
	const struct rtp_task *about = has_victim ? &capture->victim : &capture->task;
	struct rtp_subject subject = { .pid = about->pid,
				       .comm = about->comm,
				       .kthread = about->kthread,
				       .time = capture->time };
	enum rtp_judgement judgement;
	char path[RTPROBE_PATH_LEN];

	if (!capture->undecided)
		return true;
	/* A task without a reference is the idle task, which is always in the root cgroup. */
	rtp_cgroup_print(has_victim ? capture->victim_ref : capture->task_ref, &subject, path,
			 sizeof(path));
	judgement = rtp_rules_judge(capture->row, capture->value.ns, &subject, &capture->verdict);
	if (judgement == RTP_JUDGED_HARMLESS)
		return false;
	late_spikes++;
	if (judgement == RTP_JUDGED_LIMITED)
		rtp_lost_add(RTP_LOST_SPIKE_LIMITED, 1);
	return judgement == RTP_JUDGED_SPIKE;
}

u64 rtp_captures_spikes(void)
{
	u64 sum = READ_ONCE(late_spikes);
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->spikes);
	return sum;
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

static void capture_put_task(struct task_struct *task)
{
	if (task)
		put_task_struct(task);
}

void rtp_capture_put(struct rtp_capture *capture)
{
	capture_put_task(capture->task_ref);
	capture_put_task(capture->victim_ref);
	capture->task_ref = NULL;
	capture->victim_ref = NULL;
	llist_add(&capture->node, &capture->owner->free_captures);
}

size_t rtp_captures_bytes(void)
{
	return num_possible_cpus() * CAPTURES_PER_CPU * sizeof(struct rtp_capture);
}

int rtp_captures_init(void (*arrived)(void))
{
	unsigned int i;
	int cpu;

	rtp_handover_init(&capture_handover, arrived);
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

void rtp_captures_forget_windows(void)
{
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu)
		for (i = 0; i < CAPTURES_PER_CPU; i++) {
			struct rtp_value *value = &per_cpu_ptr(rtp_cpus, cpu)->captures[i].value;

			value->begin = value->end = 0;
		}
}

void rtp_captures_sync(void)
{
	rtp_handover_exit(&capture_handover);
}

void rtp_captures_exit(void)
{
	int cpu;

	rtp_housekeeping_expect_over();
	for_each_possible_cpu(cpu)
		kfree(per_cpu_ptr(rtp_cpus, cpu)->captures);
}
