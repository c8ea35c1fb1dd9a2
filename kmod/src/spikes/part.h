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

/* What ended a wait of the victim. Of several waits the longest. */
struct rtp_part_wait {
	u64 ticks;			/* of this wait */
	bool has_waker, in_interrupt, released;
	u32 cpu;			/* of the waker */
	struct rtp_task waker;		/* not in an interrupt */
	enum rtprobe_part_kind kind;	/* of the interrupt; unaccounted: unknown */
	u32 number;
	char name[RTPROBE_NAME_LEN];
	u64 displaced_ns;		/* the task could run, and did not; 0: none, or unknown */
	u64 displaced_by_ns;
	struct rtp_task displaced_by;	/* start_time 0: only the pid and maybe the comm */
	bool inverted;
	bool has_meanwhile;		/* what ran on the victim's CPU */
	u64 meanwhile_ns;
	struct rtp_task meanwhile;	/* as displaced_by */
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
	u32 samples;		/* of the timer in it; 0: none */
	u32 samples_inside;	/* of these in sampled_function */
	u32 samples_preempt_off, samples_bh_off;
	bool has_sender;
	bool sender_unknown;	/* of one run of several: then the others' is not used */
	enum rtprobe_wait wait;	/* of a wait, which has nothing of the below but `waited` */
	union {
		struct {
			char function[RTPROBE_FUNCTION_LEN];	/* of the callback */
			char sampled_function[RTPROBE_FUNCTION_LEN];	/* empty: user mode */
			struct rtp_sender sender;
		};
		struct rtp_part_wait waited;
	};
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
