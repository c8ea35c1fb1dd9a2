/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The measures by name, and what else is to be known of each. A measure is an entry of the enum
 * `measure` in uapi/rtprobe.yaml, from which measure_list.h is generated, and a file in hooks/ that
 * defines its descriptor.
 */
#ifndef RTPROBE_MEASURE_H
#define RTPROBE_MEASURE_H

#include <linux/bits.h>
#include <linux/types.h>

#include "base/measure_list.h"

#define RTP_MEASURES_ALL GENMASK(RTPROBE_MEASURE_COUNT - 1, 0)

/* Functions: process context, config mutex held, save where said otherwise. */
struct rtp_measure {
	bool (*available)(void);	/* whether this kernel has what it takes; once at load */
	int (*start)(u64 period);	/* @period of the probe's timer, in ns */
	void (*stop)(void);		/* after this nothing of the measure is recorded */

	bool of_handlers;	/* durations of hard handlers or vectors, see hooks/handler.h */
	bool only_by_rule;	/* the general threshold is not for it */
};

/* rtp_measure_NAME of each. One that no file defines is missed by the linker. */
#define RTP_MEASURE_DECLARE(constant, name) extern const struct rtp_measure rtp_measure_##name;
RTP_MEASURE_LIST(RTP_MEASURE_DECLARE)
#undef RTP_MEASURE_DECLARE

/* Masks of the measures. Constant after load, and empty until then. */
struct rtp_measure_masks {
	u32 available;		/* of this kernel */
	u32 of_handlers, only_by_rule;
};

extern struct rtp_measure_masks rtp_measures;

/* Names by number. An element's address is also the key of rows that a CPU has one of. */
extern const char *const rtp_measure_names[RTPROBE_MEASURE_COUNT];

/* The number of a name, or -ENOENT. */
int rtp_measure_by_name(const char *name);

/* Fill in the masks: ask each descriptor. Once at load, process context. */
void rtp_measures_find(void);

/* The descriptor of a measure. */
const struct rtp_measure *rtp_measure_of(enum rtprobe_measure measure);

/* Print the names of a mask, joined by commas. */
struct seq_file;
void rtp_measures_print(struct seq_file *seq, u32 mask);

#endif
