// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorder/slice.h"

#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

/*
 * Number of newest entries that may be incomplete: one each of a task, an interrupt and an NMI
 * handler, and a pair, rounded up.
 */
#define UNSETTLED 8

#define PID_MASK (BIT(RTP_RECORD_PID_BITS) - 1)

static bool is_rest(const struct rtp_record *record)
{
	return (record->word & 0xff) >= RTP_RECORD_REST;
}

/* Returns the index of the first entry from @index on that is not a later one of an event. */
static unsigned int skip_rest(const struct rtp_slice *slice, unsigned int index)
{
	while (index < slice->n && is_rest(&slice->record[index]))
		index++;
	return index;
}

void rtp_slice_copy(struct rtp_slice *slice, const struct rtp_cpu *c, unsigned long settled)
{
	const unsigned long size = rtp_recorder_mask + 1;
	unsigned long end = local_read(&c->recorded);
	unsigned long before = READ_ONCE(c->recorded_before);
	unsigned long n = min(end - before, size) / sizeof(struct rtp_record);
	unsigned long newest =
		min_t(unsigned long, UNSETTLED, (end - settled) / sizeof(struct rtp_record));
	unsigned long at, i, lost;

	n -= min(n, newest);
	end -= newest * sizeof(struct rtp_record);
	/* An entry is indexed by the total of bytes written before it. */
	at = end - n * sizeof(struct rtp_record);
	smp_rmb();
	for (i = 0; i < n; i++, at += sizeof(struct rtp_record)) {
		const struct rtp_record *record = c->ring + (at & rtp_recorder_mask);

		slice->record[i].ticks = READ_ONCE(record->ticks);
		slice->record[i].word = READ_ONCE(record->word);
	}
	smp_rmb();
	slice->full = local_read(&c->recorded) - before > size;
	slice->resumed = before;
	/* Entries written since the copy started have overwritten the oldest ones. */
	lost = (local_read(&c->recorded) - end) / sizeof(struct rtp_record);
	lost = n + lost > size / sizeof(struct rtp_record)
		       ? n + lost - size / sizeof(struct rtp_record)
		       : 0;
	lost = min(lost, n);
	slice->n = n - lost;
	memmove(slice->record, slice->record + lost, slice->n * sizeof(struct rtp_record));
	i = skip_rest(slice, 0);
	slice->begin = i < slice->n ? slice->record[i].ticks : 0;
}

bool rtp_slice_begins_after(const struct rtp_slice *slice, u64 ticks)
{
	struct rtp_event event;
	unsigned int i = 0;

	if (slice->resumed && (s64)(READ_ONCE(rtp_recorder_since) - ticks) > 0)
		return true;
	/* The oldest entry may be a later one of an event, which has no ticks. */
	return slice->full &&
	       (!rtp_slice_next(slice, &i, &event) || (s64)(event.ticks - ticks) > 0);
}

static void take_tasks(struct rtp_event *event)
{
	event->pid = event->payload & PID_MASK;
	event->pid2 = event->payload >> RTP_RECORD_PID_BITS & PID_MASK;
	event->number = event->payload >> (2 * RTP_RECORD_PID_BITS);
}

/*
 * Reads the comm entry of a switch. It is missing if the switch is the last entry that was copied.
 */
static void take_comm(const struct rtp_slice *slice, unsigned int index, struct rtp_event *event)
{
	u64 name[2];

	if (index >= slice->n || (slice->record[index].word & 0xff) != RTP_RECORD_COMM)
		return;
	name[0] = slice->record[index].ticks;
	name[1] = slice->record[index].word >> 8;
	memcpy(event->comm, name, sizeof(event->comm));
}

/* Returns the payload of the rest entry at @index, and its first word; 0 if it was not copied. */
static u64 take_rest(const struct rtp_slice *slice, unsigned int index, u64 *first)
{
	*first = 0;
	if (index >= slice->n || (slice->record[index].word & 0xff) != RTP_RECORD_REST)
		return 0;
	*first = slice->record[index].ticks;
	return slice->record[index].word >> 8;
}

static void take_item(const struct rtp_slice *slice, unsigned int index, struct rtp_event *event)
{
	u64 item;

	take_rest(slice, index, &item);
	event->item = (const void *)(uintptr_t)item;
}

static void take_send(const struct rtp_slice *slice, unsigned int index, struct rtp_event *event)
{
	u64 payload = event->payload, texts, item;

	event->pid = payload & PID_MASK;
	event->number = payload >> RTP_RECORD_PID_BITS & (BIT(RTP_RECORD_SEND_BITS) - 1);
	event->in_interrupt = payload & RTP_RECORD_SEND_IN_INTERRUPT;
	event->cpu = payload >> RTP_RECORD_SEND_CPU_SHIFT;
	item = take_rest(slice, index, &texts);
	event->item = item ? rtp_record_pointer(item) : NULL;
	event->site = rtp_record_text(texts);
	event->function = (const void *)rtp_record_text(texts >> 32);
}

bool rtp_slice_next(const struct rtp_slice *slice, unsigned int *index, struct rtp_event *event)
{
	const struct rtp_record *record;

	/* Drops what was not complete when it was copied, see recorder.h: it seems older. */
	do {
		*index = skip_rest(slice, *index);
		if (*index >= slice->n)
			return false;
		record = &slice->record[(*index)++];
	} while ((s64)(record->ticks - slice->begin) < 0);
	*event = (struct rtp_event) {
		.ticks = record->ticks,
		.kind = record->word & 0xff,
		.payload = record->word >> 8,
	};
	if (event->kind == RTP_RECORD_CALLBACK + RTPROBE_CALLBACK_NAPI) {
		event->kind = RTPROBE_TRACE_EVENT_CALLBACK_EXIT;
		event->number = RTPROBE_CALLBACK_NAPI;
		event->function = (const void *)rtp_record_text(event->payload);
		event->device = event->payload >> 32;
		return true;
	}
	/* Comm and rest entries, which have higher numbers, were skipped. */
	if (event->kind >= RTP_RECORD_CALLBACK) {
		take_item(slice, *index, event);
		event->number = event->kind - RTP_RECORD_CALLBACK;
		event->kind = RTPROBE_TRACE_EVENT_CALLBACK_ENTRY;
		return true;
	}
	switch (event->kind) {
	case RTPROBE_TRACE_EVENT_SWITCH:
		take_tasks(event);
		event->irq_thread = event->number & RTP_RECORD_IRQ_THREAD;
		event->number &= RTP_RECORD_STATE_MASK;
		take_comm(slice, *index, event);
		break;
	case RTPROBE_TRACE_EVENT_WAKING:
	case RTPROBE_TRACE_EVENT_MIGRATE:
	case RTPROBE_TRACE_EVENT_TASK_CLASS:
		take_tasks(event);
		break;
	case RTPROBE_TRACE_EVENT_HARDIRQ_EXIT:
		event->number = event->payload & (BIT(24) - 1);
		break;
	case RTPROBE_TRACE_EVENT_MARKER:
		event->pid = event->payload;
		break;
	case RTPROBE_TRACE_EVENT_SEND:
		take_send(slice, *index, event);
		break;
	default:
		event->number = event->payload;
		break;
	}
	return true;
}

void rtp_slice_stack(const struct rtp_slice *slice, unsigned int index,
		     unsigned long frame[RTP_RECORD_FRAMES])
{
	unsigned int i;

	for (i = 0; i < RTP_RECORD_FRAMES; i += 3) {
		u64 texts, last = take_rest(slice, index++, &texts);

		frame[i] = rtp_record_text(texts);
		frame[i + 1] = rtp_record_text(texts >> 32);
		frame[i + 2] = rtp_record_text(last);
	}
}

void rtp_slice_marker(const struct rtp_slice *slice, unsigned int index,
		      char text[RTPROBE_MARKER_LEN])
{
	unsigned int i;

	memset(text, 0, RTPROBE_MARKER_LEN);
	for (i = 0; i < RTPROBE_MARKER_LEN - 1; i += RTP_RECORD_MARKER_BYTES) {
		u64 word[2];

		word[1] = take_rest(slice, index++, &word[0]);
		memcpy(text + i, word, RTP_RECORD_MARKER_BYTES);
	}
}

int rtp_slice_init(struct rtp_slice *slice)
{
	slice->room = rtp_recorder_events();
	slice->record = kvcalloc(slice->room, sizeof(*slice->record), GFP_KERNEL);
	return slice->record ? 0 : -ENOMEM;
}

void rtp_slice_exit(struct rtp_slice *slice)
{
	kvfree(slice->record);
}
