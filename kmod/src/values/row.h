/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row: the histogram of one source on one CPU, and the tables that lead to it.
 *
 * Each CPU has a dense table: a slot per irq number, then those of enum rtp_slot, then those of the
 * measures by task and by irq thread, which are picked by a hash. A slot heads a chain of rows, one
 * row an action; only shared lines and the hashed slots have more than one. What fires for the
 * first time on a CPU takes a spare row, allocated beforehand, so it is counted from its first
 * value on; process context makes new spares. Rows are never freed before unload, so a row pointer
 * stays good without a lock, and a dump resumes by a row's index.
 *
 * Rows by task are taken up by names, of which there can be any number. When no more rows may be
 * made, process context makes retired ones vacant: no reader sees them any more, and whatever next
 * needs a row on their CPU takes one, out of another slot's chain if it must.
 *
 * A row's key is the irqaction it counts, compared and never followed outside the tracepoint that
 * handed it over. When the action is freed the row is retired: its key becomes NULL (retire.h), so
 * a reused address cannot be taken for the old action. A later action of the same irq and name
 * takes the row up again. The key of a row by task is the description of the task of that name that
 * wrote last, in its entry (task.h): it stays that task's as long as the row names it and
 * rtp_rows_lock is held.
 */
#ifndef RTPROBE_ROW_H
#define RTPROBE_ROW_H

#include <linux/hash.h>
#include <linux/llist.h>

#include "base/cpu.h"
#include "base/measure.h"
#include "values/hist.h"

struct rtp_source;

/* What identifies a row to readers. */
struct rtp_row_id {
	enum rtprobe_measure measure;
	u32 number;		/* irq or vector; 0 for timer_latency */
	const char *name;	/* copied; may be NULL */
	const void *dev_id;	/* as given to request_irq; compared only */
	bool threaded;		/* the action has an irq thread */
};

struct rtp_row {
	struct rtp_row *next;	/* chain of the slot; appended to. Unlinked only when vacant. */
	const void *key;	/* NULL while retired */
	u64 threshold;		/* ns; a value over it has the rules asked. Written by rule.c. */
	struct rtp_hist hist;

	/* Set when the row is taken up, before `live`; constant then, save where said otherwise. */
	enum rtprobe_measure measure;
	u32 number;
	int cpu;
	const void *dev_id;	/* of the action counted now */
	bool threaded;
	bool live;		/* in a table; stored with release */
	bool vacant;		/* may be taken by another name; stored with release */
	bool judged;		/* has its threshold; written and read under rtp_rows_lock */
	bool first_of_block;	/* it is what was allocated */
	char name[RTPROBE_NAME_LEN];

	u64 touched;		/* the CPU's stint in which it was last noted, see stolen.h */
	struct rtp_source *source;	/* written and read under rtp_rows_lock */
	struct llist_node spare;
} ____cacheline_aligned;

/* The key of a row that is vacant, or about to be. Matches no other. */
#define RTP_ROW_VACANT ((const void *)1)

/* Stands in an empty slot, so that a probe need not ask whether there is a row. Matches no key. */
extern struct rtp_row rtp_no_row;

extern unsigned int rtp_irq_slots;	/* irq numbers a table has room for; a power of two */
extern unsigned int rtp_irq_mask;	/* that - 1 */
extern u32 rtp_max_rows;
extern u32 rtp_epoch;	/* counts clears */

/*
 * Threshold, in ns, of a row that was just taken up: the least there is, until rule.c finds the
 * row's own. Written by rule.c.
 */
extern u64 rtp_row_first_threshold;

/* The slots after those of the irqs. */
enum rtp_slot {
	RTP_SLOT_VECTOR,
	RTP_SLOT_SOFTIRQ_LATENCY = RTP_SLOT_VECTOR + RTPROBE_VECTOR_COUNT,
	RTP_SLOT_SOFTIRQ_DURATION = RTP_SLOT_SOFTIRQ_LATENCY + RTPROBE_SOFTIRQ_COUNT,
	/*
	 * Of each other measure one; irqline_off's is a chain of all lines that were ever disabled.
	 */
	RTP_SLOT_MEASURE = RTP_SLOT_SOFTIRQ_DURATION + RTPROBE_SOFTIRQ_COUNT,
	RTP_SLOT_COUNT = RTP_SLOT_MEASURE + RTPROBE_MEASURE_COUNT,
};

static inline unsigned int rtp_vector_slot(unsigned int vector)
{
	return rtp_irq_slots + RTP_SLOT_VECTOR + vector;
}

/* @measure is softirq_latency or softirq_duration. */
static inline unsigned int rtp_softirq_slot(enum rtprobe_measure measure, unsigned int vector)
{
	return rtp_irq_slots + vector + (measure == RTPROBE_MEASURE_SOFTIRQ_LATENCY ?
					 RTP_SLOT_SOFTIRQ_LATENCY : RTP_SLOT_SOFTIRQ_DURATION);
}

static inline unsigned int rtp_measure_slot(enum rtprobe_measure measure)
{
	return rtp_irq_slots + RTP_SLOT_MEASURE + measure;
}

/*
 * Slots shared by all rows by irq thread of a CPU, and as many after them by all its rows by task,
 * as a power of two.
 */
#define RTP_NAMED_SLOTS_BITS 6
#define RTP_NAMED_SLOTS (1 << RTP_NAMED_SLOTS_BITS)

/* The first of the slots by task. No other CPU walks their chains. */
static inline unsigned int rtp_task_slots(void)
{
	return rtp_irq_slots + RTP_SLOT_COUNT + RTP_NAMED_SLOTS;
}

static inline bool rtp_measure_is_by_task(enum rtprobe_measure measure)
{
	return RTP_MEASURES_BY_TASK & BIT(measure);
}

/*
 * The slot of a measure by task or irq thread, by irq number and a hash of the task's name, if it
 * is by that.
 */
static inline unsigned int rtp_named_slot(enum rtprobe_measure measure, u32 number, u32 name_hash)
{
	unsigned int first = rtp_measure_is_by_task(measure) ? rtp_task_slots() :
							       rtp_irq_slots + RTP_SLOT_COUNT;

	return first + hash_32(name_hash ^ (number << 4 | measure), RTP_NAMED_SLOTS_BITS);
}

/* What a row counts now, NULL while it is retired or about to be another's. */
static inline const void *rtp_row_key(const struct rtp_row *row)
{
	const void *key = smp_load_acquire(&row->key);

	return key == RTP_ROW_VACANT ? NULL : key;
}

/* The first row of a slot, NULL if there is none. Any CPU. */
static inline struct rtp_row *rtp_row_first(const struct rtp_cpu *c, unsigned int slot)
{
	struct rtp_row *row = smp_load_acquire(&c->table[slot]);

	return row == &rtp_no_row ? NULL : row;
}

/* The row after that in its chain, NULL if it is the last. Any CPU. */
static inline struct rtp_row *rtp_row_next(const struct rtp_row *row)
{
	return smp_load_acquire(&row->next);
}

/* The row of @key in a slot of this CPU, NULL if there is none yet. Interrupts off. */
struct rtp_row *rtp_row_find(struct rtp_cpu *c, unsigned int slot, const void *key);

/*
 * A row for what fires for the first time on this CPU: a retired one of the same name, else a
 * spare. NULL, counted as no_row, when there is no spare. On the CPU itself, interrupts off, not
 * NMI.
 */
struct rtp_row *rtp_row_adopt(struct rtp_cpu *c, unsigned int slot, const void *key,
			      const struct rtp_row_id *id);

/* Empty a row of an earlier epoch. On its CPU, interrupts off. */
void rtp_row_renew(struct rtp_row *row);

static __always_inline void rtp_row_enter_epoch(struct rtp_row *row)
{
	if (unlikely(row->hist.epoch != READ_ONCE(rtp_epoch)))
		rtp_row_renew(row);
}

/* All below: process context. */

/* Held while rows are read, cleared or tied to sources. Never taken by a probe. */
void rtp_rows_lock(void);
void rtp_rows_unlock(void);

/*
 * The row of an index, NULL past the last; with the lock held. Rows that are not live are spares.
 */
struct rtp_row *rtp_row_at(u32 index);
static inline bool rtp_row_is_live(const struct rtp_row *row)
{
	return smp_load_acquire(&row->live);
}

/*
 * A consistent copy of a row's histogram, with the lock held. A row written all the time is read on
 * its own CPU after a bounded number of attempts. A passive CPU is not interrupted for that: then
 * there is none this time, which is counted, and NULL is returned. The copy stays valid until the
 * next call.
 */
const struct rtp_hist_view *rtp_row_view(struct rtp_row *row);

/* How often rtp_row_view had to interrupt a CPU, and how often it returned NULL. */
u64 rtp_row_view_interrupts(void);
u64 rtp_row_views_missed(void);

/*
 * Start a new epoch: every histogram is empty. No CPU is interrupted for it; each empties a row
 * when it next records a value of it.
 */
void rtp_rows_clear(void);
static inline u32 rtp_rows_epoch(void)
{
	return READ_ONCE(rtp_epoch);
}

/* When the epoch began, in ns of CLOCK_MONOTONIC. */
u64 rtp_rows_epoch_start(void);

u32 rtp_rows_live(void);

/* Values recorded since load, IRQ_NONE included, over all rows. Takes the lock. */
u64 rtp_rows_events(void);

/*
 * Handlers and vectors recorded on a CPU since load, as of the newest count. Counting takes the
 * lock.
 */
void rtp_rows_count_handled(void);
u64 rtp_rows_handled(int cpu);
size_t rtp_rows_bytes(void);
size_t rtp_rows_bytes_max(void);

/*
 * Make retired rows by task vacant where spares run out and none may be made. Sources that lose
 * their last row by that are to be removed.
 */
void rtp_rows_recycle(void);

/*
 * Give every CPU spares up to the target as long as max_rows allows; called by the housekeeping
 * work.
 */
void rtp_rows_refill(void);

int rtp_rows_init(unsigned int irq_slots, u32 max_rows);
void rtp_rows_exit(void);

#endif
