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

#include "clock.h"
#include "lost.h"

struct rtp_row;
struct rtp_task_entry;
struct task_struct;

/* An entry waiting for its exit. */
struct rtp_edge {
	const void *key;	/* what was entered; NULL: nothing */
	u64 start;		/* ticks; moved on by NMI handlers as long as they took, see nmi.c */
};

struct rtp_cpu {
	/* Touched by every interrupt. */
	struct rtp_row **table;		/* by slot, see row.h */
	struct rtp_edge hardirq;
	struct rtp_edge vector;
	u64 nmis;			/* NMI handlers seen; written from NMI */
	u64 events;			/* interrupts and expiries handled */
	u64 timer_due;			/* ticks of the next timer_latency expiry; U64_MAX: none */
	u64 longest_ns;			/* longest handler that ended after timer_due ... */
	struct rtp_row *longest;	/* ... and whose it was */

	/* Touched by every switch of tasks. */
	struct rtp_task_entry *running;	/* of the task on the CPU; NULL: it is not followed */
	const struct task_struct *probe_thread;	/* the module's own thread here; compared only */

	/* Touched rarely. */
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

/* Interrupts and expiries handled, and spikes seen, since load, over all CPUs. */
u64 rtp_cpus_events(void);
u64 rtp_cpus_spikes(void);

/* Allocate with room for @slots table entries a CPU. Process context. */
int rtp_cpus_init(unsigned int slots);
void rtp_cpus_exit(void);

/*
 * Remember an entry. An NMI between the reading of the clock and its storing could not move the start
 * on, so then it is read again.
 */
static __always_inline void rtp_edge_enter(enum rtprobe_clock clock, struct rtp_cpu *c,
					   struct rtp_edge *edge, const void *key)
{
	u64 nmis;

	edge->key = key;
	do {
		nmis = READ_ONCE(c->nmis);
		WRITE_ONCE(edge->start, rtp_clock_read(clock));
	} while (unlikely(nmis != READ_ONCE(c->nmis)));
}

/*
 * Ends an entry: true and the ns since, NMIs taken out, with the clock at the end; false, counted, when
 * @key was not the last one entered or the clock went backwards.
 */
static __always_inline bool rtp_edge_exit(enum rtprobe_clock clock, struct rtp_cpu *c,
					  struct rtp_edge *edge, const void *key, u64 *ns, u64 *end)
{
	u64 start;

	do {
		start = READ_ONCE(edge->start);
		*end = rtp_clock_read(clock);
	} while (unlikely(start != READ_ONCE(edge->start)));
	if (unlikely(edge->key != key)) {
		rtp_lost_add(RTP_LOST_UNPAIRED, 1);
		return false;
	}
	if (unlikely((s64)(*end - start) < 0)) {
		rtp_lost_add(RTP_LOST_NEGATIVE, 1);
		return false;
	}
	*ns = rtp_clock_to_ns(clock, *end - start);
	return true;
}

#endif
