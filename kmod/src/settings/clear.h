/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Emptying what was recorded. Process context. */
#ifndef RTPROBE_CLEAR_H
#define RTPROBE_CLEAR_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "spikes/list.h"
#include "spikes/spike.h"
#include "values/row.h"

/* Bit number inside enum rtprobe_clear of what a word names, or -ENOENT. */
static inline int rtp_clear_by_name(const char *name)
{
	static const char *const names[] = { "spikes", "histograms" };
	int bit = match_string(names, ARRAY_SIZE(names), name);

	return bit < 0 ? -ENOENT : bit;
}

/* Empty the parts of @mask, of enum rtprobe_clear. */
static inline void rtp_clear(u32 mask)
{
	if (mask & RTPROBE_CLEAR_SPIKES)
		rtp_spikes_clear();
	if (mask & RTPROBE_CLEAR_HISTOGRAMS)
		rtp_rows_clear();
}

#endif
