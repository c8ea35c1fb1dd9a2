/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of one CPU. Only that CPU writes it, with interrupts off, unless a member says
 * otherwise; so the probes need no lock. It is allocated, because a module's static per-CPU data
 * would use a reserve of 8 KB that all modules share.
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

/* The kinds of losses; see lost.h. */
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
	RTP_LOST_SPIKE_SELF_LIMITED,
	RTP_LOST_MARKER_LIMITED,
	RTP_LOST_COUNT,
};

/* An entry that waits for its exit. */
struct rtp_edge {
	unsigned long key;	/* identifies what was entered; a later NMI sets RTP_EDGE_NMI */
	u64 start;		/* ticks */
};

/* Set in a key, which is an aligned address: the usual path's comparison then fails. */
#define RTP_EDGE_NMI 1ul

/* Maximum number of open handlers around the newest one. */
#define RTP_OUTERS 4

struct rtp_outer {
	struct rtp_edge edge;
	u64 taken;		/* irq_ticks when the nested handler was entered */
	unsigned int irq;
};

/* NMI handlers in the log: more than occur in a handler of a few milliseconds during profiling. */
#define RTP_NMI_LOG 32

struct rtp_nmi {
	u64 end;		/* ticks */
	u64 total;		/* nmi_ticks at that time, including this one */
};

/* A moment on a CPU, and the time that handlers had used by then. */
struct rtp_mark {
	u64 ticks;
	u64 taken;		/* irq_ticks + nmi_ticks */
};

/* How many readings are stored of those in which a counter of outside.h had grown. */
#define RTP_OUTSIDE_LOOKS 8

struct rtp_outside_look {
	u64 from, to;		/* ticks of the previous reading and of this one */
	u64 steal;		/* ticks, since then */
	u32 smis;		/* since then */
};

struct rtp_outside {
	u64 looked;		/* ticks of the newest look; 0: none yet */
	u64 steal;		/* ns in all, then */
	u64 steal_ticks;	/* what that has grown by since the first look */
	u32 smis;		/* in all, then */
	unsigned int looks;	/* ever remembered */
	struct rtp_outside_look look[RTP_OUTSIDE_LOOKS];
};

/* Open functions of a kind that hard interrupts run on a CPU; deeper ones have no value. */
#define RTP_FUNCTION_DEPTH 2

struct rtp_function_stack {
	unsigned int depth;
	struct {
		const void *function;
		struct rtp_mark begin;
	} open[RTP_FUNCTION_DEPTH];
};

/* A section of a task with preemption or softirqs disabled; see hooks/section.h. In ticks. */
struct rtp_section {
	u64 begin;	/* the sample that found it; 0: none */
	u64 since;	/* it began later than this */
	u64 found;	/* the newest sample that found it */
	const struct task_struct *task;	/* its task; compared only */
	u64 clear;	/* the newest sample that found none; 0: none */
	const struct task_struct *clear_task;	/* what that sample interrupted; compared only */
};

/* The newest request that can have a stack. */
struct rtp_call {
	unsigned long site;
	unsigned long place;	/* of its item, see rtp_record_place() */
	const void *function;
	u32 cpu;
	bool awaits_stack;
};

struct rtp_cpu {
	/* Used by every interrupt. */
	struct rtp_row **table;		/* by slot, see row.h */
	struct rtp_edge hardirq;
	struct rtp_edge vector;
	u64 irq_ticks;	/* time in hard handlers and vectors, without NMIs; only grows */
	u64 last_exit;			/* ticks when the newest of them ended */
	void *ring;			/* flight recorder, see recorder.h */
	local_t recorded;		/* bytes written to it since load; also from NMI */

	/* Used by vectors and nested handlers, see nest.h. */
	u64 vector_taken;		/* irq_ticks when the newest vector was entered */
	unsigned int outers;
	struct rtp_outer outer[RTP_OUTERS];

	/* Used by softirqs and NMIs. */
	u64 softirq_ticks;		/* time in softirqs, without handlers; only grows */
	u64 nmi_ticks;			/* time in NMI handlers; only grows; written from NMI */
	unsigned int nmis;		/* entries written since load; written from NMI */
	struct rtp_nmi nmi_log[RTP_NMI_LOG];
	unsigned int softirqs_under_way;
	struct rtp_softirq_cpu *softirq; /* see softirq_run.h */

	/* Used by every task switch. */
	struct rtp_task_entry *running;	/* entry of the current task; NULL: not followed */
	struct task_struct *probe_thread;	/* the module's own thread here, see own.h */
	ktime_t thread_due;		/* expiry for which it has not run yet; 0: none */
	u64 thread_own;			/* ticks of the module's own work since that expiry */
	u64 probe_charged;		/* ns of the thread's run time that are in the cost */
	bool thread_ran;		/* it has run since its creation */
	atomic_t preempted;	/* real-time tasks that wait here, see preemption.h; any CPU */
	u64 switch_number;		/* increases while stolen is on; 0: off */
	bool stolen_due;		/* rows were noted or an NMI came; also written from NMI */
	struct rtp_stolen_cpu *stolen;

	/* Used by functions of hard interrupts, while they are measured; see hooks/function.h. */
	struct rtp_function_stack functions[RTPROBE_CALLBACK_COUNT + 1];

	/* Used rarely. */
	unsigned long recorded_before;	/* `recorded` when the recorder was switched on */
	u64 marker_due;			/* ns; see recorder/marker.c */
	unsigned long recorded_sent;	/* `recorded` after the newest request, see recorder.h */
	struct rtp_call call;
	const void *rcu_list, *rcu_function;	/* of the newest RCU callback, see rcu.h */
	struct rtp_cost cost;
	struct rtp_mark own;	/* since when the module's timer handler runs; ticks 0: not */
	struct rtp_edge cost_edge;	/* used only to time an entry probe */
	struct rtp_mark sample;		/* end of the newest sample of irqsoff; ticks 0: none yet */
	u64 sample_steal;		/* outside.steal_ticks then */
	/* irqsoff, exact: when interrupts were disabled, and enabled before; ticks 0: unknown */
	struct rtp_mark irqs_off;
	u64 irqs_on;
	struct rtp_section preempt_off, softirqs_off;
	struct rtp_outside outside;	/* see outside.h */
	u64 lost[RTP_LOST_COUNT];
	u64 cleared;	/* values cleared from histograms, including IRQ_NONE ... */
	u64 cleared_handled;		/* ... and those of handlers and vectors */
	u64 handled_sum, handled;	/* see rtp_rows_count_handled */
	u64 spikes;			/* values over the threshold, captured or not */
	int cpu;
	bool timer_running;		/* only under cpus_read_lock or in a hotplug callback */
	struct hrtimer timer;
	struct llist_head spare_rows;	/* process context adds, only this CPU removes */
	atomic_t spare_count;
	atomic_t vacant_rows;		/* upper limit of the vacant rows, see row.h */
	struct llist_head free_captures; /* as spare_rows */
	struct rtp_capture *captures;
} ____cacheline_aligned;

extern struct rtp_cpu __percpu *rtp_cpus;

/* Returns the bytes of all CPUs' structures. */
size_t rtp_cpus_bytes(void);

/* Process context. */
int rtp_cpus_init(void);
void rtp_cpus_exit(void);

#endif
