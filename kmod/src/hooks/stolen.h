/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stolen: what each interrupt source took from each task between two switches, as count, sum and
 * largest. Of the sources whose measure is on: hard handlers, vectors, softirqs; and of NMIs.
 *
 * A source's histogram already adds up what is needed. So only its first value since the last
 * switch is noted, with its row and where the row's sum stood; the switch takes the differences.
 * After that no value of the row is usual (usual.h), so the next one goes the slow way, where it is
 * noted again: the usual path of an interrupt has nothing to do with it. A row that was usual when
 * the measure was switched on is noted from the next reporting interval on.
 *
 * A CPU has a table of its own for what was taken, sized by the number of tasks that are followed,
 * written with interrupts off; places of tasks whose entry was reused are reused.
 */
#ifndef RTPROBE_STOLEN_H
#define RTPROBE_STOLEN_H

#include "base/cpu.h"
#include "values/row.h"

struct rtp_task_entry;

/*
 * Sources that can interrupt one CPU between two switches; what is of more is counted as
 * stolen_full.
 */
#define RTP_STOLEN_TOUCHED 32

struct rtp_stolen_cpu;

/* Whether @row is to be noted before a value is added to it. Interrupts off. */
static __always_inline bool rtp_stolen_is_first(const struct rtp_cpu *c, const struct rtp_row *row)
{
	/* 0 while the measure is off; no row's is less. */
	return row->touched < c->stint;
}

/* Note it. Interrupts off, before the value is added. */
void rtp_stolen_note(struct rtp_cpu *c, struct rtp_row *row);

/*
 * In sched_switch: book what was noted to the task that is switched from, NULL if it is not
 * followed. Returns the ns in all.
 */
u64 rtp_stolen_book(struct rtp_cpu *c, struct rtp_task_entry *entry);

/* What one source took from a task, over all CPUs. */
struct rtp_stolen_sum {
	const struct rtp_source *source;	/* NULL: NMIs */
	u64 count, sum, max;			/* times, ns, ns */
};

#define RTP_STOLEN_SUMS 64

struct rtp_stolen_sums {
	unsigned int n;
	struct rtp_stolen_sum sum[RTP_STOLEN_SUMS];
};

/*
 * What was taken from a task, by source; sources beyond RTP_STOLEN_SUMS are left out. Process
 * context, rtp_rows_lock held, as long as the result is used.
 */
const struct rtp_stolen_sums *rtp_stolen_sums(const struct rtp_task_entry *entry);

size_t rtp_stolen_bytes(void);
int rtp_stolen_init(u32 max_tasks);
void rtp_stolen_exit(void);

#endif
