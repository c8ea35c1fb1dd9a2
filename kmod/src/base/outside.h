/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time that something outside Linux took from a CPU. The processor counts system management
 * interrupts; the kernel's steal time is when a hypervisor ran something else. Every sample of the
 * timer, every spike and every longer exact window of irqsoff reads both counters. A reading is
 * stored if a counter grew since the previous one.
 *
 * On the CPU with interrupts off, unless noted.
 */
#ifndef RTPROBE_OUTSIDE_H
#define RTPROBE_OUTSIDE_H

#include "base/cpu.h"

/* Totals of a time range. */
struct rtp_outside_total {
	u64 smis;
	u64 smi_most;	/* ticks of the range in which they can have been */
	u64 steal;	/* ticks, at least */
	u64 steal_most;	/* ticks, at most */
};

void rtp_outside_look(struct rtp_cpu *c);

/* Sums up the stored readings that belong to the time from @begin to @end, in ticks. */
void rtp_outside_total(const struct rtp_cpu *c, u64 begin, u64 end,
		       struct rtp_outside_total *total);

/* Whether SMIs are counted. Any context. */
bool rtp_outside_counts_smis(void);

/*
 * Whether a stall of the CPU would have been counted: SMIs are, and there is no hypervisor. Any
 * context.
 */
bool rtp_outside_rules_out_stalls(void);

/*
 * @smi is auto, on or off: auto reads the counter unless there is a hypervisor, which may take
 * long. -EINVAL for another word, and for on where there is no counter; the reason is logged.
 * Process context, before any probe runs.
 */
int rtp_outside_init(const char *smi);

#endif
