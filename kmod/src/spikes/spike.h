/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spikes: captures completed in process context, sent as events and kept on a bounded list, oldest
 * first. What no longer fits is sent and counted but not kept, so the first of a storm stay.
 */
#ifndef RTPROBE_SPIKE_H
#define RTPROBE_SPIKE_H

#include <linux/list.h>

#include "capture/capture.h"
#include "spikes/process.h"

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
};

/* A decomposition, in the order of size; the durations add up to the value. */
struct rtp_parts {
	unsigned int n;		/* 0: there is none */
	bool incomplete;	/* the window began before the recorder's oldest event */
	struct rtp_part part[RTPROBE_PARTS_MAX];
};

struct rtp_spike {
	struct list_head list;
	u64 id;			/* from 1 */
	u64 time;		/* ns of CLOCK_MONOTONIC */
	u64 value;		/* ns */
	u64 threshold;		/* ns */
	u64 lower, upper;	/* ns, of irqsoff; both 0: no bounds */
	bool exact;
	bool has_victim, has_waker;
	bool traced;		/* get-trace has a slice of it */
	u32 rule;		/* 0: the general threshold */
	enum rtprobe_measure measure;
	u32 number;
	int cpu;
	enum rtprobe_mode mode;
	struct rtp_task task;	/* the interrupted one */
	struct rtp_task victim;
	struct rtp_task waker;
	struct rtp_cause cause;
	char name[RTPROBE_NAME_LEN];
	unsigned int frames;
	unsigned int frame_bytes;
	char *frame_text;	/* NUL-terminated strings one after the other */
	bool has_regs;
	struct pt_regs regs;
	struct rtp_process *process;		/* of the interrupted task; NULL: nothing was asked */
	struct rtp_process *victim_process;	/* the same of the victim */
	unsigned int parts;
	bool parts_incomplete;
	struct rtp_part *part;
};

extern u32 rtp_max_spikes;

/* Have waiting captures completed soon. Hard interrupt context. */
void rtp_spikes_wake(void);

/* All below: process context. */

/* Held while spikes of the list are read. */
void rtp_spikes_lock(void);
void rtp_spikes_unlock(void);

/* The first spike with an id above @id, NULL if there is none; with the lock held. */
const struct rtp_spike *rtp_spike_after(u64 id);

/* The spike of an id, NULL if it is not held; with the lock held. */
const struct rtp_spike *rtp_spike_by_id(u64 id);

/* Id of the newest spike on the list, 0 if it is empty; with the lock held. */
u64 rtp_spike_newest(void);

void rtp_spikes_clear(void);
u32 rtp_spikes_held(void);
size_t rtp_spikes_bytes(void);
size_t rtp_spikes_bytes_max(void);

/* @completed is called for each spike before it is put on the list. */
int rtp_spikes_init(u32 max_spikes, void (*completed)(const struct rtp_spike *spike));
void rtp_spikes_stop(void);	/* the probes are silent; after this no event is sent */
void rtp_spikes_exit(void);

#endif
