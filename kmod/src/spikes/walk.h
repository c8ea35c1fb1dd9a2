/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk through the flight recorder that finds what ran on a CPU during a value's window, and
 * for how long. Process context, one caller at a time.
 *
 * The CPU's events are processed in order. The time between two events is assigned to what ran: the
 * innermost of NMI, hard handler or vector, softirq and task. For a late timer, the task's time is
 * with interrupts off if interrupted.h allows it. Equal contexts have one share. A function that
 * ran as a callback inside a handler, softirq or task is a context of its own.
 *
 * The value of a duration is walked, too, from the entry of its handler or softirq.
 */
#ifndef RTPROBE_WALK_H
#define RTPROBE_WALK_H

#include "base/nest.h"
#include "capture/capture.h"
#include "spikes/part.h"
#include "values/row.h"

/* Maximum number of tasks that were switched out in a softirq (PREEMPT_RT only) or a work item. */
#define RTP_WALK_SUSPENDED 32

/* Maximum number of contexts. The smallest are summed up in the end, see parts-max in the ABI. */
#define RTP_WALK_SHARES 96

/* Maximum number of open handlers around the newest one: those of base/nest.h and one vector. */
#define RTP_WALK_OUTERS (RTP_OUTERS + 1)

/* A callback that has begun and not ended. */
struct rtp_walk_callback {
	u32 kind;		/* enum rtprobe_callback; 0: none */
	const void *function;
	const void *item;	/* NULL: not recorded */
	u64 entered;		/* ticks */
	u32 device;		/* of a poll, see slice.h */
};

/*
 * The callbacks of one level, outermost first. A function can call another one: a work item that
 * calls a function on all CPUs runs it on its own CPU, too. No two have the same kind.
 */
struct rtp_walk_callbacks {
	unsigned int n;
	struct rtp_walk_callback open[RTPROBE_CALLBACK_COUNT];
};

/* What runs at some level. */
struct rtp_context {
	enum rtprobe_part_kind kind;
	u32 number, pid;
	const void *key;
	const char *name;
	struct rtp_walk_callback callback;
	/* Of a wait: what for, and the pid of the waker. */
	u32 wait, waker;
};

/* An open handler. */
struct rtp_walk_handler {
	struct rtp_context context;	/* without a callback */
	struct rtp_walk_callbacks callbacks;
	u64 entered, nested;		/* ticks of its start; ticks of NMIs, handlers in it */
};

/* What a task runs, and continues after it was switched out. */
struct rtp_walk_thread {
	bool used;
	u32 pid;
	bool in_softirq;
	u32 softirq;
	struct rtp_walk_callbacks in_task, of_softirq;
	u64 unpolled;		/* ns of the softirq since its begin or the end of a poll in it */
};

/*
 * Where samples found a context. If there are too many, every second is left out, and every second
 * of those that follow.
 */
struct rtp_walk_samples {
	unsigned int n, seen, every;		/* every: of so many seen, one is kept; 0: all */
	struct {
		const void *at;		/* NULL: in user mode */
		u64 user;		/* address in user mode; 0: unknown */
		u32 state;		/* mask of enum rtprobe_sample_state */
	} sample[RTPROBE_SAMPLES_MAX];
};

/* A part before it is judged; it gets its name at the end. */
struct rtp_share {
	struct rtp_context context;	/* its name is valid only during the walk */
	u32 cpu;			/* where it ran first */
	struct rtp_walk_samples samples;
	struct rtp_part part;
};

/* Maximum number of runs whose senders are searched. A share with another run has no sender. */
#define RTP_WALK_RUNS 128

/* One run of a callback with an item, in the window. */
struct rtp_walk_run {
	unsigned int share;	/* its index */
	u32 cpu, callback;
	const void *item;
	u64 entered;		/* ticks */
};

/* A part of the window, and the CPU whose events explain it. */
struct rtp_leg {
	u32 cpu;
	u64 begin, end;		/* ticks */
	unsigned long recorded;	/* its flight recorder is complete up to here, see slice.h */
	bool is_late_timer;	/* the victim's timer was due and did not fire */
};

struct rtp_slice;

struct rtp_walk {
	const struct rtp_capture *capture;
	struct rtp_cause *longest;
	const void *longest_key;	/* its action; NULL for a vector */
	struct rtp_share share[RTP_WALK_SHARES];
	unsigned int shares;
	struct rtp_share *given;	/* share that got the newest time */
	struct rtp_walk_run run[RTP_WALK_RUNS];
	unsigned int runs;
	bool incomplete;		/* see struct rtp_parts */

	/* State of the current leg. */
	u32 cpu;
	u64 begin, end;			/* ticks */
	u64 at;				/* time before this was assigned */
	bool task_known;
	bool irq_thread;		/* a kernel thread, not only a task with such a name */
	u32 pid;
	char comm[RTPROBE_COMM_LEN];
	struct rtp_walk_thread thread;	/* of the current task; its pid is above */
	bool in_handler;
	struct rtp_walk_handler handler;	/* the newest ... */
	struct rtp_walk_handler outer[RTP_WALK_OUTERS];	/* ... and those around it */
	unsigned int outers;
	struct rtp_walk_thread suspended[RTP_WALK_SUSPENDED];
	bool is_late_timer;		/* of the leg */
	bool victim_runs;
	/* What the choice of the current task proves: throttled or fair server; else 0. */
	enum rtprobe_part_kind passed_over;
	u32 idle_state;	/* entered last, since the idle task was switched to; RTP_IDLE_UNKNOWN */
	u64 switched_in;	/* when the interrupted task was switched to; 0: not seen */
	u32 looked_up;	/* the newest pid that was looked up */
	bool own;	/* whether that pid is rtprobe's own */
};

static inline bool rtp_walk_is_timer(const struct rtp_walk *walk)
{
	return walk->capture->row->measure == RTPROBE_MEASURE_TIMER_LATENCY;
}

static inline bool rtp_walk_is_cycle(const struct rtp_walk *walk)
{
	return walk->capture->row->measure == RTPROBE_MEASURE_RESPONSE_TIME;
}

/* Returns whether a context is the handler or softirq whose duration is the value. */
bool rtp_walk_is_source(const struct rtp_walk *walk, const struct rtp_context *context);

/* Returns the share of a context; that of "other" if there is no more space. */
struct rtp_share *rtp_walk_share(struct rtp_walk *walk, const struct rtp_context *context);

/*
 * Gives the time of a leg to what ran in it, from the recorder of its CPU. The state of the last
 * leg remains in @walk.
 */
void rtp_walk_leg(struct rtp_walk *walk, const struct rtp_leg *leg);

/*
 * Copies the flight recorder of a CPU, see slice.h. Valid until the next call, or the next leg.
 */
struct rtp_slice *rtp_walk_read(u32 cpu, unsigned long recorded);

int rtp_walk_init(void);
void rtp_walk_exit(void);

#endif
