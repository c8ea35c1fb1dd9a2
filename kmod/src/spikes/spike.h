/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a spike from a capture: symbols, tasks, processes, parts. Process context. */
#ifndef RTPROBE_SPIKE_H
#define RTPROBE_SPIKE_H

#include <linux/list.h>
#include <linux/ptrace.h>
#include <linux/types.h>

#include "spikes/decompose.h"
#include "spikes/process.h"

struct rtp_spike {
	struct list_head list;
	u64 id;			/* from 1 */
	u64 time;		/* ns of CLOCK_MONOTONIC */
	u64 value;		/* ns */
	u64 threshold;		/* ns */
	u64 lower, upper;	/* ns, of what was disabled; both 0: no bounds */
	bool exact;
	u32 could_be;		/* irqsoff: mask of enum rtprobe_doubt */
	bool has_victim, has_waker;
	bool traced;		/* get-trace has a trace */
	u32 rule;		/* 0: a general threshold */
	u32 acted;		/* mask of enum rtprobe_action: what the rule did */
	enum rtprobe_measure measure;
	u32 number;
	int cpu;
	enum rtprobe_mode mode;
	struct rtp_task task;	/* the interrupted task */
	struct rtp_task victim;
	struct rtp_task waker;
	struct rtp_cause cause;
	char name[RTPROBE_FUNCTION_LEN];
	unsigned int frames;
	unsigned int frame_bytes;
	char *frame_text;	/* consecutive NUL-terminated strings */
	bool has_regs;
	struct pt_regs regs;
	struct rtp_process *process;	/* of the interrupted task; NULL: not requested */
	struct rtp_process *victim_process;	/* of the victim */
	unsigned int parts;
	bool parts_incomplete;
	struct rtp_part *part;
	unsigned int users;
	struct rtp_user_samples *user;
};

/* Completes a capture. One caller at a time; the result is valid until the next call. May sleep. */
struct rtp_spike *rtp_spike_fill(const struct rtp_capture *capture, u64 id);

size_t rtp_spike_bytes(void);

int rtp_spike_init(void);
void rtp_spike_exit(void);

#endif
