// SPDX-License-Identifier: GPL-2.0-or-later
#include "spike.h"

#include <linux/mutex.h>
#include <linux/slab.h>

#include "decompose.h"
#include "event.h"
#include "housekeeping.h"
#include "row.h"
#include "stack.h"
#include "trace.h"

/*
 * In a storm at most this many spikes are completed a pause, so symbols are not printed all the time;
 * the rest are counted where they happen, for want of a free capture.
 */
#define BATCH 16
#define PAUSE_MS 10

#define SCRATCH (sizeof(*stack) + sizeof(*parts))

u32 rtp_max_spikes __read_mostly;

static DEFINE_MUTEX(spikes_mutex);
static LIST_HEAD(spikes);
static struct kmem_cache *cache;
static u32 held;
static size_t detail_bytes;	/* of the spikes' stacks and parts */
static u64 newest_id;

/* Only the work uses these, and it never runs twice at once. */
static struct delayed_work work;
static struct llist_node *backlog;
static struct rtp_stack *stack;
static struct rtp_parts *parts;

void rtp_spikes_lock(void)
{
	mutex_lock(&spikes_mutex);
}

void rtp_spikes_unlock(void)
{
	mutex_unlock(&spikes_mutex);
}

static enum rtprobe_mode settle_mode(const struct rtp_capture *capture)
{
	if (capture->mode != RTP_MODE_UNKNOWN)
		return capture->mode;
	return stack->entry_found && !stack->frames ? RTPROBE_MODE_USER : RTPROBE_MODE_KERNEL;
}

static void fill_tasks(struct rtp_spike *spike, const struct rtp_capture *capture)
{
	spike->task = capture->task;
	spike->has_victim = capture->value.victim;
	spike->has_waker = capture->value.waker;
	if (spike->has_victim)
		spike->victim = capture->victim;
	if (spike->has_waker)
		spike->waker = capture->waker;
}

static void fill(struct rtp_spike *spike, const struct rtp_capture *capture)
{
	const struct rtp_row *row = capture->row;
	enum rtprobe_mode mode;
	struct rtp_cause cause;

	rtp_decompose(parts, &cause, capture);
	rtp_stack_print(stack, capture->stack, capture->frames, capture->in_interrupt);
	mode = settle_mode(capture);
	if (!(capture->verdict.capture & RTPROBE_CAPTURE_STACK))
		stack->frames = stack->bytes = 0;
	*spike = (struct rtp_spike) {
		.id = ++newest_id,
		.time = capture->time,
		.value = capture->value.ns,
		.threshold = capture->verdict.threshold,
		.lower = capture->value.lower,
		.upper = capture->value.upper,
		.exact = capture->value.exact,
		.rule = capture->verdict.rule,
		.measure = row->measure,
		.number = row->number,
		.cpu = row->cpu,
		.mode = mode,
		.frames = stack->frames,
		.frame_bytes = stack->bytes,
		.frame_text = stack->text,
		.parts = parts->n,
		.parts_incomplete = parts->incomplete,
		.part = parts->part,
	};
	strscpy(spike->name, row->name, sizeof(spike->name));
	fill_tasks(spike, capture);
	if (row->measure == RTPROBE_MEASURE_TIMER_LATENCY)
		spike->cause = cause;
	spike->traced = capture->verdict.capture & RTPROBE_CAPTURE_TRACE && rtp_trace_keep(spike->id, capture);
}

static size_t parts_bytes(const struct rtp_spike *spike)
{
	return spike->parts * sizeof(*spike->part);
}

static struct rtp_spike *duplicate(const struct rtp_spike *spike)
{
	struct rtp_spike *copy = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NOWARN);
	char *text = kmemdup(spike->frame_text, spike->frame_bytes, GFP_KERNEL | __GFP_NOWARN);
	struct rtp_part *part = kmemdup(spike->part, parts_bytes(spike), GFP_KERNEL | __GFP_NOWARN);

	if (!copy || !text || !part) {
		kfree(text);
		kfree(part);
		if (copy)
			kmem_cache_free(cache, copy);
		return NULL;
	}
	*copy = *spike;
	copy->frame_text = text;
	copy->part = part;
	return copy;
}

static void keep(const struct rtp_spike *spike)
{
	struct rtp_spike *copy = NULL;

	mutex_lock(&spikes_mutex);
	if (held < rtp_max_spikes)
		copy = duplicate(spike);
	if (copy) {
		list_add_tail(&copy->list, &spikes);
		held++;
		detail_bytes += copy->frame_bytes + parts_bytes(copy);
	} else {
		rtp_lost_add(RTP_LOST_SPIKE_LIST_FULL, 1);
	}
	mutex_unlock(&spikes_mutex);
}

static void complete_waiting(struct work_struct *unused)
{
	unsigned int n;

	for (n = 0; n < BATCH; n++) {
		struct rtp_capture *capture;
		struct rtp_spike spike;

		if (!backlog)
			backlog = rtp_captures_take();
		if (!backlog)
			return;
		capture = llist_entry(backlog, struct rtp_capture, node);
		backlog = backlog->next;
		if (!rtp_capture_decide(capture)) {
			rtp_capture_put(capture);
			continue;
		}
		fill(&spike, capture);
		rtp_capture_put(capture);
		rtp_event_spike(&spike);
		keep(&spike);
	}
	queue_delayed_work(rtp_workqueue, &work, msecs_to_jiffies(PAUSE_MS));
}

void rtp_spikes_wake(void)
{
	queue_delayed_work(rtp_workqueue, &work, 0);
}

const struct rtp_spike *rtp_spike_after(u64 id)
{
	const struct rtp_spike *spike;

	list_for_each_entry(spike, &spikes, list)
		if (spike->id > id)
			return spike;
	return NULL;
}

u64 rtp_spike_newest(void)
{
	return list_empty(&spikes) ? 0 : list_last_entry(&spikes, struct rtp_spike, list)->id;
}

void rtp_spikes_clear(void)
{
	struct rtp_spike *spike, *next;

	mutex_lock(&spikes_mutex);
	list_for_each_entry_safe(spike, next, &spikes, list) {
		list_del(&spike->list);
		kfree(spike->frame_text);
		kfree(spike->part);
		kmem_cache_free(cache, spike);
	}
	held = 0;
	detail_bytes = 0;
	mutex_unlock(&spikes_mutex);
}

u32 rtp_spikes_held(void)
{
	return READ_ONCE(held);
}

size_t rtp_spikes_bytes(void)
{
	return READ_ONCE(held) * kmem_cache_size(cache) + READ_ONCE(detail_bytes) + SCRATCH;
}

size_t rtp_spikes_bytes_max(void)
{
	return rtp_max_spikes * (kmem_cache_size(cache) + RTP_STACK_TEXT + sizeof(parts->part)) + SCRATCH;
}

int rtp_spikes_init(u32 max_spikes)
{
	rtp_max_spikes = max_spikes;
	INIT_DELAYED_WORK(&work, complete_waiting);
	stack = kzalloc(sizeof(*stack), GFP_KERNEL);
	parts = kzalloc(sizeof(*parts), GFP_KERNEL);
	cache = kmem_cache_create("rtprobe_spike", sizeof(struct rtp_spike), 0, 0, NULL);
	if (!stack || !parts || !cache) {
		kfree(stack);
		kfree(parts);
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	return 0;
}

void rtp_spikes_stop(void)
{
	struct llist_node *node, *next;

	rtp_captures_sync();
	cancel_delayed_work_sync(&work);
	/* What was not completed still holds references to tasks. */
	for (node = backlog; node || (node = rtp_captures_take()); node = next) {
		next = node->next;
		rtp_capture_put(llist_entry(node, struct rtp_capture, node));
	}
	backlog = NULL;
}

void rtp_spikes_exit(void)
{
	rtp_spikes_clear();
	kmem_cache_destroy(cache);
	kfree(stack);
	kfree(parts);
}
