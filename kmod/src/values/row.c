// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/row.h"

#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "base/housekeeping.h"
#include "base/lost.h"
#include "values/interval.h"
#include "values/usual.h"

/*
 * Spare rows per CPU: enough for the sources that fire for the first time on a CPU before the
 * housekeeping work has run.
 */
#define SPARES_PER_CPU 32

/*
 * Rows are allocated in blocks of a little less than four pages. A slab cache of our own is not
 * used: kmem_cache_destroy waits for a thread of each CPU that used the cache, with the CPU hotplug
 * lock held.
 */
#define ROWS_A_BLOCK 5
#define ROW_BYTES (PAGE_ALIGN(ROWS_A_BLOCK * sizeof(struct rtp_row)) / ROWS_A_BLOCK)

unsigned int rtp_irq_slots __read_mostly;
u32 rtp_max_rows __read_mostly;
u32 rtp_epoch __read_mostly;
unsigned int rtp_irq_mask __read_mostly;
u64 rtp_row_first_threshold __read_mostly = U64_MAX;
struct rtp_row rtp_no_row = { .hist.usual.least = U64_MAX };

/* Returns the slots of one CPU's table: irqs, enum rtp_slot, hashed slots. */
static unsigned int table_slots(void)
{
	return rtp_task_slots() + RTP_NAMED_SLOTS + RTP_FUNCTION_SLOTS;
}

static DEFINE_MUTEX(rows_mutex);
static struct rtp_row **rows;	/* by index; grows under rows_mutex */
static u32 rows_made;
static u64 epoch_start;	/* ns of CLOCK_MONOTONIC */

void rtp_rows_lock(void)
{
	mutex_lock(&rows_mutex);
}

void rtp_rows_unlock(void)
{
	mutex_unlock(&rows_mutex);
}

struct rtp_row *rtp_row_find(struct rtp_cpu *c, unsigned int slot, const void *key)
{
	struct rtp_row *row;

	for (row = rtp_row_first(c, slot); row; row = rtp_row_next(row))
		if (READ_ONCE(row->key) == key)
			return row;
	return NULL;
}

static void row_append(struct rtp_cpu *c, unsigned int slot, struct rtp_row *row)
{
	struct rtp_row *last = rtp_row_first(c, slot);

	if (!last) {
		smp_store_release(&c->table[slot], row);
		return;
	}
	while (last->next)
		last = last->next;
	smp_store_release(&last->next, row);
}

/*
 * Finds a retired row with the same name and marks its key, so that the housekeeping work cannot
 * make the row vacant.
 */
static struct rtp_row *find_retired(struct rtp_cpu *c, unsigned int slot,
				    const struct rtp_row_id *id, const char *name)
{
	struct rtp_row *row;

	for (row = rtp_row_first(c, slot); row; row = rtp_row_next(row))
		if (!READ_ONCE(row->key) && row->measure == id->measure &&
		    row->number == id->number &&
		    !strncmp(row->name, name, sizeof(row->name) - 1) &&
		    !cmpxchg(&row->key, NULL, RTP_ROW_VACANT))
			return row;
	return NULL;
}

/* Claims a vacant row and clears its histogram. */
static void vacant_take(struct rtp_cpu *c, struct rtp_row *row)
{
	WRITE_ONCE(row->vacant, false);
	atomic_dec(&c->vacant_rows);
	c->cleared += rtp_hist_begin_epoch(&row->hist, READ_ONCE(rtp_epoch));
}

/* Returns a vacant row of this slot, NULL if there is none. */
static struct rtp_row *take_vacant(struct rtp_cpu *c, unsigned int slot)
{
	struct rtp_row *row;

	if (atomic_read(&c->vacant_rows) <= 0)
		return NULL;
	for (row = rtp_row_first(c, slot); row; row = rtp_row_next(row))
		if (smp_load_acquire(&row->vacant)) {
			vacant_take(c, row);
			return row;
		}
	return NULL;
}

/*
 * Unlinks a vacant row from the chain of any slot by task or function. Only the CPU itself walks
 * these chains, with interrupts off, so no other walker can stand on the row.
 */
static struct rtp_row *pull_vacant(struct rtp_cpu *c)
{
	unsigned int slot;

	if (atomic_read(&c->vacant_rows) <= 0)
		return NULL;
	for (slot = rtp_task_slots(); slot < table_slots(); slot++) {
		struct rtp_row **at = &c->table[slot];

		for (; *at && *at != &rtp_no_row; at = &(*at)->next) {
			struct rtp_row *row = *at;

			if (!smp_load_acquire(&row->vacant))
				continue;
			*at = row->next ?: at == &c->table[slot] ? &rtp_no_row : NULL;
			row->next = NULL;
			vacant_take(c, row);
			return row;
		}
	}
	return NULL;
}

/*
 * Does not kick the housekeeping if there is no spare. A kick is an irq_work, and the vector of
 * irq_work may be the very source that has no row: each kick would cause the next one. The interval
 * timer sees the loss and kicks instead.
 */
static struct rtp_row *take_spare(struct rtp_cpu *c)
{
	struct llist_node *node = llist_del_first(&c->spare_rows);

	if (!node)
		return NULL;
	atomic_dec(&c->spare_count);
	return llist_entry(node, struct rtp_row, spare);
}

static void row_identify(struct rtp_cpu *c, struct rtp_row *row, const struct rtp_row_id *id)
{
	row->measure = id->measure;
	row->number = id->number;
	row->cpu = c->cpu;
	strscpy(row->name, id->name ?: "", sizeof(row->name));
	row->kinds = 0;
	rtp_row_add_kind(row, id->kind);
}

void rtp_row_add_kind(struct rtp_row *row, enum rtp_task_kind kind)
{
	if (rtp_row_has_kind(row, kind))
		return;
	WRITE_ONCE(row->kinds, row->kinds | BIT(kind));
	WRITE_ONCE(row->threshold, READ_ONCE(rtp_row_first_threshold));
	rtp_usual_none(&row->hist.usual);
	/* Pairs with the barrier in judge_rows(). */
	smp_mb();
	WRITE_ONCE(row->judged, false);
}

/* Returns a row that was unused or belonged to another name. */
static struct rtp_row *row_occupy(struct rtp_cpu *c, unsigned int slot, const struct rtp_row_id *id)
{
	struct rtp_row *row = take_vacant(c, slot);

	if (row) {
		row_identify(c, row, id);
		return row;
	}
	row = take_spare(c) ?: pull_vacant(c);
	if (!row) {
		rtp_lost_add(RTP_LOST_NO_ROW, 1);
		return NULL;
	}
	row_identify(c, row, id);
	row_append(c, slot, row);
	return row;
}

bool rtp_row_is_left(struct rtp_cpu *c, unsigned int slot)
{
	struct rtp_row *row;

	if (atomic_read(&c->spare_count) > 0 || atomic_read(&c->vacant_rows) > 0)
		return true;
	for (row = rtp_row_first(c, slot); row; row = rtp_row_next(row))
		if (!READ_ONCE(row->key))
			return true;
	rtp_lost_add(RTP_LOST_NO_ROW, 1);
	return false;
}

struct rtp_row *rtp_row_adopt(struct rtp_cpu *c, unsigned int slot, const void *key,
			      const struct rtp_row_id *id)
{
	struct rtp_row *row = find_retired(c, slot, id, id->name ?: "");

	row = row ?: row_occupy(c, slot, id);
	if (!row)
		return NULL;
	rtp_row_add_kind(row, id->kind);
	rtp_housekeeping_kick();
	WRITE_ONCE(row->threaded, id->threaded);
	WRITE_ONCE(row->dev_id, id->dev_id);
	/* Pairs with the acquire in rtp_row_key: a reader that sees the key sees its dev_id. */
	smp_store_release(&row->key, key);
	smp_store_release(&row->live, true);
	return row;
}

struct rtp_row *rtp_row_at(u32 index)
{
	return index < rows_made ? rows[index] : NULL;
}

/* Returns the values and IRQ_NONE calls in a row, whether or not a clear made them stale. */
static u64 row_events(const struct rtp_row *row)
{
	return READ_ONCE(row->hist.count) + READ_ONCE(row->hist.none);
}

void rtp_row_renew(struct rtp_row *row)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 held = rtp_hist_begin_epoch(&row->hist, READ_ONCE(rtp_epoch));

	/* The totals since load include what was cleared. */
	c->cleared += held;
	if (rtp_measures.of_handlers & BIT(row->measure))
		c->cleared_handled += held;
}

void rtp_rows_count_handled(void)
{
	int cpu;
	u32 i;

	rtp_rows_lock();
	for_each_possible_cpu(cpu)
		per_cpu_ptr(rtp_cpus, cpu)->handled_sum =
			READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->cleared_handled);
	for (i = 0; i < rows_made; i++)
		if (rtp_measures.of_handlers & BIT(rows[i]->measure))
			per_cpu_ptr(rtp_cpus, rows[i]->cpu)->handled_sum += row_events(rows[i]);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(rtp_cpus, cpu)->handled,
			   per_cpu_ptr(rtp_cpus, cpu)->handled_sum);
	rtp_rows_unlock();
}

u64 rtp_rows_handled(int cpu)
{
	return READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->handled);
}

u64 rtp_rows_events(void)
{
	u64 events = 0;
	int cpu;
	u32 i;

	rtp_rows_lock();
	for_each_possible_cpu(cpu)
		events += READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->cleared);
	for (i = 0; i < rows_made; i++)
		events += row_events(rows[i]);
	rtp_rows_unlock();
	return events;
}

void rtp_rows_clear(void)
{
	rtp_rows_lock();
	WRITE_ONCE(rtp_epoch, rtp_epoch + 1);
	WRITE_ONCE(epoch_start, ktime_get_ns());
	/* From now on no value is usual, so the next value of each row finds the new epoch. */
	rtp_usual_reset();
	rtp_rows_unlock();
}

u64 rtp_rows_epoch_start(void)
{
	return READ_ONCE(epoch_start);
}

u32 rtp_rows_live(void)
{
	u32 live = 0;
	u32 i;

	rtp_rows_lock();
	for (i = 0; i < rows_made; i++)
		live += rtp_row_is_live(rows[i]);
	rtp_rows_unlock();
	return live;
}

/* Returns the bytes that do not depend on the number of rows. */
static size_t fixed_bytes(void)
{
	return num_possible_cpus() * table_slots() * sizeof(struct rtp_row *) +
	       rtp_max_rows * sizeof(*rows);
}

size_t rtp_rows_bytes(void)
{
	return READ_ONCE(rows_made) * ROW_BYTES + fixed_bytes();
}

size_t rtp_rows_bytes_max(void)
{
	return rtp_max_rows * ROW_BYTES + fixed_bytes();
}

static void row_spare(struct rtp_cpu *c, struct rtp_row *row, bool first_of_block)
{
	row->hist.epoch = rtp_epoch;
	rtp_hist_clear(&row->hist);
	row->cpu = c->cpu;
	row->first_of_block = first_of_block;
	rows[rows_made] = row;
	WRITE_ONCE(rows_made, rows_made + 1);
	/* Count first: the CPU may use the row as soon as it is on the list. */
	atomic_inc(&c->spare_count);
	llist_add(&row->spare, &c->spare_rows);
}

static bool add_spares(struct rtp_cpu *c)
{
	struct rtp_row *block;
	unsigned int i;

	if (rows_made >= rtp_max_rows)
		return false;
	block = kmalloc_node(ROWS_A_BLOCK * sizeof(*block), GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN,
			     cpu_to_node(c->cpu));
	if (!block)
		return false;
	for (i = 0; i < ROWS_A_BLOCK && rows_made < rtp_max_rows; i++)
		row_spare(c, &block[i], !i);
	return true;
}

/*
 * Returns the number of intervals since a retired row was last written, or 0 if the row cannot be
 * recycled. The minimum of two intervals ensures that no operation in progress refers to the row.
 */
static u32 recyclable_age(const struct rtp_row *row)
{
	u32 age = READ_ONCE(rtp_generation) - READ_ONCE(row->hist.generation);

	if (!rtp_row_is_live(row) || READ_ONCE(row->key) ||
	    !(rtp_measure_is_by_task(row->measure) || rtp_measure_is_by_function(row->measure)))
		return 0;
	return age > 2 && age <= S32_MAX ? age : 0;
}

/* Makes a retired row vacant. Its CPU can still reuse the row by name until the key is set here. */
static void row_vacate(struct rtp_row *row)
{
	if (cmpxchg(&row->key, NULL, RTP_ROW_VACANT))
		return;
	WRITE_ONCE(row->live, false);
	row->source = NULL;
	/* Count first: the CPU may use the row as soon as it is vacant. */
	atomic_inc(&per_cpu_ptr(rtp_cpus, row->cpu)->vacant_rows);
	smp_store_release(&row->vacant, true);
}

/* Returns whether a CPU has too few rows to last until the next housekeeping. */
static bool is_short_of_rows(const struct rtp_cpu *c)
{
	return atomic_read(&c->spare_count) + atomic_read(&c->vacant_rows) < SPARES_PER_CPU;
}

static bool any_short_of_rows(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (is_short_of_rows(per_cpu_ptr(rtp_cpus, cpu)))
			return true;
	return false;
}

static u32 oldest_recyclable(void)
{
	u32 oldest = 0;
	u32 i;

	for (i = 0; i < rows_made; i++)
		oldest = max(oldest, recyclable_age(rows[i]));
	return oldest;
}

/* Recycles only as many rows as are needed, oldest first, so that readers still see the newest. */
void rtp_rows_recycle(void)
{
	u32 age, i;

	rtp_rows_lock();
	age = rows_made >= rtp_max_rows && any_short_of_rows() ? oldest_recyclable() : 0;
	while (age && any_short_of_rows()) {
		age /= 4;
		for (i = 0; i < rows_made; i++)
			if (is_short_of_rows(per_cpu_ptr(rtp_cpus, rows[i]->cpu)) &&
			    recyclable_age(rows[i]) > age)
				row_vacate(rows[i]);
	}
	rtp_rows_unlock();
}

void rtp_rows_refill(void)
{
	int cpu;

	rtp_rows_lock();
	for_each_present_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		while (atomic_read(&c->spare_count) < SPARES_PER_CPU)
			if (!add_spares(c))
				break;
	}
	rtp_rows_unlock();
}

static bool make_tables(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		c->table = kvmalloc_array(table_slots(), sizeof(*c->table), GFP_KERNEL);
		if (!c->table)
			return false;
		memset_p((void **)c->table, &rtp_no_row, table_slots());
	}
	return true;
}

int rtp_rows_init(unsigned int irq_slots, u32 max_rows)
{
	rtp_irq_slots = irq_slots;
	rtp_irq_mask = irq_slots - 1;
	rtp_max_rows = max_rows;
	rows_made = 0;
	BUILD_BUG_ON(ROWS_A_BLOCK * sizeof(struct rtp_row) > 4 * PAGE_SIZE);
	epoch_start = ktime_get_ns();
	rows = kvcalloc(max_rows, sizeof(*rows), GFP_KERNEL);
	if (!rows || !make_tables()) {
		rtp_rows_exit();
		return -ENOMEM;
	}
	rtp_rows_refill();
	return 0;
}

void rtp_rows_exit(void)
{
	int cpu;
	u32 i;

	rtp_housekeeping_expect_over();
	for_each_possible_cpu(cpu)
		kvfree(per_cpu_ptr(rtp_cpus, cpu)->table);
	/*
	 * The first row of a block has the lowest index, so it is freed after the others were read.
	 */
	for (i = rows_made; i--;)
		if (rows[i]->first_of_block)
			kfree(rows[i]);
	kvfree(rows);
}
