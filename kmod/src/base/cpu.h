/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one CPU owns. Only that CPU writes it, with interrupts off, save where a member says
 * otherwise; so the probes need no lock. Allocated, not static: a module's static per-CPU data
 * comes from a reserve of 8 KB shared by all modules.
 */
#ifndef RTPROBE_CPU_H
#define RTPROBE_CPU_H

#include <linux/cache.h>
#include <linux/hrtimer.h>
#include <linux/llist.h>
#include <linux/percpu.h>
#include <asm/local.h>

#include "base/clock.h"
#include "base/cost.h"

struct rtp_row;
struct rtp_task_entry;
struct task_struct;
struct rtp_softirq_cpu;

/* What can be lost; see lost.h. */
enum rtp_lost {
	RTP_LOST_NO_ROW,
	RTP_LOST_IRQ_OUT_OF_RANGE,
	RTP_LOST_UNPAIRED,
	RTP_LOST_NEGATIVE,
	RTP_LOST_TIMER_MISSED,
	RTP_LOST_SPIKE_NO_SLOT,
	RTP_LOST_SPIKE_LIST_FULL,
	RTP_LOST_EVENT_NOT_SENT,
	RTP_LOST_NO_TASK,
	RTP_LOST_SPIKE_LIMITED,
	RTP_LOST_STOLEN_FULL,
	RTP_LOST_TRACE_OVERWRITTEN,
	RTP_LOST_IN_NMI,
	RTP_LOST_COUNT,
};

/* An entry waiting for its exit. */
struct rtp_edge {
	unsigned long key;	/* what was entered; an NMI since then sets RTP_EDGE_NMI */
	u64 start;		/* ticks */
};

/*
 * Set in a key, an aligned address, so that the usual path's comparison fails and the slow one
 * looks.
 */
#define RTP_EDGE_NMI 1ul

/* Handlers that are open around the newest one; more are not followed. */
#define RTP_OUTERS 4

struct rtp_outer {
	struct rtp_edge edge;
	u64 taken;		/* irq_ticks when the handler inside it was entered */
	unsigned int irq;
};

/* NMI handlers remembered: more than a handler of a few milliseconds meets when it is profiled. */
#define RTP_NMI_LOG 32

struct rtp_nmi {
	u64 end;		/* ticks */
	u64 total;		/* nmi_ticks then, this one included */
};

/* A moment of a CPU, and what handlers had taken from everything else by then. */
struct rtp_mark {
	u64 ticks;
	u64 taken;		/* irq_ticks + nmi_ticks */
};

struct rtp_cpu {
	/* Touched by every interrupt. */
	struct rtp_row **table;		/* by slot, see row.h */
	struct rtp_edge hardirq;
	struct rtp_edge vector;
	u64 irq_ticks;	/* spent in hard handlers and vectors, NMIs taken out; only grows */
	u64 last_exit;			/* ticks when the newest of them ended */
	void *ring;			/* flight recorder, see recorder.h */
	local_t recorded;		/* bytes ever written to it; from NMI too */

	/* Touched by vectors, and by handlers inside handlers, see nest.h. */
	u64 vector_taken;		/* irq_ticks when the newest vector was entered */
	unsigned int outers;
	struct rtp_outer outer[RTP_OUTERS];

	/* Touched by softirqs and NMIs. */
	u64 softirq_ticks;		/* spent in softirqs, handlers taken out; only grows */
	u64 nmi_ticks;			/* spent in NMI handlers; only grows; written from NMI */
	unsigned int nmis;		/* entries ever made in the log; written from NMI */
	struct rtp_nmi nmi_log[RTP_NMI_LOG];
	struct rtp_softirq_cpu *softirq; /* see softirq_run.h */

	/* Touched by every switch of tasks. */
	struct rtp_task_entry *running;	/* of the task on the CPU; NULL: it is not followed */
	const struct task_struct *probe_thread;	/* the module's own thread here; compared only */
	ktime_t thread_due;		/* expiry it has not run for yet; 0: none */
	u64 thread_own;			/* ticks the timer's handler has taken since */
	bool thread_ran;		/* it has run since it was made */
	u64 stint;			/* counts switches while stolen is on; 0: it is off */
	struct rtp_stolen_cpu *stolen;

	/* Touched rarely. */
	struct rtp_cost cost;
	struct rtp_edge cost_edge;	/* entered in vain, to be timed */
	struct rtp_mark sample;		/* end of the newest sample of irqsoff; ticks 0: none yet */
	/* when interrupts were disabled, where that is exact; ticks 0: not known */
	struct rtp_mark irqs_off;
	u64 lost[RTP_LOST_COUNT];
	u64 cleared;	/* values in histograms that were emptied, IRQ_NONE included ... */
	u64 cleared_handled;		/* ... and those of handlers and vectors */
	u64 handled_sum, handled;	/* see rtp_rows_count_handled */
	u64 spikes;			/* values over the threshold, captured or not */
	int cpu;
	bool timer_running;		/* only under cpus_read_lock or in a hotplug callback */
	struct hrtimer timer;
	struct llist_head spare_rows;	/* filled by process context, emptied by this CPU alone */
	atomic_t spare_count;
	atomic_t vacant_rows;		/* at most so many are, see row.h */
	struct llist_head free_captures; /* the same */
	struct rtp_capture *captures;
} ____cacheline_aligned;

extern struct rtp_cpu __percpu *rtp_cpus;

/* Bytes held for all CPUs' structures. */
size_t rtp_cpus_bytes(void);

/* Process context. */
int rtp_cpus_init(void);
void rtp_cpus_exit(void);

#endif
