/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stolen: the interrupt time of each task between two switches, by source, as count, sum and
 * maximum. The sources are NMIs, and those hard handlers, vectors and softirqs whose measure is on.
 *
 * The histogram of a source already has the sums. Only the first value of a row since the last
 * switch is noted, with the row's sum at that time. The switch computes the difference. After a
 * switch no value of the noted rows is usual (usual.h), so the next value takes the slow path,
 * where it is noted again. This adds nothing to the usual path of an interrupt. If a row was usual
 * when the measure was switched on, it is first noted in the next reporting interval.
 *
 * Each CPU has its own table of sums, sized for the number of followed tasks and written with
 * interrupts off. Slots of tasks whose entry was reused are reused.
 */
#ifndef RTPROBE_STOLEN_H
#define RTPROBE_STOLEN_H

#include "base/cpu.h"
#include "values/row.h"

struct rtp_task_entry;

/*
 * Sources that can interrupt one CPU between two switches. Time of further ones is counted as
 * stolen_full.
 */
#define RTP_STOLEN_TOUCHED 32

struct rtp_stolen_cpu;

/* Returns whether @row must be noted before a value is added to it. Interrupts off. */
static __always_inline bool rtp_stolen_is_first(const struct rtp_cpu *c, const struct rtp_row *row)
{
	/* switch_number is 0 while the measure is off, and touched is never less than 0. */
	return row->touched < c->switch_number;
}

/* Notes a row. Interrupts off, before the value is added. */
void rtp_stolen_note(struct rtp_cpu *c, struct rtp_row *row);

/*
 * Assigns the noted interrupt time to @entry, the previous task, NULL if it is not followed. In
 * sched_switch, if c->stolen_due is set. A switch without it needs no new switch_number, because no
 * row was noted since the previous one.
 */
void rtp_stolen_book(struct rtp_cpu *c, struct rtp_task_entry *entry);

/* Interrupt time of a task by one source, over all CPUs. */
struct rtp_stolen_sum {
	const struct rtp_source *source;	/* NULL: NMIs */
	u64 count, sum, max;			/* number, ns, ns */
};

#define RTP_STOLEN_SUMS 64

struct rtp_stolen_sums {
	unsigned int n;
	struct rtp_stolen_sum sum[RTP_STOLEN_SUMS];
};

/*
 * Returns the interrupt time of a task by source; sources beyond RTP_STOLEN_SUMS are omitted.
 * Process context. rtp_rows_lock is held while the result is used.
 */
const struct rtp_stolen_sums *rtp_stolen_sums(const struct rtp_task_entry *entry);

size_t rtp_stolen_bytes(void);
int rtp_stolen_init(u32 max_tasks);
void rtp_stolen_exit(void);

#endif
