/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces: the flight recorder's slices around a spike, of the CPU it happened on and of those that
 * led to it (who woke the victim, what took the interrupt it began with), kept for the newest
 * spikes that asked for one. Copied about a millisecond after the spike, so that they hold what
 * came after, too. Process context throughout.
 */
#ifndef RTPROBE_TRACE_H
#define RTPROBE_TRACE_H

#include <linux/list.h>

#include "capture/capture.h"

/* Most events of a CPU's slice; of more the newest, so that the end of the window is there. */
#define RTP_TRACE_EVENTS 512

/* Most CPUs of a trace. */
#define RTP_TRACE_CPUS (1 + RTP_CHAIN_CPUS)

/* Most tasks that are told with a trace. */
#define RTP_TRACE_TASKS 48

/* As it is sent, see trace-event-len in the ABI. */
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
	bool overwritten;	/* events of the slice are missing at its begin */
	bool task_known;
	u32 task;		/* pid that was current at the begin */
	unsigned int events;
	struct rtp_trace_event event[RTP_TRACE_EVENTS];
};

struct rtp_trace {
	struct list_head list;	/* the newest last */
	u64 id;			/* of the spike */
	unsigned int tasks;
	struct rtp_task task[RTP_TRACE_TASKS];	/* start_time 0: only pid and comm are known */
	unsigned int cpus;
	struct rtp_trace_cpu cpu[];		/* that of the spike first */
};

/* Keep the slices of the spike @id. False: there is no memory, no recorder, or no window. */
bool rtp_trace_keep(u64 id, const struct rtp_capture *capture);

/* Held while a trace is read. */
void rtp_traces_lock(void);
void rtp_traces_unlock(void);

/* The trace of a spike, NULL if there is none (any more); with the lock held. */
const struct rtp_trace *rtp_trace_of(u64 id);

size_t rtp_traces_bytes(void);
size_t rtp_traces_bytes_max(void);

int rtp_traces_init(void);
void rtp_traces_exit(void);

#endif
