/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source: what has a histogram on each CPU, under one id. Made in process context from rows that
 * were taken up; ids count from 1 and stay while the module is loaded. All but init and exit need
 * rtp_rows_lock held, save where said otherwise.
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
	/* of its rows; NULL while retired; of a source by task that of one of them */
	const void *key;
	bool threaded;
	bool used;		/* a row has a key; valid inside an update */
	bool has_row;		/* else it is removed; valid inside an update */
	bool changed;		/* an event is due */
	char name[RTPROBE_NAME_LEN];
	struct rtp_task task;	/* of a source by task: the newest of that name; else all 0 */
	u64 newest_start;	/* of the rows seen so far; valid inside an update */
};

/* What can be told about the line of a hardirq source now. */
struct rtp_line {
	char chip[32];
	char affinity[128];	/* a CPU list; ends in "..." if longer */
};

/*
 * Tie rows to sources, find sources that retired or came back, say which changed. Takes the lock.
 */
void rtp_sources_update(void);

/* The first source with an id above @id, NULL if there is none. */
struct rtp_source *rtp_source_after(u32 id);

/* The source of an action by its address, NULL if it is not known (any more). */
struct rtp_source *rtp_source_by_key(const void *key);

/*
 * The name of an action of a line, as the kernel has it now, into RTPROBE_NAME_LEN bytes. False:
 * there is no such action (any more). Needs no lock; not under the lock of a line.
 */
bool rtp_line_action_name(unsigned int irq, const void *action, char *name);

/*
 * Fill in what the kernel knows of a source's interrupt line. False: there is no such line (any
 * more).
 */
bool rtp_source_line(const struct rtp_source *source, struct rtp_line *line);

u32 rtp_sources_count(void);
size_t rtp_sources_bytes_max(void);

/* @changed is called for each source that appeared or changed, with rtp_rows_lock held. */
int rtp_sources_init(void (*changed)(const struct rtp_source *source));
void rtp_sources_exit(void);

#endif
