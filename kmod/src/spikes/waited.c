// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/waited.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "base/label.h"
#include "hooks/cycle.h"
#include "recorder/slice.h"
#include "spikes/past_task.h"
#include "tasks/task.h"
#include "values/source.h"

/* Tasks whose time is summed up. That of further ones is not. */
#define RUNNERS 16

/* Maximum number of handlers around the one that woke the task. */
#define HANDLERS 4

static struct runner {
	u32 pid;
	u64 ticks;
	char comm[RTPROBE_COMM_LEN];
} runners[RUNNERS];
static unsigned int runner_count;

/* The time of a wait on one CPU. */
struct stay {
	u64 begin, end;			/* ticks */
	u32 of;				/* the task that has to wait; 0: any time counts */
	bool counts;
	bool known;			/* what runs */
	u64 at;
	u64 waited;			/* ticks that counted */
	u32 pid;
	char comm[RTPROBE_COMM_LEN];
};

static struct runner *runner_of(u32 pid, const char *comm)
{
	struct runner *runner;
	unsigned int i;

	for (i = 0; i < runner_count; i++)
		if (runners[i].pid == pid)
			break;
	if (i == RUNNERS)
		return NULL;
	runner = &runners[i];
	if (i == runner_count) {
		*runner = (struct runner) { .pid = pid };
		runner_count++;
	}
	if (*comm)
		memcpy(runner->comm, comm, sizeof(runner->comm));
	return runner;
}

/* Gives the time up to @ticks to what ran. */
static void stay_pass(struct stay *stay, u64 ticks)
{
	u64 from = max(stay->at, stay->begin), to = min(ticks, stay->end);
	struct runner *runner;

	stay->at = ticks;
	if ((s64)(to - from) <= 0 || !stay->counts)
		return;
	stay->waited += to - from;
	runner = stay->known ? runner_of(stay->pid, stay->comm) : NULL;
	if (runner)
		runner->ticks += to - from;
}

static void stay_switch(struct stay *stay, const struct rtp_event *event)
{
	if (stay->of && event->pid2 == stay->of)
		stay->counts = !event->number;
	if (stay->of && event->pid == stay->of)
		stay->counts = false;
	stay->known = true;
	stay->pid = event->pid;
	memcpy(stay->comm, event->comm, sizeof(stay->comm));
}

/*
 * Sums up what ran while the task @of could run on the slice's CPU and did not; 0: what ran. A task
 * can be switched out long before the wait begins. Returns for how many ticks.
 */
static u64 sum_runners(struct rtp_slice *slice, u32 of, u64 begin, u64 end)
{
	struct stay stay = { .begin = begin, .end = end, .of = of, .at = begin, .counts = !of };
	struct rtp_event event;
	unsigned int i = 0;

	runner_count = 0;
	while (rtp_slice_next(slice, &i, &event) && (s64)(event.ticks - end) < 0) {
		if (event.kind != RTPROBE_TRACE_EVENT_SWITCH)
			continue;
		if (!stay.known) {
			stay.known = true;
			stay.pid = event.pid2;
		}
		stay_pass(&stay, event.ticks);
		stay_switch(&stay, &event);
	}
	stay_pass(&stay, end);
	return stay.waited;
}

/* Whether a task can have run on another CPU than @cpu: it did, or the record has a gap. */
static bool may_run_elsewhere(u32 pid, u32 cpu, u64 begin, u64 end)
{
	struct rtp_event event;
	u32 other;

	for_each_possible_cpu(other) {
		struct rtp_slice *slice;
		unsigned int i = 0;

		if (other == cpu)
			continue;
		slice = rtp_walk_read(other, 0);
		if (rtp_slice_begins_after(slice, begin))
			return true;
		while (rtp_slice_next(slice, &i, &event) && (s64)(event.ticks - end) < 0)
			if (event.kind == RTPROBE_TRACE_EVENT_SWITCH && event.pid == pid &&
			    (s64)(event.ticks - begin) >= 0)
				return true;
		cond_resched();
	}
	return false;
}

static const struct runner *longest_runner(void)
{
	const struct runner *longest = NULL;
	unsigned int i;

	for (i = 0; i < runner_count; i++)
		if (runners[i].ticks && (!longest || runners[i].ticks > longest->ticks))
			longest = &runners[i];
	return longest;
}

static u64 waited_ns(u64 ticks)
{
	return rtp_clock_to_ns(rtp_clock_chosen, ticks);
}

/* Describes a task by the table of followed tasks: it may have exited since. */
static void describe_followed(struct rtp_task *to, u64 time)
{
	const struct rtp_task_entry *entry;
	u32 i;

	rtp_tasks_lock();
	for (i = 0; (entry = rtp_task_at(i)); i++)
		if (rtp_task_state(entry) != RTP_TASK_FREE && entry->about.pid == to->pid &&
		    entry->start_time <= time && entry->start_time > to->start_time)
			rtp_task_copy(to, &entry->about);
	rtp_tasks_unlock();
}

static void describe_runner(struct rtp_task *to, const struct runner *runner, u64 time)
{
	*to = (struct rtp_task) {};
	rtp_past_task_describe(to, runner->pid, runner->comm, time);
	if (!to->start_time && runner->pid)
		describe_followed(to, time);
}

static bool is_real_time_policy(u32 policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE;
}

/* Whether a task has a lower priority than the real-time task @victim. Both are described. */
static bool is_lower(const struct rtp_task *task, const struct rtp_task *victim)
{
	if (!is_real_time_policy(victim->policy) || !task->start_time)
		return false;
	if (!is_real_time_policy(task->policy))
		return true;
	if (task->policy == SCHED_DEADLINE)
		return false;
	return victim->policy == SCHED_DEADLINE || task->priority < victim->priority;
}

/* What kept the releasing task from running, on the CPU where it released. */
static void describe_displaced(struct rtp_part_wait *waited, struct rtp_walk *walk,
			       const struct rtp_cycle_wait *wait, u64 begin, u64 end)
{
	const struct rtp_capture *capture = walk->capture;
	const struct runner *runner;
	u64 ticks;

	ticks = sum_runners(rtp_walk_read(wait->cpu, wait->recorded), wait->waker.pid, begin, end);
	runner = longest_runner();
	/* One that ran elsewhere was not kept from running. */
	if (!runner || may_run_elsewhere(wait->waker.pid, wait->cpu, begin, end))
		return;
	waited->displaced_ns = waited_ns(ticks);
	waited->displaced_by_ns = waited_ns(runner->ticks);
	describe_runner(&waited->displaced_by, runner, capture->time);
	waited->inverted = wait->kind == RTPROBE_WAIT_FUTEX && runner->pid &&
			   is_lower(&waited->displaced_by, &capture->victim);
	if (waited->inverted && capture->victim_ref)
		rtp_cycle_note_inversion(capture->victim_ref, waited_ns(end - begin));
}

static void describe_meanwhile(struct rtp_part_wait *waited, struct rtp_walk *walk, u32 cpu,
			       u64 begin, u64 end)
{
	const struct rtp_capture *capture = walk->capture;
	unsigned long recorded = cpu == capture->row->cpu ? capture->recorded : 0;
	const struct runner *runner;

	sum_runners(rtp_walk_read(cpu, recorded), 0, begin, end);
	runner = longest_runner();
	if (!runner)
		return;
	waited->has_meanwhile = true;
	waited->meanwhile_ns = waited_ns(runner->ticks);
	describe_runner(&waited->meanwhile, runner, capture->time);
}

/* Names the action of a handler. */
static void name_interrupt(struct rtp_part_wait *waited, const void *action)
{
	const struct rtp_source *source;

	rtp_rows_lock();
	source = rtp_source_by_key(action);
	if (source)
		strscpy(waited->name, source->name, sizeof(waited->name));
	rtp_rows_unlock();
	if (!source)
		rtp_line_action_name(waited->number, action, waited->name);
}

struct handler {
	enum rtprobe_part_kind kind;
	u32 number;
	const void *action;
};

/* What interrupts a CPU, as its events are read. */
struct interrupts {
	unsigned int n;
	struct handler handler[HANDLERS];
	bool in_softirq;
	u32 softirq;
};

static void step_interrupts(struct interrupts *in, const struct rtp_event *event)
{
	switch (event->kind) {
	case RTPROBE_TRACE_EVENT_HARDIRQ_ENTRY:
	case RTPROBE_TRACE_EVENT_VECTOR_ENTRY:
		if (in->n == HANDLERS)
			return;
		in->handler[in->n++] = (struct handler) {
			.kind = event->kind == RTPROBE_TRACE_EVENT_VECTOR_ENTRY ?
					RTPROBE_PART_KIND_VECTOR :
					RTPROBE_PART_KIND_HARDIRQ,
			.number = event->number,
			.action = rtp_record_pointer(event->payload),
		};
		break;
	case RTPROBE_TRACE_EVENT_HARDIRQ_EXIT:
	case RTPROBE_TRACE_EVENT_VECTOR_EXIT:
		in->n -= !!in->n;
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_ENTRY:
		in->in_softirq = true;
		in->softirq = event->number;
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_EXIT:
		in->in_softirq = false;
		break;
	case RTPROBE_TRACE_EVENT_SWITCH:
		*in = (struct interrupts) {};
		break;
	default:
		break;
	}
}

/* Reads the number of the line from the exit of the handler, in the events from @i on. */
static bool number_line(struct rtp_slice *slice, unsigned int i, u32 *irq)
{
	unsigned int nested = 0;
	struct rtp_event event;

	while (rtp_slice_next(slice, &i, &event)) {
		nested += event.kind == RTPROBE_TRACE_EVENT_HARDIRQ_ENTRY;
		if (event.kind != RTPROBE_TRACE_EVENT_HARDIRQ_EXIT || nested--)
			continue;
		*irq = event.number;
		return true;
	}
	return false;
}

/* Finds the interrupt in which the victim was woken, just before @end. */
static void describe_interrupt(struct rtp_part_wait *waited, struct rtp_walk *walk,
			       const struct rtp_cycle_wait *wait, u64 begin, u64 end)
{
	struct rtp_slice *slice = rtp_walk_read(wait->cpu, wait->recorded);
	struct interrupts in = {}, at_waking = {};
	unsigned int i = 0, after = 0;
	const struct handler *handler;
	struct rtp_event event;

	while (rtp_slice_next(slice, &i, &event) && (s64)(event.ticks - end) <= 0) {
		step_interrupts(&in, &event);
		if (event.kind != RTPROBE_TRACE_EVENT_WAKING ||
		    event.pid != walk->capture->victim.pid || (s64)(event.ticks - begin) < 0)
			continue;
		at_waking = in;
		after = i;
	}
	if (!after)
		return;
	if (!at_waking.n) {
		if (!at_waking.in_softirq)
			return;
		waited->kind = RTPROBE_PART_KIND_SOFTIRQ;
		waited->number = at_waking.softirq;
		strscpy(waited->name, rtp_softirq_label(waited->number), sizeof(waited->name));
		return;
	}
	handler = &at_waking.handler[at_waking.n - 1];
	if (handler->kind == RTPROBE_PART_KIND_VECTOR) {
		waited->number = handler->number;
		strscpy(waited->name, rtp_vector_label(handler->number), sizeof(waited->name));
	} else if (number_line(slice, after, &waited->number)) {
		name_interrupt(waited, handler->action);
	} else {
		return;
	}
	waited->kind = handler->kind;
}

void rtp_waited_describe(struct rtp_walk *walk, struct rtp_share *share,
			 const struct rtp_cycle_leg *leg, u64 begin)
{
	const struct rtp_cycle_wait *wait = &walk->capture->value.legs->wait[leg->wait];
	struct rtp_part_wait *waited = &share->part.waited;
	u64 end = leg->until;

	if (end - begin <= waited->ticks)
		return;
	*waited = (struct rtp_part_wait) {
		.ticks = end - begin,
		.has_waker = wait->has_waker,
		.in_interrupt = wait->in_interrupt,
		.released = wait->released,
		.cpu = wait->cpu,
	};
	if (wait->kind == RTPROBE_WAIT_FUTEX || wait->kind == RTPROBE_WAIT_FUTEX_PI ||
	    wait->kind == RTPROBE_WAIT_KERNEL_LOCK)
		describe_meanwhile(waited, walk, leg->cpu, begin, end);
	if (!wait->has_waker)
		return;
	if (wait->in_interrupt)
		return describe_interrupt(waited, walk, wait, begin, end);
	rtp_task_of_note(&waited->waker, &wait->waker);
	if (wait->released || wait->kind == RTPROBE_WAIT_KERNEL_LOCK)
		describe_displaced(waited, walk, wait, begin, end);
}
