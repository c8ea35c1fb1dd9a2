// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/list.h"

#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "base/housekeeping.h"
#include "base/lost.h"
#include "capture/budget.h"
#include "spikes/trace.h"

/*
 * Maximum number of spikes completed before a pause, so that symbols are not printed without end.
 * If spikes occur faster, the captures run out, and further spikes are counted as lost.
 */
#define BATCH 16
#define PAUSE_MS 10

/*
 * Bytes of stack, parts and processes: the share of each spike on the list, and a minimum for the
 * largest one.
 */
#define DETAILS_SHARE 8192
#define DETAILS_LEAST 65536

/* Bytes of a spike. No slab cache of our own: destroying one waits for a thread of each CPU. */
#define SPIKE_BYTES roundup_pow_of_two(sizeof(struct rtp_spike))

u32 rtp_max_spikes __read_mostly;

static DEFINE_MUTEX(spikes_mutex);
static LIST_HEAD(spikes);
static u32 spikes_held;
static u32 spikes_clears;
static size_t detail_bytes;	/* of the spikes' stacks, parts and processes */
static u64 newest_spike_id;
static void (*notify_completed)(const struct rtp_spike *spike);

/* Used only by the completion work, which never runs concurrently with itself. */
static struct kthread_delayed_work completion;
static struct llist_node *backlog;

void rtp_spikes_lock(void)
{
	mutex_lock(&spikes_mutex);
}

void rtp_spikes_unlock(void)
{
	mutex_unlock(&spikes_mutex);
}

static size_t parts_bytes(const struct rtp_spike *spike)
{
	return spike->parts * sizeof(*spike->part);
}

static size_t users_bytes(const struct rtp_spike *spike)
{
	return spike->users * sizeof(*spike->user);
}

static size_t details_of(const struct rtp_spike *spike)
{
	return spike->frame_bytes + parts_bytes(spike) + users_bytes(spike) +
	       (spike->process ? rtp_process_bytes(spike->process) : 0) +
	       (spike->victim_process ? rtp_process_bytes(spike->victim_process) : 0);
}

static void free_spike(struct rtp_spike *spike)
{
	kfree(spike->frame_text);
	kfree(spike->part);
	kfree(spike->user);
	rtp_process_free(spike->process);
	rtp_process_free(spike->victim_process);
	kfree(spike);
}

static struct rtp_spike *spike_duplicate(const struct rtp_spike *spike)
{
	struct rtp_spike *copy = kmalloc(sizeof(*copy), GFP_KERNEL | __GFP_NOWARN);

	if (!copy)
		return NULL;
	*copy = *spike;
	copy->frame_text =
		kmemdup(spike->frame_text, spike->frame_bytes, GFP_KERNEL | __GFP_NOWARN);
	copy->part = kmemdup(spike->part, parts_bytes(spike), GFP_KERNEL | __GFP_NOWARN);
	copy->user = kmemdup(spike->user, users_bytes(spike), GFP_KERNEL | __GFP_NOWARN);
	copy->process = spike->process ? rtp_process_copy(spike->process) : NULL;
	copy->victim_process =
		spike->victim_process ? rtp_process_copy(spike->victim_process) : NULL;
	if (copy->frame_text && copy->part && copy->user && !copy->process == !spike->process &&
	    !copy->victim_process == !spike->victim_process)
		return copy;
	free_spike(copy);
	return NULL;
}

/*
 * Returns the maximum size of all spikes' details. Many small ones leave room for a large one.
 */
static size_t details_max(void)
{
	return (size_t)rtp_max_spikes * DETAILS_SHARE + DETAILS_LEAST;
}

static void list_keep(const struct rtp_spike *spike)
{
	struct rtp_spike *copy = NULL;

	mutex_lock(&spikes_mutex);
	if (spikes_held < rtp_max_spikes && detail_bytes + details_of(spike) <= details_max())
		copy = spike_duplicate(spike);
	if (copy) {
		list_add_tail(&copy->list, &spikes);
		spikes_held++;
		detail_bytes += details_of(copy);
	} else {
		rtp_lost_add(RTP_LOST_SPIKE_LIST_FULL, 1);
	}
	mutex_unlock(&spikes_mutex);
}

/* Returns how many captures were completed. */
static unsigned int complete_batch(void)
{
	unsigned int n;

	for (n = 0; n < BATCH; n++) {
		struct rtp_capture *capture;
		struct rtp_spike *spike;

		if (!backlog)
			backlog = rtp_captures_take();
		if (!backlog)
			break;
		capture = llist_entry(backlog, struct rtp_capture, node);
		backlog = backlog->next;
		if (!rtp_capture_decide(capture)) {
			rtp_capture_put(capture);
			continue;
		}
		spike = rtp_spike_fill(capture, ++newest_spike_id);
		rtp_capture_put(capture);
		notify_completed(spike);
		list_keep(spike);
	}
	return n;
}

static void complete_waiting(struct kthread_work *unused)
{
	u64 began = ktime_get_ns();
	unsigned int n = complete_batch();

	rtp_budget_completed(n, ktime_get_ns() - began);
	if (n == BATCH)
		kthread_queue_delayed_work(rtp_worker, &completion, msecs_to_jiffies(PAUSE_MS));
}

void rtp_spikes_wake(void)
{
	kthread_queue_delayed_work(rtp_worker, &completion, 0);
}

const struct rtp_spike *rtp_spike_after(u64 id)
{
	const struct rtp_spike *spike;

	list_for_each_entry(spike, &spikes, list)
		if (spike->id > id)
			return spike;
	return NULL;
}

const struct rtp_spike *rtp_spike_by_id(u64 id)
{
	const struct rtp_spike *spike = id ? rtp_spike_after(id - 1) : NULL;

	return spike && spike->id == id ? spike : NULL;
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
		free_spike(spike);
	}
	spikes_held = 0;
	detail_bytes = 0;
	spikes_clears++;
	mutex_unlock(&spikes_mutex);
	rtp_traces_clear();
}

u32 rtp_spikes_clears(void)
{
	return spikes_clears;
}

u32 rtp_spikes_held(void)
{
	return READ_ONCE(spikes_held);
}

size_t rtp_spikes_bytes(void)
{
	return READ_ONCE(spikes_held) * SPIKE_BYTES + READ_ONCE(detail_bytes) +
	       rtp_spike_bytes();
}

size_t rtp_spikes_bytes_max(void)
{
	return rtp_max_spikes * SPIKE_BYTES + details_max() + rtp_spike_bytes();
}

int rtp_spikes_init(u32 max_spikes, void (*completed)(const struct rtp_spike *spike))
{
	int err = rtp_spike_init();

	if (err)
		return err;
	rtp_max_spikes = max_spikes;
	notify_completed = completed;
	kthread_init_delayed_work(&completion, complete_waiting);
	return 0;
}

void rtp_spikes_stop(void)
{
	struct llist_node *node, *next;

	rtp_captures_sync();
	kthread_cancel_delayed_work_sync(&completion);
	/* Captures that were not completed still hold references to tasks. */
	for (node = backlog; node || (node = rtp_captures_take()); node = next) {
		next = node->next;
		rtp_capture_put(llist_entry(node, struct rtp_capture, node));
	}
	backlog = NULL;
}

void rtp_spikes_exit(void)
{
	rtp_housekeeping_expect_over();
	rtp_spikes_clear();
	rtp_spike_exit();
}
