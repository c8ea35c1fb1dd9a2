/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupt that led to something. */
#ifndef RTPROBE_ORIGIN_H
#define RTPROBE_ORIGIN_H

#include <linux/types.h>

struct rtp_origin {
	u64 entry;	/* of its hard handler, ns of CLOCK_MONOTONIC; 0: there is none */
	u32 irq;
	u32 cpu;	/* that took it */
};

#endif
