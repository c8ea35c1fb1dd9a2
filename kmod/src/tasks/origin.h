/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupt that led to a softirq, an irq thread or a wake-up. */
#ifndef RTPROBE_ORIGIN_H
#define RTPROBE_ORIGIN_H

#include <linux/types.h>

struct rtp_origin {
	u64 entry;	/* shared time its hard handler began, see clock.h; 0: no interrupt */
	u32 irq;
	u32 cpu;	/* the CPU that handled it */
	u64 passed;	/* shared time its handler ended that woke the irq thread; 0: no thread */
	unsigned long recorded;	/* `passed` only: bytes in the flight recorder of its CPU then */
};

#endif
