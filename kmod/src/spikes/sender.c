// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/sender.h"

#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "base/symbol.h"
#include "recorder/slice.h"
#include "spikes/past_task.h"

/* A run of a timer. */
struct timer_run {
	const void *item;
	u64 entered;		/* ticks; 0: none */
	/* The kernel has taken the timer for the run at this time or later; 0: unknown. */
	u64 since;
};

/* A request. */
struct sender_request {
	u64 ticks;		/* 0: none */
	u32 cpu, pid;
	bool in_interrupt;
	const void *function;	/* NULL: unknown */
	unsigned int group;	/* of the requests before one stack; unique on a CPU; 0: no stack */
	char comm[RTPROBE_COMM_LEN];
	unsigned long frame[RTP_RECORD_FRAMES];	/* 0: unknown, or no more */
	struct timer_run timer;	/* in which a work item was queued */
};

/* A run whose request is searched, and what was found. */
struct search {
	struct rtp_walk_run run;
	u64 since;		/* of a timer's run, see timer_run */
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
	/* The newest event that is not of an interrupt on top; any request. */
	struct rtp_event last;
	/* Requests of one function call are a group. */
	unsigned int group;	/* the newest one that can have a stack */
	bool awaits_stack;	/* and its task has not been switched out since */
	/* Ticks since when these run; 0: they do not. */
	u64 handler;
	u64 timers;		/* a TIMER softirq, or the next timer in it */
	u64 hrtimers;		/* a HRTIMER softirq */
	struct timer_run timer;	/* that runs in a TIMER softirq */
};

/* The runs whose requests are searched in one pass. */
struct searching {
	struct search *search;
	unsigned int n;
};

static struct rtp_slice sender_slice;
/* Of the walk's runs; then of the timers that queued their work items. */
static struct search searches[RTP_WALK_RUNS], timer_searches[RTP_WALK_RUNS];
/* From these ticks on no request was overwritten; 0: none was. */
static u64 requests_since;

static bool is_before(u64 a, u64 b)
{
	return (s64)(a - b) < 0;
}

/* Requests for further CPUs of a function call. */
static bool is_of_group(const struct rtp_event *a, const struct rtp_event *b)
{
	return a->kind == RTPROBE_TRACE_EVENT_SEND && a->pid == b->pid &&
	       a->in_interrupt == b->in_interrupt && a->number == b->number &&
	       a->function == b->function && a->site == b->site && a->cpu < b->cpu &&
	       rtp_record_place(a->item, a->cpu) == rtp_record_place(b->item, b->cpu);
}

static bool is_timer(u32 callback)
{
	return callback == RTPROBE_CALLBACK_TIMER || callback == RTPROBE_CALLBACK_HRTIMER;
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
		.group = rtp_record_has_stack(event->number) ? reading->group : 0,
		.frame = { event->site },
	};
	if (reading->comm && event->pid == reading->pid)
		memcpy(search->newest.comm, reading->comm, sizeof(search->newest.comm));
	/* Not in an interrupt on top of the timer's function. */
	if (event->number == RTPROBE_CALLBACK_WORK && event->in_interrupt && !reading->handler)
		search->newest.timer = reading->timer;
}

/* Whether the run of a request can be on any CPU. */
static bool runs_anywhere(u32 callback)
{
	return callback == RTPROBE_CALLBACK_WORK || is_timer(callback);
}

/* stop_machine() asks for several CPUs at once. */
static bool can_be_for(const struct rtp_event *request, const struct rtp_walk_run *run)
{
	return runs_anywhere(run->callback) || request->cpu == run->cpu ||
	       (run->callback == RTPROBE_CALLBACK_STOP && request->cpu == RTP_RECORD_ANY_CPU);
}

static void compare_request(const struct searching *searching, const struct reading *reading,
			    const struct rtp_event *event)
{
	unsigned int i;

	for (i = 0; i < searching->n; i++) {
		struct search *search = &searching->search[i];
		const struct rtp_walk_run *run = &search->run;

		if (event->item != run->item || event->number != run->callback ||
		    is_before(run->entered, event->ticks))
			continue;
		if (!can_be_for(event, run))
			continue;
		note_request(reading, search, event);
	}
}

/*
 * Returns the ticks before which the kernel has not taken a timer for the run that begins now. It
 * does so in the interrupt or softirq that runs it, after the function of another one of the
 * softirq has ended.
 */
static u64 taken_since(const struct reading *reading, u32 callback)
{
	if (callback == RTPROBE_CALLBACK_TIMER)
		return reading->timers;
	return reading->handler ?: reading->hrtimers;
}

static void compare_run(const struct searching *searching, const struct reading *reading,
			const struct rtp_event *event)
{
	unsigned int i;

	for (i = 0; i < searching->n; i++) {
		struct search *search = &searching->search[i];
		const struct rtp_walk_run *run = &search->run;

		if (event->item != run->item || event->number != run->callback)
			continue;
		if (reading->cpu == run->cpu && event->ticks == run->entered)
			search->since = taken_since(reading, run->callback);
		if (!is_before(event->ticks, run->entered))
			continue;
		/* The others' runs of stop_machine() are of the same request. */
		if (run->callback == RTPROBE_CALLBACK_STOP && reading->cpu != run->cpu)
			continue;
		if (!search->taken || is_before(search->taken, event->ticks))
			search->taken = event->ticks;
	}
}

static void take_frames(const struct searching *searching, const struct reading *reading,
			unsigned int index)
{
	unsigned long frame[RTP_RECORD_FRAMES];
	unsigned int i;

	rtp_slice_stack(&sender_slice, index, frame);
	for (i = 0; i < searching->n; i++) {
		struct sender_request *request = &searching->search[i].newest;

		if (request->ticks && request->cpu == reading->cpu &&
		    request->group == reading->group && request->frame[0] == frame[0])
			memcpy(request->frame, frame, sizeof(frame));
	}
}

/* @index: that after the event in the slice. */
static void read_event(const struct searching *searching, struct reading *reading,
		       const struct rtp_event *event, unsigned int index)
{
	switch ((int)event->kind) {
	case RTPROBE_TRACE_EVENT_SEND:
		if (rtp_record_has_stack(event->number)) {
			if (!reading->awaits_stack || !is_of_group(&reading->last, event))
				reading->group++;
			reading->awaits_stack = true;
		}
		compare_request(searching, reading, event);
		break;
	case RTP_RECORD_STACK:
		if (reading->awaits_stack)
			take_frames(searching, reading, index);
		reading->awaits_stack = false;
		break;
	case RTPROBE_TRACE_EVENT_SWITCH:
		/* Preemption is disabled from a request to its stack. */
		reading->awaits_stack = false;
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_ENTRY:
		compare_run(searching, reading, event);
		break;
	default:
		break;
	}
}

/* Notes what runs timers. */
static void follow_timers(struct reading *reading, const struct rtp_event *event)
{
	const bool is_of_timer = event->number == RTPROBE_CALLBACK_TIMER;

	switch ((int)event->kind) {
	case RTPROBE_TRACE_EVENT_VECTOR_ENTRY:
	case RTPROBE_TRACE_EVENT_HARDIRQ_ENTRY:
		reading->handler = event->ticks;
		break;
	case RTPROBE_TRACE_EVENT_VECTOR_EXIT:
	case RTPROBE_TRACE_EVENT_HARDIRQ_EXIT:
		reading->handler = 0;
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_ENTRY:
		/* On PREEMPT_RT, a thread may wait for another one in the same softirq. */
		if (event->number == TIMER_SOFTIRQ)
			reading->timers = reading->timers ?: event->ticks;
		if (event->number == HRTIMER_SOFTIRQ)
			reading->hrtimers = reading->hrtimers ?: event->ticks;
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_EXIT:
		if (event->number == TIMER_SOFTIRQ)
			reading->timers = 0;
		if (event->number == HRTIMER_SOFTIRQ)
			reading->hrtimers = 0;
		break;
	case RTPROBE_TRACE_EVENT_SWITCH:
		/* What comes until the thread continues is not the timer's. */
		reading->timer = (struct timer_run) {};
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_ENTRY:
		if (is_of_timer)
			reading->timer = (struct timer_run) {
				.item = event->item,
				.entered = event->ticks,
				.since = reading->timers,
			};
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_EXIT:
		if (is_of_timer && reading->timers)
			reading->timers = event->ticks;
		if (is_of_timer)
			reading->timer = (struct timer_run) {};
		break;
	default:
		break;
	}
}

/* Whether an interrupt may have caused an event that comes between a request and its stack. */
static bool is_on_top(const struct reading *reading, const struct rtp_event *event)
{
	switch ((int)event->kind) {
	case RTPROBE_TRACE_EVENT_SEND:
		return false;
	case RTPROBE_TRACE_EVENT_VECTOR_EXIT:
	case RTPROBE_TRACE_EVENT_HARDIRQ_EXIT:
		return true;
	default:
		return reading->handler;
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
static void note_oldest(const struct searching *searching, u32 cpu)
{
	const u64 oldest = sender_slice.begin;
	unsigned int i;

	if (!oldest)
		return;
	for (i = 0; i < searching->n; i++)
		if (searching->search[i].run.cpu == cpu)
			searching->search[i].oldest = oldest;
	if ((sender_slice.full || sender_slice.resumed) && had_request(cpu) &&
	    (!requests_since || is_before(requests_since, oldest)))
		requests_since = oldest;
}

static void read_cpu(const struct searching *searching, const struct rtp_capture *capture,
		     u32 cpu)
{
	const struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
	struct reading reading = { .cpu = cpu };
	char comm[RTPROBE_COMM_LEN];
	struct rtp_event event;
	unsigned int i = 0;

	/* Requests are complete, also if nothing was recorded after them. */
	rtp_slice_copy(&sender_slice, c, cpu == capture->row->cpu ?
		       capture->recorded : smp_load_acquire(&c->recorded_sent));
	note_oldest(searching, cpu);
	while (rtp_slice_next(&sender_slice, &i, &event)) {
		read_event(searching, &reading, &event, i);
		follow_timers(&reading, &event);
		follow_task(&reading, &event, comm);
		if (!is_on_top(&reading, &event))
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

static void describe(struct rtp_sender *sender, const struct sender_request *request, bool armed,
		     const struct rtp_capture *capture)
{
	*sender = (struct rtp_sender) {
		.has_cpu = true,
		.cpu = request->cpu,
		.in_interrupt = request->in_interrupt,
		.armed = armed,
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
	if (!other->armed)
		sender->armed = false;
	if (strcmp(sender->function, other->function))
		sender->function[0] = '\0';
}

static bool says_something(const struct rtp_sender *sender)
{
	return sender->has_cpu || sender->has_task || sender->in_interrupt || *sender->function;
}

/* @function: of the run; NULL: unknown. */
static bool is_certain(const struct search *search, const void *function)
{
	const u64 ticks = search->newest.ticks;
	const u32 callback = search->run.callback;

	if (!ticks)
		return false;
	/* Some items are queued without a request, in memory that was another item before. */
	if (runs_anywhere(callback) && search->newest.function && function &&
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
	/* A timer can be armed again, but the run is not of an arming after the kernel took it. */
	if (is_timer(callback))
		return search->since && is_before(ticks, search->since);
	/* The run of an earlier request may have been overwritten. */
	return !search->earlier || is_before(search->earlier, search->oldest) ||
	       (search->taken && is_before(search->earlier, search->taken));
}

static void store(struct rtp_walk *walk)
{
	unsigned int i;

	for (i = 0; i < walk->runs; i++) {
		const struct search *search = &searches[i], *timer = &timer_searches[i];
		struct rtp_share *share = &walk->share[walk->run[i].share];
		struct rtp_part *part = &share->part;
		bool by_timer = is_certain(timer, NULL);
		struct rtp_sender sender;

		if (part->sender_unknown ||
		    !is_certain(search, share->context.callback.function)) {
			part->sender_unknown = true;
			part->has_sender = false;
			continue;
		}
		describe(&sender, by_timer ? &timer->newest : &search->newest,
			 by_timer || is_timer(search->run.callback), walk->capture);
		if (part->has_sender)
			merge(&part->sender, &sender);
		else
			part->sender = sender;
		part->has_sender = true;
	}
	for (i = 0; i < walk->shares; i++)
		walk->share[i].part.has_sender &= says_something(&walk->share[i].part.sender);
}

/*
 * Whether a CPU can have a run of the items. The run of a function call is on the CPU of its
 * request.
 */
static bool has_run(const struct searching *searching, u32 cpu)
{
	unsigned int i;

	for (i = 0; i < searching->n; i++) {
		const struct rtp_walk_run *run = &searching->search[i].run;

		if (run->item && (run->cpu == cpu || runs_anywhere(run->callback)))
			return true;
	}
	return false;
}

static void search_cpus(const struct searching *searching, const struct rtp_capture *capture)
{
	u32 cpu;

	for_each_possible_cpu(cpu) {
		if (had_request(cpu) || has_run(searching, cpu))
			read_cpu(searching, capture, cpu);
		cond_resched();
	}
}

/* Searches what armed the timers that queued work items. Returns whether there are any. */
static bool begin_timers(struct searching *searching)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < searching->n; i++) {
		const struct sender_request *request = &searches[i].newest;
		const struct timer_run *timer = &request->timer;

		searching->search[i] = (struct search) {};
		if (!request->ticks || !timer->item)
			continue;
		any = true;
		searching->search[i].since = timer->since;
		searching->search[i].run = (struct rtp_walk_run) {
			.cpu = request->cpu,
			.callback = RTPROBE_CALLBACK_TIMER,
			.item = timer->item,
			.entered = timer->entered,
		};
	}
	return any;
}

void rtp_senders_find(struct rtp_walk *walk)
{
	struct searching runs = { .search = searches, .n = walk->runs };
	struct searching timers = { .search = timer_searches, .n = walk->runs };
	unsigned int i;

	if (!walk->runs)
		return;
	for (i = 0; i < walk->runs; i++)
		searches[i] = (struct search) { .run = walk->run[i] };
	requests_since = 0;
	search_cpus(&runs, walk->capture);
	if (begin_timers(&timers))
		search_cpus(&timers, walk->capture);
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
