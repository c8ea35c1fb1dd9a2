/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces: slices of the flight recorder around a spike. They cover the CPU of the spike and the
 * CPUs that led to it: the waker's, the one that handled the interrupt, and the one that asked for
 * the longest function with a known sender. Traces are stored for
 * the newest spikes that requested one. They are copied about a millisecond after the spike, so
 * that they include what followed. Process context.
 */
#ifndef RTPROBE_TRACE_H
#define RTPROBE_TRACE_H

#include <linux/list.h>

#include "capture/capture.h"
#include "spikes/part.h"

/*
 * Maximum events of a CPU's slice. If there are more, the newest are stored, with the window's end.
 */
#define RTP_TRACE_EVENTS 512

/* Maximum number of CPUs in a trace. */
#define RTP_TRACE_CPUS (2 + RTP_CHAIN_CPUS)

/* Maximum number of functions that a trace names. */
#define RTP_TRACE_FUNCTIONS 64

/* Maximum number of items of callbacks that a trace numbers. */
#define RTP_TRACE_ITEMS 64

/* Maximum number of different texts of markers in a trace. */
#define RTP_TRACE_MARKERS 64

/* Maximum number of tasks that a trace describes. */
#define RTP_TRACE_TASKS 48

/* The layout of the message, see trace-event-len in the ABI. */
struct rtp_trace_event {
	u64 time;	/* ns of CLOCK_MONOTONIC */
	u16 kind;
	u16 cpu;
	u32 number;
	u32 pid, pid2;
	u64 arg;
};

struct rtp_trace_cpu {
	int cpu;
	bool overwritten;	/* the oldest events of the slice are missing */
	bool task_known;
	u32 task;		/* pid of the task that ran at the start */
	unsigned int events;
	struct rtp_trace_event event[RTP_TRACE_EVENTS];
};

struct rtp_trace_function {
	const void *address;	/* never leaves the kernel */
	char name[RTPROBE_FUNCTION_LEN];
};

struct rtp_trace {
	struct list_head list;	/* newest last */
	u64 id;			/* id of the spike */
	unsigned int tasks;
	struct rtp_task task[RTP_TRACE_TASKS];	/* start_time 0: only pid and comm known */
	unsigned int functions;
	struct rtp_trace_function function[RTP_TRACE_FUNCTIONS];
	unsigned int items;
	const void *item[RTP_TRACE_ITEMS];	/* never leave the kernel */
	unsigned int markers;
	char marker[RTP_TRACE_MARKERS][RTPROBE_MARKER_LEN];
	unsigned int cpus;
	struct rtp_trace_cpu cpu[];		/* the spike's CPU first */
};

/*
 * Returns the number of the function that an address is in, from 1; it is named if it is new. 0 if
 * the address is unknown or there are too many functions. What is @sampled leaves half of them to
 * callbacks. Process context.
 */
unsigned int rtp_trace_function(struct rtp_trace *trace, const void *address, bool sampled);

/*
 * Stores the trace of spike @id, whose parts are @parts. Returns false if there is no memory,
 * recorder or window.
 */
bool rtp_trace_keep(u64 id, const struct rtp_capture *capture, const struct rtp_parts *parts);

/* A mutex, held while a trace is read. */
void rtp_traces_lock(void);
void rtp_traces_unlock(void);

/* Returns the trace of a spike, NULL if there is none (any more). Lock held. */
const struct rtp_trace *rtp_trace_of(u64 id);

void rtp_traces_clear(void);

size_t rtp_traces_bytes(void);
size_t rtp_traces_bytes_max(void);

int rtp_traces_init(void);
void rtp_traces_exit(void);

#endif
