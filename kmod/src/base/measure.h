/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * The measures, their names and properties. A measure is an entry of the enum `measure` in
  * uapi/rtprobe.yaml, from which measure_list.h is generated, and a file in hooks/ that defines its
  * descriptor.
 */
#ifndef RTPROBE_MEASURE_H
#define RTPROBE_MEASURE_H

#include <linux/bits.h>
#include <linux/types.h>

#include "base/measure_list.h"

#define RTP_MEASURES_ALL GENMASK(RTPROBE_MEASURE_COUNT - 1, 0)

/* Functions: process context, config mutex held, unless noted. */
struct rtp_measure {
	bool (*available)(void);	/* whether this kernel supports it; called once at load */
	int (*start)(u64 period);	/* @period of the timer, in ns */
	void (*stop)(void);		/* nothing is recorded after it returns */

	bool of_handlers;	/* durations of hard handlers or vectors, see hooks/handler.h */
	bool only_by_rule;	/* has no general threshold */
};

/* Declares rtp_measure_NAME of each measure. The linker reports one that no file defines. */
#define RTP_MEASURE_DECLARE(constant, name) extern const struct rtp_measure rtp_measure_##name;
RTP_MEASURE_LIST(RTP_MEASURE_DECLARE)
#undef RTP_MEASURE_DECLARE

/* Masks of the measures. Set at load and constant afterwards. */
struct rtp_measure_masks {
	u32 available;		/* supported by this kernel */
	u32 of_handlers, only_by_rule;
};

extern struct rtp_measure_masks rtp_measures;

/* Names by number. The address of an element is also the key of rows of single-row measures. */
extern const char *const rtp_measure_names[RTPROBE_MEASURE_COUNT];

/* Returns the number of a name, or -ENOENT. */
int rtp_measure_by_name(const char *name);

/* Fills in the masks from the descriptors. Called once at load, process context. */
void rtp_measures_find(void);

/* Returns the descriptor of a measure. */
const struct rtp_measure *rtp_measure_of(enum rtprobe_measure measure);

/* Prints the names of a mask, joined by commas. */
struct seq_file;
void rtp_measures_print(struct seq_file *seq, u32 mask);

#endif
