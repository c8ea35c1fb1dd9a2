/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A slice: a copy of a CPU's flight recorder, made while recording continues. Process context.
 *
 * The ring is not stopped and not doubled. After the copy, the number of bytes written shows which
 * entries were overwritten meanwhile; these are discarded. Entries that are being written are among
 * the newest few. These are discarded, too, unless they are older than a known complete entry.
 * Entries from before the recorder was last switched on are not copied: what ended in the gap would
 * seem to go on.
 */
#ifndef RTPROBE_SLICE_H
#define RTPROBE_SLICE_H

#include "recorder/recorder.h"

struct rtp_slice {
	struct rtp_record *record;	/* oldest first */
	unsigned int n;
	unsigned int room;
	u64 begin;			/* ticks of the oldest event */
	bool full;			/* older entries were overwritten */
	bool resumed;			/* the recorder was on before, and off since */
};

/* An event with its payload decoded. */
struct rtp_event {
	u64 ticks;
	enum rtprobe_trace_event kind;
	u64 payload;
	u32 pid, pid2;			/* of switch, waking, migrate and task-class */
	u32 number;			/* of callback events: enum rtprobe_callback */
	char comm[RTPROBE_COMM_LEN];	/* of the task switched to; empty: unknown */
	bool irq_thread;		/* the task switched to is one */
	const void *item;		/* of callback entries and sends; NULL: not recorded */
	/* Of sends, see recorder.h; also the pid, and the callback as number. */
	bool in_interrupt;
	u32 cpu;
	const void *function;		/* also of a poll */
	unsigned long site;
	u32 device;			/* of a poll: see rtp_recorder_put_poll */
};

/*
 * Copies a whole ring. All entries up to the value @settled, read from c->recorded on the CPU
 * itself, are complete by now. Callers serialize the use of one slice.
 */
void rtp_slice_copy(struct rtp_slice *slice, const struct rtp_cpu *c, unsigned long settled);

/* Returns whether events at or after @ticks are missing. */
bool rtp_slice_begins_after(const struct rtp_slice *slice, u64 ticks);

/*
 * Decodes the event at @*index and advances the index. Returns false at the end. Comm and rest
 * entries are part of the event before them and not events of their own.
 */
bool rtp_slice_next(const struct rtp_slice *slice, unsigned int *index, struct rtp_event *event);

/*
 * Reads the frames of the stack before @index, the index after rtp_slice_next. 0: unknown or no
 * frame.
 */
void rtp_slice_stack(const struct rtp_slice *slice, unsigned int index,
		     unsigned long frame[RTP_RECORD_FRAMES]);

/*
 * Reads the text of the marker before @index, the index after rtp_slice_next. Empty if it was not
 * copied.
 */
void rtp_slice_marker(const struct rtp_slice *slice, unsigned int index,
		      char text[RTPROBE_MARKER_LEN]);

/* Allocates space for a whole ring. */
int rtp_slice_init(struct rtp_slice *slice);
void rtp_slice_exit(struct rtp_slice *slice);

#endif
