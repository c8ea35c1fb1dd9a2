// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/sender.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "base/symbol.h"
#include "recorder/slice.h"
#include "spikes/past_task.h"

/* A request. */
struct sender_request {
	u64 ticks;		/* 0: none */
	u32 cpu, pid;
	bool in_interrupt;
	const void *function;	/* NULL: unknown */
	unsigned int group;	/* of the requests before one stack; unique on a CPU */
	char comm[RTPROBE_COMM_LEN];
	unsigned long frame[RTP_RECORD_FRAMES];	/* 0: unknown, or no more */
};

/* What was found for a run. */
struct search {
	struct sender_request newest;
	u64 earlier;		/* ticks of the newest request before that; 0: none */
	u64 taken;		/* ticks of the newest earlier run of the item; 0: none */
	u64 oldest;		/* ticks of the oldest event of the run's CPU */
};

/* The reading of one CPU's recorder. */
struct reading {
	u32 cpu;
	u32 pid;		/* the current task; 0: also unknown */
	const char *comm;
	/* The newest event if it was a request; requests of one function call are a group. */
	struct rtp_event last;
	unsigned int group;
};

static struct rtp_slice sender_slice;
static struct search searches[RTP_WALK_RUNS];
/* From these ticks on no request was overwritten; 0: none was. */
static u64 requests_since;

static bool is_before(u64 a, u64 b)
{
	return (s64)(a - b) < 0;
}

/* The kernel queues a function for CPUs in ascending order. */
static bool is_of_group(const struct rtp_event *a, const struct rtp_event *b)
{
	return a->kind == RTPROBE_TRACE_EVENT_SEND && a->pid == b->pid &&
	       a->in_interrupt == b->in_interrupt && a->number == b->number &&
	       a->function == b->function && a->site == b->site && a->cpu < b->cpu;
}

static void note_request(const struct reading *reading, struct search *search,
			 const struct rtp_event *event)
{
	if (search->newest.ticks && is_before(event->ticks, search->newest.ticks)) {
		if (!search->earlier || is_before(search->earlier, event->ticks))
			search->earlier = event->ticks;
		return;
	}
	search->earlier = search->newest.ticks;
	search->newest = (struct sender_request) {
		.ticks = event->ticks,
		.cpu = reading->cpu,
		.pid = event->pid,
		.in_interrupt = event->in_interrupt,
		.function = event->function,
		.group = reading->group,
		.frame = { event->site },
	};
	if (reading->comm && event->pid == reading->pid)
		memcpy(search->newest.comm, reading->comm, sizeof(search->newest.comm));
}

/* A work item can run on another CPU. stop_machine() asks for several CPUs at once. */
static bool can_be_for(const struct rtp_event *request, const struct rtp_walk_run *run)
{
	return run->callback == RTPROBE_CALLBACK_WORK || request->cpu == run->cpu ||
	       (run->callback == RTPROBE_CALLBACK_STOP && request->cpu == RTP_RECORD_ANY_CPU);
}

static void compare_request(const struct rtp_walk *walk, const struct reading *reading,
			    const struct rtp_event *event)
{
	unsigned int i;

	for (i = 0; i < walk->runs; i++) {
		const struct rtp_walk_run *run = &walk->run[i];

		if (event->item != run->item || event->number != run->callback ||
		    is_before(run->entered, event->ticks))
			continue;
		if (!can_be_for(event, run))
			continue;
		note_request(reading, &searches[i], event);
	}
}

static void compare_run(const struct rtp_walk *walk, const struct reading *reading,
			const struct rtp_event *event)
{
	unsigned int i;

	for (i = 0; i < walk->runs; i++) {
		const struct rtp_walk_run *run = &walk->run[i];
		struct search *search = &searches[i];

		if (event->item != run->item || event->number != run->callback ||
		    !is_before(event->ticks, run->entered))
			continue;
		/* The others' runs of stop_machine() are of the same request. */
		if (run->callback == RTPROBE_CALLBACK_STOP && reading->cpu != run->cpu)
			continue;
		if (!search->taken || is_before(search->taken, event->ticks))
			search->taken = event->ticks;
	}
}

static void take_frames(const struct rtp_walk *walk, const struct reading *reading,
			unsigned int index)
{
	unsigned long frame[RTP_RECORD_FRAMES];
	unsigned int i;

	rtp_slice_stack(&sender_slice, index, frame);
	for (i = 0; i < walk->runs; i++) {
		struct sender_request *request = &searches[i].newest;

		if (request->ticks && request->cpu == reading->cpu &&
		    request->group == reading->group && request->frame[0] == frame[0])
			memcpy(request->frame, frame, sizeof(frame));
	}
}

/* @index: that after the event in the slice. */
static void read_event(const struct rtp_walk *walk, struct reading *reading,
		       const struct rtp_event *event, unsigned int index)
{
	switch ((int)event->kind) {
	case RTPROBE_TRACE_EVENT_SEND:
		if (!is_of_group(&reading->last, event))
			reading->group++;
		compare_request(walk, reading, event);
		break;
	case RTP_RECORD_STACK:
		/* Only that of the requests just before it. */
		if (reading->last.kind == RTPROBE_TRACE_EVENT_SEND)
			take_frames(walk, reading, index);
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_ENTRY:
		compare_run(walk, reading, event);
		break;
	default:
		break;
	}
}

/* Notes the current task from a switch to it. */
static void follow_task(struct reading *reading, const struct rtp_event *event,
			char comm[RTPROBE_COMM_LEN])
{
	if (event->kind != RTPROBE_TRACE_EVENT_SWITCH)
		return;
	reading->pid = event->pid;
	memcpy(comm, event->comm, RTPROBE_COMM_LEN);
	reading->comm = comm;
}

/* Whether a CPU's recorder has a request, or had one that was overwritten. */
static bool had_request(u32 cpu)
{
	return READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->recorded_sent);
}

/* Notes the oldest event of a CPU, before which runs and requests were overwritten. */
static void note_oldest(const struct rtp_walk *walk, u32 cpu)
{
	const u64 oldest = sender_slice.begin;
	unsigned int i;

	if (!oldest)
		return;
	for (i = 0; i < walk->runs; i++)
		if (walk->run[i].cpu == cpu)
			searches[i].oldest = oldest;
	if ((sender_slice.full || sender_slice.resumed) && had_request(cpu) &&
	    (!requests_since || is_before(requests_since, oldest)))
		requests_since = oldest;
}

static void read_cpu(const struct rtp_walk *walk, u32 cpu)
{
	const struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
	struct reading reading = { .cpu = cpu };
	char comm[RTPROBE_COMM_LEN];
	struct rtp_event event;
	unsigned int i = 0;

	/* Requests are complete, also if nothing was recorded after them. */
	rtp_slice_copy(&sender_slice, c, cpu == walk->capture->row->cpu ?
		       walk->capture->recorded : smp_load_acquire(&c->recorded_sent));
	note_oldest(walk, cpu);
	while (rtp_slice_next(&sender_slice, &i, &event)) {
		read_event(walk, &reading, &event, i);
		follow_task(&reading, &event, comm);
		reading.last = event;
	}
}

/* Whether a function only passes a request on. */
static bool passes_on(const char *function)
{
	static const char *const prefixes[] = {
		"smp_call_function", "on_each_cpu", "generic_exec_single", "__smp_call_single",
		"flush_tlb_", "native_flush_tlb_", "kvm_flush_tlb_", "hyperv_flush_tlb_",
		"text_poke_", "smp_text_poke_", "irq_work_queue", "stop_machine", "stop_one_cpu",
		"stop_two_cpus", "affine_move_task", "__set_cpus_allowed_ptr",
		"set_cpus_allowed_ptr",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strstarts(function, prefixes[i]))
			return true;
	return false;
}

static void name_function(struct rtp_sender *sender, const struct sender_request *request)
{
	unsigned int i;

	for (i = 0; i < RTP_RECORD_FRAMES && request->frame[i]; i++) {
		/* If a call is a function's last instruction, it returns to the next function. */
		const void *call = (const void *)(request->frame[i] - 1);

		rtp_function_print(sender->function, call);
		if (!passes_on(sender->function))
			return;
	}
	sender->function[0] = '\0';
}

static void describe(struct rtp_sender *sender, const struct sender_request *request,
		     const struct rtp_capture *capture)
{
	*sender = (struct rtp_sender) {
		.has_cpu = true,
		.cpu = request->cpu,
		.in_interrupt = request->in_interrupt,
	};
	name_function(sender, request);
	if (request->in_interrupt)
		return;
	sender->has_task = true;
	rtp_past_task_describe(&sender->task, request->pid, request->comm,
			       rtp_capture_time_of(capture, request->ticks));
}

/* Removes what differs. */
static void merge(struct rtp_sender *sender, const struct rtp_sender *other)
{
	if (sender->cpu != other->cpu)
		sender->has_cpu = false;
	if (sender->has_task != other->has_task || sender->task.pid != other->task.pid)
		sender->has_task = false;
	if (!other->in_interrupt)
		sender->in_interrupt = false;
	if (strcmp(sender->function, other->function))
		sender->function[0] = '\0';
}

static bool says_something(const struct rtp_sender *sender)
{
	return sender->has_cpu || sender->has_task || sender->in_interrupt || *sender->function;
}

static bool is_certain(const struct search *search, u32 callback, const void *function)
{
	const u64 ticks = search->newest.ticks;

	if (!ticks)
		return false;
	/* Some items are queued without a request, in memory that was another item before. */
	if (callback == RTPROBE_CALLBACK_WORK && search->newest.function &&
	    search->newest.function != function)
		return false;
	if (search->taken && !is_before(search->taken, ticks))
		return false;
	/* The request of another CPU may have been overwritten. */
	if (requests_since && is_before(ticks, requests_since))
		return false;
	/* irq_work that a CPU queues for itself is not recorded, and its run may be overwritten. */
	if (callback == RTPROBE_CALLBACK_IRQ_WORK && is_before(ticks, search->oldest))
		return false;
	/* The run of an earlier request may have been overwritten. */
	return !search->earlier || is_before(search->earlier, search->oldest) ||
	       (search->taken && is_before(search->earlier, search->taken));
}

static void store(struct rtp_walk *walk)
{
	unsigned int i;

	for (i = 0; i < walk->runs; i++) {
		struct rtp_share *share = &walk->share[walk->run[i].share];
		struct rtp_part *part = &share->part;
		struct rtp_sender sender;

		if (part->sender_unknown || !is_certain(&searches[i], walk->run[i].callback,
							 share->context.callback.function)) {
			part->sender_unknown = true;
			part->has_sender = false;
			continue;
		}
		describe(&sender, &searches[i].newest, walk->capture);
		if (part->has_sender)
			merge(&part->sender, &sender);
		else
			part->sender = sender;
		part->has_sender = true;
	}
	for (i = 0; i < walk->shares; i++)
		walk->share[i].part.has_sender &= says_something(&walk->share[i].part.sender);
}

/* Whether a CPU can have a run of the items. A function call runs on the CPU of its request. */
static bool has_run(const struct rtp_walk *walk, u32 cpu)
{
	unsigned int i;

	for (i = 0; i < walk->runs; i++)
		if (walk->run[i].cpu == cpu || walk->run[i].callback == RTPROBE_CALLBACK_WORK)
			return true;
	return false;
}

void rtp_senders_find(struct rtp_walk *walk)
{
	u32 cpu;

	if (!walk->runs)
		return;
	memset(searches, 0, walk->runs * sizeof(searches[0]));
	requests_since = 0;
	for_each_possible_cpu(cpu) {
		if (had_request(cpu) || has_run(walk, cpu))
			read_cpu(walk, cpu);
		cond_resched();
	}
	store(walk);
}

size_t rtp_senders_bytes(void)
{
	return rtp_recorder_mask + 1;
}

int rtp_senders_init(void)
{
	return rtp_slice_init(&sender_slice);
}

void rtp_senders_exit(void)
{
	rtp_slice_exit(&sender_slice);
}
