/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row is the histogram of one source on one CPU. Per-CPU tables lead to the rows.
 *
 * Each CPU has a dense table: one slot per irq number, then the slots of enum rtp_slot, then hashed
 * slots for the measures by irq thread, by task and by function. A slot is the head of a chain of
 * rows, one row per action. Only shared lines and hashed slots have more than one row. A source
 * that fires for the first time on a CPU gets a preallocated spare row, so its first value is
 * counted. Process context makes new spares. Rows are freed only at unload. A row pointer therefore
 * stays valid without a lock, and a dump resumes by the row's index.
 *
 * Rows by task are identified by task names, and the number of names is unbounded, as is that of
 * functions of modules. When max_rows is reached, process context makes their retired rows vacant.
 * Readers no longer see a vacant row. The next source that needs a row on that CPU reuses it, if
 * necessary from another slot's chain.
 *
 * A row's key is the address of the irqaction it counts. The key is only compared, and dereferenced
 * nowhere but in the tracepoint that passed the action. When the action is freed, the row is
 * retired: its key becomes NULL (retire.h), so that a new action at the same address is not
 * confused with the old one. A later action with the same irq and name reuses the row. The key of a
 * row by task is the description, in struct rtp_task_entry (task.h), of the task with that name
 * that wrote last. The description belongs to that task as long as it is the row's key and
 * rtp_rows_lock is held. The key of a row by function is the function's address, or that of the
 * network device, see hooks/function.h.
 */
#ifndef RTPROBE_ROW_H
#define RTPROBE_ROW_H

#include <linux/hash.h>
#include <linux/llist.h>

#include "base/cpu.h"
#include "base/measure.h"
#include "base/threshold.h"
#include "values/hist.h"

struct rtp_source;

/* What identifies a row to readers. */
struct rtp_row_id {
	enum rtprobe_measure measure;
	u32 number;		/* irq or vector; 0 for timer_latency */
	const char *name;	/* copied; may be NULL */
	const void *dev_id;	/* as given to request_irq, or a poll function; compared only */
	bool threaded;		/* the action has an irq thread */
	enum rtp_task_kind kind;	/* of the task, of a row by task */
};

struct rtp_row {
	struct rtp_row *next;	/* chain of the slot, append-only; vacant rows are unlinked */
	const void *key;	/* NULL while retired */
	u64 threshold;		/* ns; larger values need the rules. Written by rule.c. */
	struct rtp_hist hist;

	/* Set before `live` is, constant afterwards, unless noted. */
	enum rtprobe_measure measure;
	u32 number;
	int cpu;
	const void *dev_id;	/* of the action counted now */
	bool threaded;
	bool live;		/* in a table; stored with release */
	bool vacant;		/* another name may reuse it; stored with release */
	bool judged;	/* threshold is final; set under rtp_rows_lock; see rtp_row_add_kind */
	u8 kinds;	/* mask of enum rtp_task_kind: the tasks whose values are in the row */
	bool first_of_block;	/* the address that was allocated */
	char name[RTPROBE_FUNCTION_LEN];

	u64 touched;		/* switch_number when the row was last noted, see stolen.h */
	struct rtp_source *source;	/* written and read under rtp_rows_lock */
	struct llist_node spare;
} ____cacheline_aligned;

/* Key of a row that is vacant or is being made vacant. Equals no real key. */
#define RTP_ROW_VACANT ((const void *)1)

/* Placeholder in an empty slot, so that probes need no NULL check. Equals no real key. */
extern struct rtp_row rtp_no_row;

extern unsigned int rtp_irq_slots;	/* irq numbers a table has room for; a power of two */
extern unsigned int rtp_irq_mask;	/* rtp_irq_slots - 1 */
extern u32 rtp_max_rows;
extern u32 rtp_epoch;	/* number of clears so far */

/*
 * Initial threshold of a row, in ns: the lowest threshold of all rules, until rule.c computes the
 * row's own. Written by rule.c.
 */
extern u64 rtp_row_first_threshold;

/* The slots that follow those of the irqs. */
enum rtp_slot {
	RTP_SLOT_VECTOR,
	RTP_SLOT_SOFTIRQ_LATENCY = RTP_SLOT_VECTOR + RTPROBE_VECTOR_COUNT,
	RTP_SLOT_SOFTIRQ_DURATION = RTP_SLOT_SOFTIRQ_LATENCY + RTPROBE_SOFTIRQ_COUNT,
	/* One slot for each other measure; irqline_off's chain has all lines that were disabled. */
	RTP_SLOT_MEASURE = RTP_SLOT_SOFTIRQ_DURATION + RTPROBE_SOFTIRQ_COUNT,
	RTP_SLOT_COUNT = RTP_SLOT_MEASURE + RTPROBE_MEASURE_COUNT,
};

static inline unsigned int rtp_vector_slot(unsigned int vector)
{
	return rtp_irq_slots + RTP_SLOT_VECTOR + vector;
}

/* Returns the slot of a softirq; @measure is softirq_latency or softirq_duration. */
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
 * log2 of the slots that all rows by irq thread of a CPU share. As many slots follow for all its
 * rows by task.
 */
#define RTP_NAMED_SLOTS_BITS 6
#define RTP_NAMED_SLOTS (1 << RTP_NAMED_SLOTS_BITS)

/* Returns the first of the slots by task. Only the CPU itself walks their chains. */
static inline unsigned int rtp_task_slots(void)
{
	return rtp_irq_slots + RTP_SLOT_COUNT + RTP_NAMED_SLOTS;
}

/*
 * The measures by function are consecutive. Each has its own slots: few functions of a kind run on
 * a CPU, so that most are alone in their slot.
 */
#define RTP_FUNCTION_FIRST RTPROBE_MEASURE_HRTIMER_DURATION
#define RTP_FUNCTION_MEASURES (RTPROBE_MEASURE_NAPI_DURATION - RTP_FUNCTION_FIRST + 1)
#define RTP_FUNCTION_SLOTS_BITS 6	/* log2 of the slots of a measure */
#define RTP_FUNCTION_SLOTS (RTP_FUNCTION_MEASURES << RTP_FUNCTION_SLOTS_BITS)

static_assert(RTP_MEASURES_BY_FUNCTION ==
	      GENMASK(RTPROBE_MEASURE_NAPI_DURATION, RTP_FUNCTION_FIRST));

/* Returns the slot of a function or network device. Only the CPU itself walks its chain. */
static __always_inline unsigned int rtp_function_slot(enum rtprobe_measure measure, const void *key)
{
	return rtp_task_slots() + RTP_NAMED_SLOTS +
	       ((measure - RTP_FUNCTION_FIRST) << RTP_FUNCTION_SLOTS_BITS) +
	       ((uintptr_t)key * GOLDEN_RATIO_64 >> (64 - RTP_FUNCTION_SLOTS_BITS));
}

static inline bool rtp_measure_is_by_task(enum rtprobe_measure measure)
{
	return RTP_MEASURES_BY_TASK & BIT(measure);
}

static inline bool rtp_measure_is_by_function(enum rtprobe_measure measure)
{
	return RTP_MEASURES_BY_FUNCTION & BIT(measure);
}

/*
 * Returns the slot of a measure by task or by irq thread. @number is the irq number or 0,
 * @name_hash the hash of the task's name or 0.
 */
static inline unsigned int rtp_named_slot(enum rtprobe_measure measure, u32 number, u32 name_hash)
{
	unsigned int first = rtp_measure_is_by_task(measure) ? rtp_task_slots() :
							       rtp_irq_slots + RTP_SLOT_COUNT;

	return first + hash_32(name_hash ^ (number << 4 | measure), RTP_NAMED_SLOTS_BITS);
}

/* Returns the key of a row, NULL if the row is retired or vacant. Any context. */
static inline const void *rtp_row_key(const struct rtp_row *row)
{
	const void *key = smp_load_acquire(&row->key);

	return key == RTP_ROW_VACANT ? NULL : key;
}

/* Returns the first row of a slot, NULL if there is none. Any CPU. */
static inline struct rtp_row *rtp_row_first(const struct rtp_cpu *c, unsigned int slot)
{
	struct rtp_row *row = smp_load_acquire(&c->table[slot]);

	return row == &rtp_no_row ? NULL : row;
}

/* Returns the next row in the chain, NULL if @row is the last. Any CPU. */
static inline struct rtp_row *rtp_row_next(const struct rtp_row *row)
{
	return smp_load_acquire(&row->next);
}

/* Returns the row of @key in a slot of this CPU, NULL if there is none. Interrupts off. */
struct rtp_row *rtp_row_find(struct rtp_cpu *c, unsigned int slot, const void *key);

/*
 * Returns a row for a source that fires for the first time on this CPU: a retired row with the same
 * name, else a vacant or spare one. Returns NULL and counts a no_row loss if there is none. Called
 * on the CPU itself, interrupts off, not from NMI.
 */
struct rtp_row *rtp_row_adopt(struct rtp_cpu *c, unsigned int slot, const void *key,
			      const struct rtp_row_id *id);

/*
 * Returns whether rtp_row_adopt can return a row of this slot. Otherwise counts a no_row loss: then
 * the caller need not find out a name first. Context as above.
 */
bool rtp_row_is_left(struct rtp_cpu *c, unsigned int slot);

/*
 * Notes that values of @kind follow. If that is new, the row has the first threshold again until
 * rule.c computes its own; the caller kicks the housekeeping. On the row's CPU, interrupts off.
 */
void rtp_row_add_kind(struct rtp_row *row, enum rtp_task_kind kind);

static inline bool rtp_row_has_kind(const struct rtp_row *row, enum rtp_task_kind kind)
{
	return READ_ONCE(row->kinds) & BIT(kind);
}

/* Clears a row of an earlier epoch. Called on its CPU, interrupts off. */
void rtp_row_renew(struct rtp_row *row);

static __always_inline void rtp_row_enter_epoch(struct rtp_row *row)
{
	if (unlikely(row->hist.epoch != READ_ONCE(rtp_epoch)))
		rtp_row_renew(row);
}

/* All functions below: process context, may sleep. */

/*
 * A mutex, held while rows are read, cleared or assigned to sources. Probes never acquire it.
 */
void rtp_rows_lock(void);
void rtp_rows_unlock(void);

/*
 * Returns the row at an index, NULL past the last one. Lock held. Rows that are not live are spares
 * or vacant.
 */
struct rtp_row *rtp_row_at(u32 index);
static inline bool rtp_row_is_live(const struct rtp_row *row)
{
	return smp_load_acquire(&row->live);
}

/*
 * Starts a new epoch: readers then find all histograms empty. No CPU is interrupted. Each CPU
 * clears a row when it records the row's next value.
 */
void rtp_rows_clear(void);
static inline u32 rtp_rows_epoch(void)
{
	return READ_ONCE(rtp_epoch);
}

/* Returns the start of the epoch, in ns of CLOCK_MONOTONIC. */
u64 rtp_rows_epoch_start(void);

u32 rtp_rows_live(void);

/* Returns the values recorded since load over all rows, including IRQ_NONE. Acquires the lock. */
u64 rtp_rows_events(void);

/*
 * rtp_rows_count_handled counts the handlers and vectors that each CPU has recorded since load, and
 * acquires the lock. rtp_rows_handled returns the newest count of a CPU without a lock.
 */
void rtp_rows_count_handled(void);
u64 rtp_rows_handled(int cpu);
size_t rtp_rows_bytes(void);
size_t rtp_rows_bytes_max(void);

/*
 * Makes retired rows by task vacant on CPUs that are short of spares, if max_rows is reached.
 * Sources that lose their last row this way are removed by the next rtp_sources_update.
 */
void rtp_rows_recycle(void);

/* Allocates spares for each CPU up to the target, within max_rows. Called by the housekeeping. */
void rtp_rows_refill(void);

int rtp_rows_init(unsigned int irq_slots, u32 max_rows);
void rtp_rows_exit(void);

#endif
