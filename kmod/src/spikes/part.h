/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a spike's value, and its cause. decompose.h finds them.
 */
#ifndef RTPROBE_PART_H
#define RTPROBE_PART_H

#include <linux/types.h>

#include "base/about.h"
#include "spikes/idle_state.h"
#include "uapi/rtprobe.h"

struct rtp_cause {
	enum rtprobe_measure measure;
	u32 number;
	u64 duration;	/* ns; 0: no cause known */
	char name[RTPROBE_NAME_LEN];
};

/* What asked for a callback to run. Of several runs: what they have in common, see the ABI. */
struct rtp_sender {
	bool has_cpu, has_task;
	bool in_interrupt;
	bool armed;	/* it armed a timer, which ran the callback or queued it */
	u32 cpu;
	struct rtp_task task;	/* start_time 0: only the pid and maybe the comm are known */
	char function[RTPROBE_FUNCTION_LEN];	/* empty: unknown */
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
	u32 callback;		/* enum rtprobe_callback; 0: time outside of callbacks */
	char function[RTPROBE_FUNCTION_LEN];	/* of the callback */
	u32 samples;		/* of the timer in it; 0: none */
	u32 samples_inside;	/* of these in sampled_function */
	u32 samples_preempt_off, samples_bh_off;
	char sampled_function[RTPROBE_FUNCTION_LEN];	/* empty: user mode */
	bool has_sender;
	bool sender_unknown;	/* of one run of several: then the others' is not used */
	struct rtp_sender sender;
};

/* Maximum number of tasks whose addresses in user mode a spike has. */
#define RTP_USER_SAMPLES_TASKS 4

/* Where samples found a task in user mode. The addresses leave the kernel only by request. */
struct rtp_user_samples {
	u32 pid;
	unsigned int n;
	u64 start_boottime;	/* ns */
	u64 address[RTPROBE_SAMPLES_MAX];
};

/* A decomposition, largest part first; the durations add up to the value. */
struct rtp_parts {
	unsigned int n;		/* 0: there is none */
	bool incomplete;	/* the window began before the recorder's oldest event */
	struct rtp_part part[RTPROBE_PARTS_MAX];
	unsigned int users;	/* of `user`: the tasks with the largest parts */
	struct rtp_user_samples user[RTP_USER_SAMPLES_TASKS];
};

#endif
