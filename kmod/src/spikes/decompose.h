/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits the value of a spike into named net parts, from the flight recorder. Process context, one
 * caller at a time.
 *
 * The CPU's events are processed in order. The time between two events is assigned to what ran: the
 * innermost of NMI, hard handler or vector, softirq and task. Time that the events do not explain
 * is `unaccounted`. The parts add up to the value.
 *
 * irq_to_task can begin on another CPU. Each CPU's events then explain the time for which the CPU
 * had the work.
 */
#ifndef RTPROBE_DECOMPOSE_H
#define RTPROBE_DECOMPOSE_H

#include "capture/capture.h"
#include "spikes/idle_state.h"

struct rtp_cause {
	enum rtprobe_measure measure;
	u32 number;
	u64 duration;	/* ns; 0: no cause known */
	char name[RTPROBE_NAME_LEN];
};

/* One named part of a spike's value, net of those nested in it. */
struct rtp_part {
	enum rtprobe_part_kind kind;
	u32 number;	/* irq, vector or softirq */
	u32 pid;	/* 0: none */
	u32 count;	/* how many times it ran */
	u64 duration;	/* ns */
	char name[RTPROBE_NAME_LEN];
	u32 idle_state;		/* of an idle exit; RTP_IDLE_UNKNOWN: not seen */
	u32 frequency;		/* kHz; 0: unknown */
	bool has_exit_latency;
	u64 exit_latency;	/* ns, as advertised */
	u32 could_be;		/* mask of enum rtprobe_doubt */
};

/* A decomposition, largest part first; the durations add up to the value. */
struct rtp_parts {
	unsigned int n;		/* 0: there is none */
	bool incomplete;	/* the window began before the recorder's oldest event */
	struct rtp_part part[RTPROBE_PARTS_MAX];
};

/*
 * Splits a capture's value into @parts; stores none without the recorder or if the measure has no
 * parts. @longest: the handler or vector with the longest duration of those that ended in the
 * window, and that duration, which is 0 if none ended.
 */
void rtp_decompose(struct rtp_parts *parts, struct rtp_cause *longest,
		   const struct rtp_capture *capture);

int rtp_decompose_init(void);
void rtp_decompose_exit(void);

#endif
