/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The measures by name: what this kernel can give, and switching them on and off. */
#ifndef RTPROBE_MEASURE_H
#define RTPROBE_MEASURE_H

#include <linux/bits.h>
#include <linux/types.h>

#include "uapi/rtprobe.h"

#define RTP_MEASURES_ALL GENMASK(RTPROBE_MEASURE_COUNT - 1, 0)

/* All but that which adds a thread of a high priority to each CPU. */
#define RTP_MEASURES_DEFAULT (RTP_MEASURES_ALL & ~BIT(RTPROBE_MEASURE_THREAD_LATENCY))

const char *rtp_measure_name(enum rtprobe_measure measure);

/* Its number, or -ENOENT. */
int rtp_measure_by_name(const char *name);

/* Mask of the measures this kernel can give. */
u32 rtp_measures_available(void);

/* Find out what this kernel can give. Once at load. */
void rtp_measures_find(void);

/*
 * Switch from the measures of mask @from to those of @to; on an error those of @from are on again. With
 * @recorder the flight recorder runs while any is on.
 * Process context, config mutex held.
 */
int rtp_measures_switch(u32 from, u32 to, u64 period, bool recorder);

#endif
