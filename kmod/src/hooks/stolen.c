// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/stolen.h"

#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "base/lost.h"
#include "base/measure.h"
#include "hooks/sched.h"
#include "tasks/task.h"
#include "values/source.h"

/*
 * Slots per CPU for each followed task. About five sources interrupt a task that is busy on a CPU,
 * but not all tasks are busy, and not on all CPUs.
 */
#define PLACES_A_TASK 4

/* The slots of a task are among this many, starting where its serial number hashes to. */
#define WINDOW 32

struct place {
	unsigned int seq;		/* odd during a write */
	u32 task;			/* index of the task's entry */
	u64 serial;			/* serial number of the task; 0: free */
	const struct rtp_row *row;	/* NULL: NMIs */
	u64 count, sum, max;
};

struct note {
	struct rtp_row *row;
	u64 count, sum;			/* the row's values when it was noted ... */
	u32 epoch;			/* ... and their epoch */
};

struct rtp_stolen_cpu {
	u64 switches;			/* switches so far; never reset to 0 */
	u64 nmi_ticks;			/* at the last switch ... */
	unsigned int nmis;		/* ... and the NMIs counted until then */
	unsigned int noted;
	struct note notes[RTP_STOLEN_TOUCHED];
	struct place places[];		/* a power of two of them */
};

static unsigned int places_bits;

static struct rtp_stolen_sums sums;	/* under rtp_rows_lock */

void rtp_stolen_note(struct rtp_cpu *c, struct rtp_row *row)
{
	struct rtp_stolen_cpu *s = c->stolen;

	WRITE_ONCE(c->stolen_due, true);
	row->touched = c->switch_number;
	if (s->noted == RTP_STOLEN_TOUCHED) {
		rtp_lost_add(RTP_LOST_STOLEN_FULL, 1);
		return;
	}
	s->notes[s->noted++] = (struct note) { row, row->hist.count, row->hist.sum,
					       row->hist.epoch };
}

/* Returns whether a slot is unused or its entry now belongs to another task. */
static bool is_free(const struct place *place)
{
	return !place->serial || rtp_task_serial(place->task) != place->serial;
}

/* Returns the index of the i-th slot that a task may use. */
static u32 stolen_place_at(u64 serial, unsigned int i)
{
	return (hash_64(serial, places_bits) + i) & ((1u << places_bits) - 1);
}

static struct place *stolen_find(struct rtp_stolen_cpu *s, const struct rtp_task_entry *entry,
				 const struct rtp_row *row)
{
	struct place *free = NULL;
	unsigned int i;

	for (i = 0; i < WINDOW; i++) {
		struct place *place = &s->places[stolen_place_at(entry->serial, i)];

		if (place->serial == entry->serial && place->row == row)
			return place;
		if (!free && is_free(place))
			free = place;
	}
	return free;
}

static void stolen_add(struct rtp_stolen_cpu *s, const struct rtp_task_entry *entry,
		       const struct rtp_row *row, u64 count, u64 ns)
{
	struct place *place = stolen_find(s, entry, row);

	if (!place) {
		rtp_lost_add(RTP_LOST_STOLEN_FULL, count);
		return;
	}
	WRITE_ONCE(place->seq, place->seq + 1);
	smp_wmb();
	if (place->serial != entry->serial) {
		WRITE_ONCE(place->serial, entry->serial);
		WRITE_ONCE(place->task, rtp_task_index(entry));
		WRITE_ONCE(place->row, row);
		WRITE_ONCE(place->count, 0);
		WRITE_ONCE(place->sum, 0);
		WRITE_ONCE(place->max, 0);
	}
	WRITE_ONCE(place->count, place->count + count);
	WRITE_ONCE(place->sum, place->sum + ns);
	if (ns > place->max)
		WRITE_ONCE(place->max, ns);
	smp_wmb();
	WRITE_ONCE(place->seq, place->seq + 1);
}

/* Adds the row's increase since it was noted. If the row was cleared meanwhile, it started at 0. */
static u64 book_row(struct rtp_stolen_cpu *s, struct rtp_task_entry *entry, const struct note *note)
{
	struct rtp_hist *hist = &note->row->hist;
	bool cleared = hist->epoch != note->epoch;
	u64 count = cleared ? hist->count : hist->count - note->count;
	u64 ns = cleared ? hist->sum : hist->sum - note->sum;

	rtp_usual_none(&hist->usual);
	if (entry && count)
		stolen_add(s, entry, note->row, count, ns);
	return ns;
}

static u64 book_nmis(struct rtp_cpu *c, struct rtp_task_entry *entry)
{
	struct rtp_stolen_cpu *s = c->stolen;
	u64 ns = rtp_clock_to_ns(rtp_clock_chosen, READ_ONCE(c->nmi_ticks) - s->nmi_ticks);

	if (entry)
		stolen_add(s, entry, NULL, c->nmis - s->nmis, ns);
	s->nmi_ticks = c->nmi_ticks;
	s->nmis = c->nmis;
	return ns;
}

void rtp_stolen_book(struct rtp_cpu *c, struct rtp_task_entry *entry)
{
	struct rtp_stolen_cpu *s = c->stolen;
	u64 ns = 0;

	/* An NMI from here on is for the next switch. */
	WRITE_ONCE(c->stolen_due, false);
	while (s->noted)
		ns += book_row(s, entry, &s->notes[--s->noted]);
	if (unlikely(READ_ONCE(c->nmis) != s->nmis))
		ns += book_nmis(c, entry);
	c->switch_number = ++s->switches;
	if (entry)
		entry->stolen += ns;
}

/*
 * Copies one slot consistently. Returns false if it is not the task's. The wait is short because
 * the writer has interrupts off.
 */
static bool read_place(const struct place *place, u64 serial, struct place *copy)
{
	unsigned int seq;

	do {
		seq = smp_load_acquire(&place->seq);
		copy->serial = READ_ONCE(place->serial);
		copy->row = READ_ONCE(place->row);
		copy->count = READ_ONCE(place->count);
		copy->sum = READ_ONCE(place->sum);
		copy->max = READ_ONCE(place->max);
		smp_rmb();
		cpu_relax();
	} while (seq & 1 || seq != READ_ONCE(place->seq));
	return copy->serial == serial;
}

static void add_up(const struct place *place)
{
	const struct rtp_source *source = place->row ? place->row->source : NULL;
	struct rtp_stolen_sum *sum = sums.sum;
	const struct rtp_stolen_sum *end = sum + sums.n;

	/* The row has no source before the next update. */
	if (place->row && !source)
		return;
	while (sum < end && sum->source != source)
		sum++;
	if (sum == end) {
		if (sums.n == RTP_STOLEN_SUMS)
			return;
		sums.n++;
		*sum = (struct rtp_stolen_sum) { .source = source };
	}
	sum->count += place->count;
	sum->sum += place->sum;
	sum->max = max(sum->max, place->max);
}

const struct rtp_stolen_sums *rtp_stolen_sums(const struct rtp_task_entry *entry)
{
	struct place copy;
	unsigned int i;
	int cpu;

	sums.n = 0;
	for_each_possible_cpu(cpu) {
		const struct rtp_stolen_cpu *s = per_cpu_ptr(rtp_cpus, cpu)->stolen;

		for (i = 0; i < WINDOW; i++)
			if (read_place(&s->places[stolen_place_at(entry->serial, i)], entry->serial,
				       &copy))
				add_up(&copy);
	}
	return &sums;
}

/*
 * Noting starts with the first switch of each CPU. Before that, the task that runs is unknown.
 */
static int stolen_start(u64 period)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		c->stolen->noted = 0;
		c->stolen->nmi_ticks = READ_ONCE(c->nmi_ticks);
		c->stolen->nmis = READ_ONCE(c->nmis);
		WRITE_ONCE(c->stolen_due, true);
	}
	return rtp_sched_start(RTP_SCHED_STOLEN);
}

static void stolen_forget(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->switch_number, 0);
}

static void stolen_stop(void)
{
	rtp_sched_stop(RTP_SCHED_STOLEN);
	rtp_hooks_expect_wait(stolen_forget);
}

static size_t bytes_a_cpu(void)
{
	return sizeof(struct rtp_stolen_cpu) + (sizeof(struct place) << places_bits);
}

size_t rtp_stolen_bytes(void)
{
	return num_possible_cpus() * bytes_a_cpu();
}

int rtp_stolen_init(u32 max_tasks)
{
	int cpu;

	places_bits = ilog2(roundup_pow_of_two(PLACES_A_TASK * max_tasks));

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		c->stolen = kvzalloc_node(bytes_a_cpu(), GFP_KERNEL, cpu_to_node(cpu));
		if (!c->stolen) {
			rtp_stolen_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void rtp_stolen_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu_ptr(rtp_cpus, cpu)->stolen);
}

const struct rtp_measure rtp_measure_stolen = {
	.available = rtp_sched_find,
	.start = stolen_start,
	.stop = stolen_stop,
	.only_by_rule = true,
};
