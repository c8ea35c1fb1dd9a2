/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clears recorded data. Process context. */
#ifndef RTPROBE_CLEAR_H
#define RTPROBE_CLEAR_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "spikes/list.h"
#include "spikes/spike.h"
#include "values/row.h"

/* Returns the bit number in enum rtprobe_clear for a word, or -ENOENT. */
static inline int rtp_clear_by_name(const char *name)
{
	static const char *const names[] = { "spikes", "histograms" };
	int bit = match_string(names, ARRAY_SIZE(names), name);

	return bit < 0 ? -ENOENT : bit;
}

/* Clears the parts in @mask, of enum rtprobe_clear. */
static inline void rtp_clear(u32 mask)
{
	if (mask & RTPROBE_CLEAR_SPIKES)
		rtp_spikes_clear();
	if (mask & RTPROBE_CLEAR_HISTOGRAMS)
		rtp_rows_clear();
}

#endif
