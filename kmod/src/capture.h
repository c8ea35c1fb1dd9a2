/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture: what must be written down about a spike while its interrupt is still running. Taken from a
 * small pool of the CPU, handed to process context (spike.c), which gives it back.
 */
#ifndef RTPROBE_CAPTURE_H
#define RTPROBE_CAPTURE_H

#include <linux/llist.h>
#include <linux/sched.h>

#include "uapi/rtprobe.h"

struct rtp_cpu;
struct rtp_row;

/* Frames kept raw: those wanted, and the probe's and the interrupt entry's own below them. */
#define RTP_RAW_STACK (RTPROBE_STACK_DEPTH + 24)

/* Not known in the interrupt; the stack tells later. Beside the values of enum rtprobe_mode. */
#define RTP_MODE_UNKNOWN UINT_MAX

/* A task as it was; values, no references. */
struct rtp_task {
	u32 pid, tgid;		/* in the initial namespace */
	u64 start_time;		/* ns */
	u32 policy;
	s32 priority;		/* 1-99, or 0 */
	s32 nice;
	bool kthread;
	char comm[RTPROBE_COMM_LEN];
};

struct rtp_capture {
	struct llist_node node;
	struct rtp_cpu *owner;
	const struct rtp_row *row;	/* rows live until unload */
	const struct rtp_row *cause;	/* NULL: none */
	u64 cause_ns;
	u64 time;			/* ns of CLOCK_MONOTONIC */
	u64 value;			/* ns */
	u64 threshold;			/* ns */
	unsigned int mode;
	struct rtp_task task;
	unsigned int frames;
	unsigned long stack[RTP_RAW_STACK];
};

/*
 * Write down a spike of @row with value @ns. Hard interrupt context on the CPU, interrupts off. Without
 * a free capture the spike is only counted.
 */
void rtp_capture(struct rtp_cpu *c, const struct rtp_row *row, u64 ns);

/* All captures waiting, oldest first. One caller at a time; gives each back with rtp_capture_put. */
struct llist_node *rtp_captures_take(void);
void rtp_capture_put(struct rtp_capture *capture);

size_t rtp_captures_bytes(void);

int rtp_captures_init(void);

/* The probes must be silent. No notice to spike.c is under way afterwards. */
void rtp_captures_sync(void);
void rtp_captures_exit(void);

#endif
