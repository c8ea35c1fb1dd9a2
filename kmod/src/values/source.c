// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/source.h"

#include <linux/hash.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

#include "base/housekeeping.h"
#include "base/ipi.h"
#include "base/machine.h"

/* Hash chains by measure, number and name. */
#define CHAIN_BITS 10

static LIST_HEAD(sources);
static struct hlist_head chains[1 << CHAIN_BITS];
static struct rtp_source *last_found;	/* where rtp_source_after continues */
static u32 newest_source_id;
static u32 sources_held;
static u32 sources_removed;
static void (*notify_changed)(const struct rtp_source *source);

static struct hlist_head *chain_of(const struct rtp_row *row)
{
	u32 hash = full_name_hash(NULL, row->name, strlen(row->name));

	return &chains[hash_32(hash ^ (row->number << 4 | row->measure), CHAIN_BITS)];
}

static bool is_named(const struct rtp_source *source, const struct rtp_row *row)
{
	return source->measure == row->measure && source->number == row->number &&
	       !strcmp(source->name, row->name);
}

/*
 * Returns the source of a row: that of the same action on another CPU, else a retired one with the
 * same irq and name. Two live actions with equal names on one shared line are two sources. Tasks
 * with equal names share one source.
 */
static struct rtp_source *source_find(const struct rtp_row *row, const void *key)
{
	struct hlist_head *chain = chain_of(row);
	struct rtp_source *source;

	hlist_for_each_entry(source, chain, chained)
		if (is_named(source, row) && source->key == key)
			return source;
	hlist_for_each_entry(source, chain, chained)
		if (is_named(source, row) &&
		    (!source->key || !key || rtp_measure_is_by_task(row->measure)))
			return source;
	return NULL;
}

static struct rtp_source *source_create(const struct rtp_row *row)
{
	struct rtp_source *source = kzalloc(sizeof(*source), GFP_KERNEL);

	if (!source)
		return NULL;
	source->id = ++newest_source_id;
	WRITE_ONCE(sources_held, sources_held + 1);
	source->measure = row->measure;
	source->number = row->number;
	strscpy(source->name, row->name, sizeof(source->name));
	source->changed = true;
	list_add_tail(&source->list, &sources);
	hlist_add_head(&source->chained, chain_of(row));
	return source;
}

/*
 * If no memory is available, readers do not see the row until a later update succeeds. No values
 * are lost.
 */
static void source_tie(struct rtp_row *row, const void *key)
{
	row->source = source_find(row, key) ?: source_create(row);
}

static void source_set_key(struct rtp_source *source, const void *key, bool threaded)
{
	if (!source->key != !key || source->threaded != threaded)
		source->changed = true;
	source->key = key;
	source->threaded = threaded;
}

static void source_see_task(struct rtp_source *source, const struct rtp_task *about)
{
	struct rtp_task task;

	rtp_task_copy(&task, about);
	if (task.start_time < source->newest_start)
		return;
	source->newest_start = task.start_time;
	if (source->task.pid != task.pid || source->task.start_time != task.start_time ||
	    source->task.priority != task.priority || source->task.policy != task.policy)
		source->changed = true;
	source->task = task;
}

static void update_from_rows(void)
{
	struct rtp_source *source;
	struct rtp_row *row;
	u32 i;

	list_for_each_entry(source, &sources, list) {
		source->used = false;
		source->has_row = false;
		source->newest_start = 0;
	}
	for (i = 0; (row = rtp_row_at(i)); i++) {
		const void *key;

		/* The key is valid only if the row is live: read it afterwards. */
		if (!rtp_row_is_live(row))
			continue;
		key = rtp_row_key(row);
		if (!row->source)
			source_tie(row, key);
		if (!row->source)
			continue;
		row->source->has_row = true;
		if (!key)
			continue;
		row->source->used = true;
		source_set_key(row->source, key, READ_ONCE(row->threaded));
		if (rtp_measure_is_by_task(row->measure))
			source_see_task(row->source, key);
	}
	list_for_each_entry(source, &sources, list)
		if (!source->used)
			source_set_key(source, NULL, source->threaded);
}

static void source_free(struct rtp_source *source)
{
	if (last_found == source)
		last_found = NULL;
	list_del(&source->list);
	hlist_del(&source->chained);
	kfree(source);
}

void rtp_sources_update(void)
{
	struct rtp_source *source, *next;

	rtp_rows_lock();
	update_from_rows();
	list_for_each_entry_safe(source, next, &sources, list) {
		if (source->changed) {
			source->changed = false;
			notify_changed(source);
		}
		if (source->has_row)
			continue;
		/* All its rows were recycled. */
		source_free(source);
		sources_removed++;
		WRITE_ONCE(sources_held, sources_held - 1);
	}
	rtp_rows_unlock();
}

struct rtp_source *rtp_source_after(u32 id)
{
	struct rtp_source *source = last_found;

	if (!source || source->id > id)
		source = list_first_entry_or_null(&sources, struct rtp_source, list);
	if (!source)
		return NULL;
	list_for_each_entry_from(source, &sources, list)
		if (source->id > id) {
			last_found = source;
			return source;
		}
	return NULL;
}

struct rtp_source *rtp_source_by_key(const void *key)
{
	struct rtp_source *source;

	list_for_each_entry(source, &sources, list)
		if (source->key == key && source->measure == RTPROBE_MEASURE_HARDIRQ_DURATION)
			return source;
	return NULL;
}

bool rtp_line_action_name(unsigned int irq, const void *key, char *name)
{
	const struct irqaction *action = NULL;
	struct irq_data *data;
	unsigned long flags;

	/*
	 * Descriptors are freed by RCU. The line's lock protects the list of actions and their
	 * names.
	 */
	rcu_read_lock();
	data = irq_get_irq_data(irq);
	if (data) {
		struct irq_desc *desc = irq_data_to_desc(data);

		raw_spin_lock_irqsave(&desc->lock, flags);
		for (action = desc->action; action && action != key; action = action->next)
			;
		if (action)
			strscpy(name, rtp_action_name(action) ?: "", RTPROBE_NAME_LEN);
		raw_spin_unlock_irqrestore(&desc->lock, flags);
	}
	rcu_read_unlock();
	return action;
}

bool rtp_source_line(const struct rtp_source *source, struct rtp_line *line)
{
	struct irq_chip *chip;
	struct irq_data *data;

	if (source->measure != RTPROBE_MEASURE_HARDIRQ_DURATION || !source->key)
		return false;
	/* Interrupt descriptors are freed by RCU. */
	rcu_read_lock();
	data = irq_get_irq_data(source->number);
	if (!data) {
		rcu_read_unlock();
		return false;
	}
	chip = irq_data_get_irq_chip(data);
	strscpy(line->chip, chip && chip->name ? chip->name : "", sizeof(line->chip));
	rtp_machine_cpu_list(line->affinity, sizeof(line->affinity),
			     irq_data_get_affinity_mask(data));
	rcu_read_unlock();
	return true;
}

u32 rtp_sources_removed(void)
{
	return sources_removed;
}

u32 rtp_sources_count(void)
{
	return READ_ONCE(sources_held);
}

size_t rtp_sources_bytes_max(void)
{
	return (size_t)rtp_max_rows * sizeof(struct rtp_source);
}

int rtp_sources_init(void (*changed)(const struct rtp_source *source))
{
	notify_changed = changed;
	return 0;
}

void rtp_sources_exit(void)
{
	struct rtp_source *source, *next;

	rtp_housekeeping_expect_over();
	list_for_each_entry_safe(source, next, &sources, list)
		source_free(source);
}
