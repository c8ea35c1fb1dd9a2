/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source combines the rows that count the same thing on different CPUs, under one id. Process
 * context makes sources from new rows. Ids start at 1 and are not reused before unload. All
 * functions but init and exit need rtp_rows_lock, unless noted.
 */
#ifndef RTPROBE_SOURCE_H
#define RTPROBE_SOURCE_H

#include <linux/list.h>

#include "base/about.h"
#include "values/row.h"

struct rtp_source {
	struct list_head list;	/* by ascending id */
	struct hlist_node chained;
	u32 id;
	enum rtprobe_measure measure;
	u32 number;
	/* key of its rows; NULL while retired; by task: the key of one of them */
	const void *key;
	bool threaded;
	bool used;		/* a row has a key; valid inside an update */
	bool has_row;		/* if false, the source is removed; valid inside an update */
	bool changed;		/* a change event must be sent */
	char name[RTPROBE_FUNCTION_LEN];
	struct rtp_task task;	/* source by task: newest task of that name; else zero */
	u64 newest_start;	/* newest start time of its tasks; valid inside an update */
};

/* The current state of the interrupt line of a hardirq source. */
struct rtp_line {
	char chip[RTPROBE_CHIP_LEN];
	char affinity[RTPROBE_AFFINITY_LEN];	/* a CPU list; ends in "..." if longer */
};

/*
 * Assigns rows to sources, finds sources that retired or are used again, and calls the `changed`
 * callback for each source that changed. Process context; acquires rtp_rows_lock.
 */
void rtp_sources_update(void);

/* Returns the first source with an id greater than @id, NULL if there is none. */
struct rtp_source *rtp_source_after(u32 id);

/* Returns the source of an irqaction, NULL if there is none (any more). */
struct rtp_source *rtp_source_by_key(const void *key);

/*
 * Copies the current name of an action of a line into @name, RTPROBE_NAME_LEN bytes. Returns false
 * if the line no longer has that action. Acquires the line's lock; rtp_rows_lock is not needed.
 */
bool rtp_line_action_name(unsigned int irq, const void *action, char *name);

/*
 * Reads the state of a source's interrupt line. Returns false if the line does not exist (any
 * more).
 */
bool rtp_source_line(const struct rtp_source *source, struct rtp_line *line);

/* Returns how many sources were removed since load. */
u32 rtp_sources_removed(void);

u32 rtp_sources_count(void);
size_t rtp_sources_bytes_max(void);

/* @changed is called, with rtp_rows_lock held, for each source that is new or changed. */
int rtp_sources_init(void (*changed)(const struct rtp_source *source));
void rtp_sources_exit(void);

#endif
