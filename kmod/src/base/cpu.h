/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one CPU owns. Only that CPU writes it, with interrupts off, save where a member says otherwise;
 * so the probes need no lock. Allocated, not static: a module's static per-CPU data comes from a
 * reserve of 8 KB shared by all modules.
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
#include "base/lost.h"

struct rtp_row;
struct rtp_task_entry;
struct task_struct;
struct rtp_softirq_cpu;

/* An entry waiting for its exit. */
struct rtp_edge {
	unsigned long key;	/* what was entered; an NMI since then sets RTP_EDGE_NMI */
	u64 start;		/* ticks */
};

/* Set in a key, an aligned address, so that the usual path's comparison fails and the slow one looks. */
#define RTP_EDGE_NMI 1ul

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
	u64 irq_ticks;			/* spent in hard handlers and vectors, NMIs taken out; only grows */
	u64 last_exit;			/* ticks when the newest of them ended */
	void *ring;			/* flight recorder, see recorder.h */
	local_t recorded;		/* bytes ever written to it; from NMI too */

	/* Touched by softirqs and NMIs. */
	u64 softirq_ticks;		/* spent in softirqs, handlers taken out; only grows */
	u64 nmi_ticks;			/* spent in NMI handlers; only grows; written from NMI */
	unsigned int nmis;		/* entries ever made in the log; written from NMI */
	struct rtp_nmi nmi_log[RTP_NMI_LOG];
	struct rtp_softirq_cpu *softirq; /* see softirq.c */

	/* Touched by every switch of tasks. */
	struct rtp_task_entry *running;	/* of the task on the CPU; NULL: it is not followed */
	const struct task_struct *probe_thread;	/* the module's own thread here; compared only */
	ktime_t thread_due;		/* expiry it has not run for yet; 0: none */
	u64 stint;			/* counts switches while stolen is on; 0: it is off */
	struct rtp_stolen_cpu *stolen;

	/* Touched rarely. */
	struct rtp_cost cost;
	struct rtp_edge cost_edge;	/* entered in vain, to be timed */
	struct rtp_mark sample;		/* end of the newest sample of irqsoff; ticks 0: none yet */
	struct rtp_mark irqs_off;	/* when interrupts were disabled, where that is exact; ticks 0: not known */
	u64 lost[RTP_LOST_COUNT];
	u64 spikes;			/* values over the threshold, captured or not */
	int cpu;
	bool timer_running;		/* only under cpus_read_lock or in a hotplug callback */
	struct hrtimer timer;
	struct llist_head spare_rows;	/* filled by process context, emptied by this CPU alone */
	atomic_t spare_count;
	struct llist_head free_captures; /* the same */
	struct rtp_capture *captures;
} ____cacheline_aligned;

extern struct rtp_cpu __percpu *rtp_cpus;

/* Bytes held for all CPUs' structures and tables. */
size_t rtp_cpus_bytes(void);

/* Spikes seen since load, over all CPUs. */
u64 rtp_cpus_spikes(void);

/* Allocate with room for @slots table entries a CPU. Process context. */
int rtp_cpus_init(unsigned int slots);
void rtp_cpus_exit(void);

/* An NMI handler that took @ticks ended now. In NMI. */
void rtp_edge_nmi(struct rtp_cpu *c, u64 ticks);

/*
 * The exit whose key is not the one entered as it was: true and the ticks without the NMI handlers that
 * ran between; false, counted, when it is another entry's exit or the clock went backwards.
 */
bool rtp_edge_settle(struct rtp_cpu *c, struct rtp_edge *edge, const void *key, u64 end, u64 *ticks);

/*
 * Remember an entry, and return its ticks. The key goes first: an NMI before the reading of the clock
 * marks it in vain, one after it is found.
 */
static __always_inline u64 rtp_edge_enter(enum rtprobe_clock clock, struct rtp_edge *edge, const void *key)
{
	u64 now;

	WRITE_ONCE(edge->key, (unsigned long)key);
	now = rtp_clock_read(clock);
	WRITE_ONCE(edge->start, now);
	return now;
}

/* This moment. On the CPU with interrupts off; an NMI meanwhile is waited out. */
static __always_inline struct rtp_mark rtp_mark(enum rtprobe_clock clock, const struct rtp_cpu *c)
{
	struct rtp_mark mark;
	u64 nmi;

	do {
		nmi = READ_ONCE(c->nmi_ticks);
		mark.ticks = rtp_clock_read(clock);
	} while (unlikely(nmi != READ_ONCE(c->nmi_ticks)));
	mark.taken = c->irq_ticks + nmi;
	return mark;
}

/* Ticks between two moments of one CPU, hard handlers, vectors and NMIs taken out. */
static __always_inline u64 rtp_mark_net(const struct rtp_mark *from, const struct rtp_mark *to)
{
	return (to->ticks - from->ticks) - (to->taken - from->taken);
}

#endif
