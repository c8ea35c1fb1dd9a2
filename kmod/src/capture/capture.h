/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture: what must be written down about a spike while its interrupt is still running. Taken
 * from a small pool of the CPU, handed to process context, which gives it back.
 */
#ifndef RTPROBE_CAPTURE_H
#define RTPROBE_CAPTURE_H

#include <linux/llist.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include "base/about.h"
#include "capture/judge.h"
#include "capture/lock.h"
#include "uapi/rtprobe.h"

struct rtp_cpu;
struct rtp_row;
struct task_struct;

/* Frames kept raw: those wanted, and the probe's and the interrupt entry's own below them. */
#define RTP_RAW_STACK (RTPROBE_STACK_DEPTH + 24)

/* Not known in the interrupt; the stack tells later. Beside the values of enum rtprobe_mode. */
#define RTP_MODE_UNKNOWN UINT_MAX

/* Other CPUs that can have led to a value: the waker's, and that of the interrupt it began with. */
#define RTP_CHAIN_CPUS 2

/* What a probe knows of a value over the threshold; what is not known stays zero. */
struct rtp_value {
	u64 ns;
	u64 begin, end;	/* ticks of the window it covers, on the row's CPU; 0: unknown */
	u64 lower, upper;		/* ns, of irqsoff; 0: no bounds */
	bool exact;			/* irqsoff was measured at both ends */
	struct task_struct *victim;	/* who waited; NULL: nobody. Alive during the call. */
	const struct rtp_task *waker;	/* NULL: unknown */
	u32 chain_cpu[RTP_CHAIN_CPUS];	/* can name a CPU twice, or the row's own */
	unsigned int chain_cpus;
};

struct rtp_capture {
	struct llist_node node;
	struct rtp_cpu *owner;
	const struct rtp_row *row;	/* rows live until unload */
	u64 time;			/* ns of CLOCK_MONOTONIC */
	struct rtp_value value;		/* victim and waker point into this capture */
	unsigned long recorded;		/* bytes of the CPU's flight recorder written before it */
	struct rtp_verdict verdict;
	bool undecided;			/* process context asks the rules: rtp_capture_decide */
	bool in_interrupt;		/* else in a scheduler hook of the task itself */
	unsigned int mode;
	struct rtp_task task;
	struct rtp_task victim;
	struct rtp_task waker;
	struct task_struct *task_ref;	/* references, put by rtp_capture_put; NULL: none */
	struct task_struct *victim_ref;
	struct rtp_lock_note task_locks;
	struct rtp_lock_note victim_locks;
	bool has_regs;			/* some vectors do not set them */
	struct pt_regs regs;
	unsigned int frames;
	unsigned long stack[RTP_RAW_STACK];
};

/*
 * Ask the rules about a value of @row and write down a spike. On the CPU, interrupts off, not NMI;
 * hard interrupt context or a scheduler hook under the runqueue lock. Without a free capture the
 * spike is only counted.
 */
void rtp_capture(struct rtp_cpu *c, const struct rtp_row *row, const struct rtp_value *value);

/* The same of a duration that ended at @end, in ticks. */
void rtp_capture_duration(struct rtp_cpu *c, const struct rtp_row *row, u64 ns, u64 end);

/*
 * All captures waiting, oldest first. One caller at a time; gives each back with rtp_capture_put,
 * which may free a task. Process context.
 */
struct llist_node *rtp_captures_take(void);

/*
 * Whether a capture is a spike that is told; those the rules were not sure of are asked about here.
 */
bool rtp_capture_decide(struct rtp_capture *capture);

/* Spikes so far, those over all CPUs and those decided later. */
u64 rtp_captures_spikes(void);

void rtp_capture_put(struct rtp_capture *capture);

size_t rtp_captures_bytes(void);

/* @arrived is called after captures were made, in hard interrupt context. */
int rtp_captures_init(void (*arrived)(void));

/* The probes must be silent. No notice of a capture is under way afterwards. */
void rtp_captures_sync(void);
void rtp_captures_exit(void);

#endif
