/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture: the state of a spike that must be recorded while its interrupt still runs. Each CPU
 * has a small pool of captures. A filled capture goes to process context, which returns it to the
 * pool.
 */
#ifndef RTPROBE_CAPTURE_H
#define RTPROBE_CAPTURE_H

#include <linux/llist.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include "base/about.h"
#include "base/clock.h"
#include "base/interrupted.h"
#include "base/outside.h"
#include "capture/judge.h"
#include "capture/lock.h"
#include "tasks/cycle.h"
#include "uapi/rtprobe.h"

struct rtp_cpu;
struct rtp_row;
struct task_struct;

/* Raw frames stored: RTPROBE_STACK_DEPTH, plus those of the probe and the interrupt entry. */
#define RTP_RAW_STACK (RTPROBE_STACK_DEPTH + 24)

/* Beside the values of enum rtprobe_mode: unknown in the interrupt, found later from the stack. */
#define RTP_MODE_UNKNOWN UINT_MAX

/* Other CPUs involved in a value: the waker's, and the CPU of the interrupt that started it. */
#define RTP_CHAIN_CPUS 2

/* In place of one of them: where the task was is unknown. */
#define RTP_CHAIN_UNKNOWN U32_MAX

/* A value over its row's threshold, as the probe describes it. Unknown members are zero. */
struct rtp_value {
	u64 ns;
	u64 begin, end;	/* ticks of the measured window, on the row's CPU; 0: unknown */
	u64 lower, upper;		/* ns, of what was disabled; 0: no bounds */
	bool exact;			/* irqsoff: both ends were measured */
	struct task_struct *victim;	/* the waiting task, alive; NULL: none */
	const struct rtp_task *waker;	/* NULL: unknown */
	u32 chain_cpu[RTP_CHAIN_CPUS];	/* may contain a CPU twice, or the row's own CPU */
	/*
	 * irq_to_task, preemption_latency: the ticks until which the CPU had the work, and the
	 * bytes in its flight recorder then; 0: it had none of the window. The last CPU of the
	 * chain comes first.
	 */
	u64 chain_until[RTP_CHAIN_CPUS];
	unsigned long chain_recorded[RTP_CHAIN_CPUS];
	unsigned int chain_cpus;
	const struct rtp_cycle_legs *legs;	/* response_time, in ticks; NULL: none */
};

struct rtp_capture {
	struct llist_node node;
	struct rtp_cpu *owner;
	const struct rtp_row *row;	/* rows stay valid until unload */
	u64 time;			/* ns of CLOCK_MONOTONIC */
	struct rtp_value value;	/* victim, waker and legs point into this capture */
	struct rtp_cycle_legs legs;
	unsigned long recorded;		/* bytes written to the CPU's flight recorder before it */
	struct rtp_verdict verdict;
	bool undecided;			/* rtp_capture_decide evaluates the rules */
	bool in_interrupt;		/* else called from a scheduler hook of the task */
	enum rtp_interrupted interrupted;
	bool irqs_on;	/* in the whole window, up to the interrupt; false: not proven */
	struct rtp_outside_total outside;	/* in the window */
	unsigned int mode;
	struct rtp_task task;
	struct rtp_task victim;
	struct rtp_task waker;
	struct task_struct *task_ref;	/* references, dropped by rtp_capture_put; NULL: none */
	struct task_struct *victim_ref;
	struct rtp_lock_note task_locks;
	struct rtp_lock_note victim_locks;
	bool has_regs;			/* some vectors do not set get_irq_regs() */
	struct pt_regs regs;
	unsigned int frames;
	unsigned long stack[RTP_RAW_STACK];
};

/* Converts ticks to CLOCK_MONOTONIC, from the readings of both clocks in the capture. */
static inline u64 rtp_capture_time_of(const struct rtp_capture *capture, u64 ticks)
{
	s64 apart = ticks - capture->value.end;

	if (apart < 0)
		return capture->time - rtp_clock_to_ns(rtp_clock_chosen, -apart);
	return capture->time + rtp_clock_to_ns(rtp_clock_chosen, apart);
}

/*
 * Evaluates the rules for a value of @row and captures a spike. Called on the row's CPU with
 * interrupts off: in hard interrupt context, or in a scheduler hook under the runqueue lock; not
 * from NMI. If no capture is free, the spike is counted as lost.
 */
void rtp_capture(struct rtp_cpu *c, const struct rtp_row *row, const struct rtp_value *value);

/* Does the same for a duration that ended at @end, in ticks. */
void rtp_capture_duration(struct rtp_cpu *c, const struct rtp_row *row, u64 ns, u64 end);

/*
 * Returns all waiting captures, oldest first. Process context; one caller at a time. The caller
 * returns each capture with rtp_capture_put, which may free a task.
 */
struct llist_node *rtp_captures_take(void);

/*
 * Returns whether a capture is a spike to report. Evaluates the rules if the verdict was deferred.
 * Process context.
 */
bool rtp_capture_decide(struct rtp_capture *capture);

/* Returns the spikes since load, over all CPUs, including those judged later. */
u64 rtp_captures_spikes(void);

void rtp_capture_put(struct rtp_capture *capture);

size_t rtp_captures_bytes(void);

/* @arrived is called in hard interrupt context after captures were made. */
int rtp_captures_init(void (*arrived)(void));

/* Discards the windows of all captures, as the clock changes. The probes are silent; worker. */
void rtp_captures_forget_windows(void);

/* Waits until no notification is in progress. The probes must be unregistered. */
void rtp_captures_sync(void);
void rtp_captures_exit(void);

#endif
