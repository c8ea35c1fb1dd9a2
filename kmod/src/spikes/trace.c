// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/trace.h"

#include <linux/delay.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "base/lost.h"
#include "base/symbol.h"
#include "capture/lock.h"
#include "recorder/own.h"
#include "recorder/slice.h"
#include "spikes/device.h"
#include "spikes/past_task.h"
#include "values/source.h"

/* Number of stored traces. */
#define TRACES 32

/*
 * A slice begins this long before the window and ends this long after it. If necessary,
 * rtp_trace_keep waits for the end.
 */
#define BEFORE_NS 1000000
#define AFTER_NS 1000000

/* Maximum number of records by which a slice is extended to begin at an entry. */
#define ENTRY_AWAY 64

static_assert(sizeof(struct rtp_trace_event) == RTPROBE_TRACE_EVENT_LEN);

static DEFINE_MUTEX(traces_mutex);
static LIST_HEAD(traces);
static unsigned int traces_held;
static size_t held_bytes;
/* used only by rtp_trace_keep, which has one caller at a time */
static struct rtp_slice trace_slice;

static size_t trace_bytes(unsigned int cpus)
{
	return sizeof(struct rtp_trace) + cpus * sizeof(struct rtp_trace_cpu);
}

void rtp_traces_lock(void)
{
	mutex_lock(&traces_mutex);
}

void rtp_traces_unlock(void)
{
	mutex_unlock(&traces_mutex);
}

const struct rtp_trace *rtp_trace_of(u64 id)
{
	const struct rtp_trace *trace;

	list_for_each_entry(trace, &traces, list)
		if (trace->id == id)
			return trace;
	return NULL;
}

/* Stores the irq number and source id of an action; 0 if it has no source (any more). */
static void store_source(struct rtp_trace_event *to, const void *key)
{
	const struct rtp_source *source;

	rtp_rows_lock();
	source = rtp_source_by_key(key);
	to->number = source ? source->number : 0;
	to->arg = source ? source->id : 0;
	rtp_rows_unlock();
}

/* @time: ns of CLOCK_MONOTONIC at which the task had this name. */
static void name_task(struct rtp_trace *trace, u32 pid, const char *comm, u64 time)
{
	struct rtp_task *task = &trace->task[trace->tasks];
	unsigned int i;

	if (!*comm)
		return;
	for (i = 0; i < trace->tasks; i++)
		if (trace->task[i].pid == pid)
			return;
	if (trace->tasks == RTP_TRACE_TASKS)
		return;
	rtp_past_task_describe(task, pid, comm, time);
	trace->tasks++;
}

/* Returns the number of a name, which is new if there are less than @most. */
static unsigned int number_function(struct rtp_trace *trace, const void *address, const char *name,
				    unsigned int most)
{
	struct rtp_trace_function *function = trace->function;
	unsigned int i;

	for (i = 0; i < trace->functions; i++)
		if (!strcmp(function[i].name, name))
			return i + 1;
	if (trace->functions >= most)
		return 0;
	function[i].address = address;
	strscpy(function[i].name, name, sizeof(function[i].name));
	return ++trace->functions;
}

/* Samples find a function at many addresses. */
unsigned int rtp_trace_function(struct rtp_trace *trace, const void *address, bool sampled)
{
	struct rtp_trace_function *function = trace->function;
	char name[RTPROBE_FUNCTION_LEN];
	unsigned int i;

	if (!address)
		return 0;
	for (i = 0; i < trace->functions; i++)
		if (function[i].address == address)
			return i + 1;
	rtp_function_print(name, address);
	return number_function(trace, address, name,
			       sampled ? RTP_TRACE_FUNCTIONS / 2 : RTP_TRACE_FUNCTIONS);
}

/* Returns the number of a poll, whose name is not that of its function alone. */
static unsigned int number_poll(struct rtp_trace *trace, const struct rtp_event *event)
{
	char name[RTPROBE_FUNCTION_LEN];

	rtp_device_print_poll(name, event->device, event->function);
	return number_function(trace, NULL, name, RTP_TRACE_FUNCTIONS);
}

/* Returns the number of an item, the same for each event with it; 0: none, or too many. */
static unsigned int number_item(struct rtp_trace *trace, const void *item)
{
	unsigned int i;

	if (!item)
		return 0;
	for (i = 0; i < trace->items; i++)
		if (trace->item[i] == item)
			return i + 1;
	if (trace->items == RTP_TRACE_ITEMS)
		return 0;
	trace->item[trace->items] = item;
	return ++trace->items;
}

/* Returns the number of the text of the marker before @index in the slice; 0: too many. */
static unsigned int number_marker(struct rtp_trace *trace, unsigned int index)
{
	char text[RTPROBE_MARKER_LEN];
	unsigned int i;

	rtp_slice_marker(&trace_slice, index, text);
	for (i = 0; i < trace->markers; i++)
		if (!strcmp(trace->marker[i], text))
			return i + 1;
	if (!*text || trace->markers == RTP_TRACE_MARKERS)
		return 0;
	memcpy(trace->marker[trace->markers], text, sizeof(text));
	return ++trace->markers;
}

/* Stores an event. @index: behind it in the slice. */
static void trace_store(struct rtp_trace *trace, struct rtp_trace_cpu *on,
			const struct rtp_capture *capture, const struct rtp_event *event,
			unsigned int index)
{
	struct rtp_trace_event *to = &on->event[on->events++];

	*to = (struct rtp_trace_event) {
		.time = rtp_capture_time_of(capture, event->ticks),
		.kind = event->kind,
		.cpu = on->cpu,
		.number = event->number,
		.pid = event->pid,
		.pid2 = event->pid2,
	};
	switch (event->kind) {
	case RTPROBE_TRACE_EVENT_HARDIRQ_ENTRY:
		store_source(to, rtp_record_pointer(event->payload));
		break;
	case RTPROBE_TRACE_EVENT_HARDIRQ_EXIT:
		to->arg = !!(event->payload >> 24);
		break;
	case RTPROBE_TRACE_EVENT_NMI:
		to->arg = event->payload;
		to->number = 0;
		break;
	case RTPROBE_TRACE_EVENT_PROBE:
		to->arg = event->payload & ~RTP_RECORD_IN_TIMER;
		to->number = 0;
		break;
	case RTPROBE_TRACE_EVENT_TIMER_EXPIRY:
		to->arg = event->payload & (BIT_ULL(RTP_RECORD_EXPIRY_BITS) - 1);
		to->number = 0;
		break;
	case RTPROBE_TRACE_EVENT_IRQS_OFF:
		to->arg = event->payload & (BIT_ULL(55) - 1);
		to->number = event->payload >> 55;
		break;
	case RTPROBE_TRACE_EVENT_SWITCH:
		name_task(trace, event->pid, event->comm, to->time);
		break;
	case RTPROBE_TRACE_EVENT_MARKER:
		to->number = number_marker(trace, index);
		break;
	case RTPROBE_TRACE_EVENT_TASK_CLASS:
		to->arg = event->pid2;
		to->pid2 = 0;
		break;
	case RTPROBE_TRACE_EVENT_CONTENTION_BEGIN:
	case RTPROBE_TRACE_EVENT_CONTENTION_END:
		to->arg = rtp_lock_hash((uintptr_t)rtp_record_pointer(event->payload));
		to->number = 0;
		break;
	case RTPROBE_TRACE_EVENT_SPIKE:
		to->arg = event->payload & (BIT_ULL(RTP_RECORD_SPIKE_BITS) - 1);
		to->number = event->payload >> RTP_RECORD_SPIKE_BITS;
		break;
	case RTPROBE_TRACE_EVENT_SAMPLE:
		to->number = event->payload >> RTP_RECORD_SAMPLE_BITS;
		to->arg = rtp_trace_function(trace, rtp_record_sampled(event->payload), true);
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_ENTRY:
		to->arg = rtp_trace_function(trace, rtp_record_pointer(event->payload), false);
		to->pid2 = number_item(trace, event->item);
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_EXIT:
		if (event->number == RTPROBE_CALLBACK_NAPI)
			to->arg = number_poll(trace, event);
		break;
	case RTPROBE_TRACE_EVENT_SEND:
		to->pid = 0;
		to->pid2 = number_item(trace, event->item);
		to->number = event->cpu == RTP_RECORD_ANY_CPU ? RTPROBE_SEND_ANY_CPU : event->cpu;
		to->arg = rtp_trace_function(trace, event->function, false);
		break;
	default:
		break;
	}
}

/*
 * Handlers, softirqs and the task's callback in progress: the index of each entry event, UINT_MAX
 * if there is none.
 */
struct entered {
	unsigned int handler, softirq, work;
	unsigned int open;	/* nesting depth of handlers; `handler` is the outermost */
};

static const struct entered nothing_entered = { UINT_MAX, UINT_MAX, UINT_MAX, 0 };

/* Callbacks that run in a task, nearly always. */
static bool runs_in_task(u32 callback)
{
	return callback == RTPROBE_CALLBACK_WORK || callback == RTPROBE_CALLBACK_STOP;
}

static void trace_follow(struct entered *entered, const struct rtp_event *event, unsigned int index)
{
	switch (event->kind) {
	case RTPROBE_TRACE_EVENT_HARDIRQ_ENTRY:
	case RTPROBE_TRACE_EVENT_VECTOR_ENTRY:
		if (!entered->open++)
			entered->handler = index;
		break;
	case RTPROBE_TRACE_EVENT_HARDIRQ_EXIT:
	case RTPROBE_TRACE_EVENT_VECTOR_EXIT:
		if (entered->open && --entered->open)
			break;
		entered->handler = UINT_MAX;
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_ENTRY:
		entered->softirq = index;
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_EXIT:
		entered->softirq = UINT_MAX;
		break;
	case RTPROBE_TRACE_EVENT_SWITCH:
		*entered = nothing_entered;
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_ENTRY:
		if (runs_in_task(event->number))
			entered->work = index;
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_EXIT:
		if (runs_in_task(event->number))
			entered->work = UINT_MAX;
		break;
	default:
		break;
	}
}

/*
 * Extends the slice to the entries of the handler, softirq and work item that run at its start, as
 * far as they are near. A long one may have no other event before its exit.
 */
static unsigned int with_entry(const struct entered *entered, unsigned int at)
{
	const unsigned int entries[] = { entered->handler, entered->softirq, entered->work };
	unsigned int i, begin = at;

	for (i = 0; i < ARRAY_SIZE(entries); i++)
		if (entries[i] < begin && at - entries[i] <= ENTRY_AWAY)
			begin = entries[i];
	return begin;
}

/* Returns the index of the first event of the trace, and finds the task that ran there. */
static unsigned int find_begin(struct rtp_trace_cpu *on, u64 from, u64 to)
{
	struct entered entered = nothing_entered;
	struct rtp_event event;
	unsigned int i = 0, at = 0, left = 0;
	bool found = false;

	while (rtp_slice_next(&trace_slice, &i, &event))
		left += (s64)(event.ticks - from) >= 0 && (s64)(event.ticks - to) <= 0;
	i = 0;
	while (rtp_slice_next(&trace_slice, &i, &event)) {
		bool wanted = (s64)(event.ticks - from) >= 0;

		if (wanted && left <= RTP_TRACE_EVENTS - ENTRY_AWAY && !found) {
			found = true;
			at = with_entry(&entered, at);
			if (on->task_known)
				return at;
		}
		if (event.kind == RTPROBE_TRACE_EVENT_SWITCH) {
			on->task_known = true;
			on->task = found ? event.pid2 : event.pid;
			if (found)
				return at;
		}
		if (wanted && !found) {
			left--;
			on->overwritten = true;
		}
		if (!found) {
			trace_follow(&entered, &event, at);
			at = i;
		}
	}
	return at;
}

/* All CPUs use the same clock for ticks. */
static void copy_slice(struct rtp_trace *trace, struct rtp_trace_cpu *on,
		       const struct rtp_capture *capture)
{
	u64 from = capture->value.begin - rtp_clock_from_ns(BEFORE_NS);
	u64 to = capture->value.end + rtp_clock_from_ns(AFTER_NS);
	/* On another CPU, no entry is known to be complete. */
	unsigned long settled = on->cpu == capture->row->cpu ? capture->recorded : 0;
	struct rtp_event event;
	unsigned int i;

	rtp_slice_copy(&trace_slice, per_cpu_ptr(rtp_cpus, on->cpu), settled);
	on->overwritten = rtp_slice_begins_after(&trace_slice, from);
	i = find_begin(on, from, to);
	while (on->events < RTP_TRACE_EVENTS && rtp_slice_next(&trace_slice, &i, &event) &&
	       (s64)(event.ticks - to) <= 0)
		if (event.kind != (enum rtprobe_trace_event)RTP_RECORD_STACK)
			trace_store(trace, on, capture, &event, i);
}

static void trace_fill(struct rtp_trace *trace, const struct rtp_capture *capture)
{
	bool overwritten = false;
	unsigned int i;

	name_task(trace, capture->task.pid, capture->task.comm, capture->time);
	name_task(trace, capture->victim.pid, capture->victim.comm, capture->time);
	for (i = 0; i < trace->cpus; i++) {
		copy_slice(trace, &trace->cpu[i], capture);
		overwritten |= trace->cpu[i].overwritten;
	}
	if (overwritten)
		rtp_lost_add(RTP_LOST_TRACE_OVERWRITTEN, 1);
}

static void free_oldest_trace(void)
{
	struct rtp_trace *oldest = list_first_entry(&traces, struct rtp_trace, list);

	list_del(&oldest->list);
	held_bytes -= trace_bytes(oldest->cpus);
	kvfree(oldest);
	traces_held--;
}

/* The CPUs of a trace, each once. */
struct cpu_list {
	unsigned int n;
	u32 cpu[RTP_TRACE_CPUS];
};

static void list_cpu(struct cpu_list *list, u32 cpu)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (list->cpu[i] == cpu)
			return;
	list->cpu[list->n++] = cpu;
}

/* Lists the CPUs of a spike's trace, the row's own first. */
static void list_cpus(struct cpu_list *list, const struct rtp_capture *capture,
		      const struct rtp_parts *parts)
{
	unsigned int i;

	list->n = 0;
	list_cpu(list, capture->row->cpu);
	for (i = 0; i < capture->value.chain_cpus; i++)
		if (capture->value.chain_cpu[i] != RTP_CHAIN_UNKNOWN)
			list_cpu(list, capture->value.chain_cpu[i]);
	for (i = 0; i < parts->n; i++)
		if (parts->part[i].has_sender && parts->part[i].sender.has_cpu)
			return list_cpu(list, parts->part[i].sender.cpu);
}

bool rtp_trace_keep(u64 id, const struct rtp_capture *capture, const struct rtp_parts *parts)
{
	struct rtp_trace *trace;
	struct cpu_list list;
	unsigned int i;

	if (!capture->value.end || !rtp_recorder_runs())
		return false;
	list_cpus(&list, capture, parts);
	trace = kvzalloc(trace_bytes(list.n), GFP_KERNEL | __GFP_NOWARN);
	if (!trace)
		return false;
	trace->id = id;
	trace->cpus = list.n;
	for (i = 0; i < list.n; i++)
		trace->cpu[i].cpu = list.cpu[i];
	if (ktime_get_ns() - capture->time < AFTER_NS)
		usleep_range(AFTER_NS / 1000, 2 * AFTER_NS / 1000);
	trace_fill(trace, capture);
	mutex_lock(&traces_mutex);
	if (traces_held == TRACES)
		free_oldest_trace();
	list_add_tail(&trace->list, &traces);
	traces_held++;
	held_bytes += trace_bytes(list.n);
	mutex_unlock(&traces_mutex);
	return true;
}

void rtp_traces_clear(void)
{
	mutex_lock(&traces_mutex);
	while (traces_held)
		free_oldest_trace();
	mutex_unlock(&traces_mutex);
}

size_t rtp_traces_bytes(void)
{
	return READ_ONCE(held_bytes) + 2 * (rtp_recorder_mask + 1);
}

size_t rtp_traces_bytes_max(void)
{
	return TRACES * trace_bytes(RTP_TRACE_CPUS) + 2 * (rtp_recorder_mask + 1);
}

int rtp_traces_init(void)
{
	return rtp_slice_init(&trace_slice);
}

void rtp_traces_exit(void)
{
	rtp_traces_clear();
	rtp_slice_exit(&trace_slice);
}
