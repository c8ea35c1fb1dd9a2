/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A slice: a copy of what a CPU's flight recorder holds, made while it goes on recording. Process
 * context.
 *
 * The ring is not stopped and there is no second one. What was overwritten while it was copied is
 * seen by how far the recorder has come afterwards, and left out; an entry that is being written
 * just then is among the newest few, which are left out as well unless they are known to be older.
 */
#ifndef RTPROBE_SLICE_H
#define RTPROBE_SLICE_H

#include "recorder/recorder.h"

struct rtp_slice {
	struct rtp_record *record;	/* oldest first */
	unsigned int n;
	unsigned int room;
	bool full;			/* the ring held more, older ones were overwritten */
};

/* What an event says, its payload taken apart. */
struct rtp_event {
	u64 ticks;
	enum rtprobe_trace_event kind;
	u64 payload;
	u32 pid, pid2;			/* of switch and waking */
	u32 number;
	char comm[RTPROBE_COMM_LEN];	/* of the task switched to; empty: unknown */
	bool irq_thread;		/* the task switched to is one */
};

/*
 * Copy all a ring holds. What had been recorded when @settled was read from c->recorded, on the CPU
 * itself, is whole by now. One caller at a time for each slice.
 */
void rtp_slice_copy(struct rtp_slice *slice, const struct rtp_cpu *c, unsigned long settled);

/* Whether events from @ticks on were overwritten before they could be copied. */
bool rtp_slice_begins_after(const struct rtp_slice *slice, u64 ticks);

/*
 * Take the event at @*index apart and move on behind it; false at the end. Comm entries belong to
 * the switch before them and are not events.
 */
bool rtp_slice_next(const struct rtp_slice *slice, unsigned int *index, struct rtp_event *event);

/* Room for a whole ring. */
int rtp_slice_init(struct rtp_slice *slice);
void rtp_slice_exit(struct rtp_slice *slice);

#endif
