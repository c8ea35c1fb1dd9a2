/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a spike of a capture: symbols, who the tasks are, what they have open. Process context. */
#ifndef RTPROBE_FILL_H
#define RTPROBE_FILL_H

#include <linux/types.h>

struct rtp_capture;
struct rtp_spike;

/* One caller at a time; what is returned is good until the next call. May sleep. */
struct rtp_spike *rtp_spike_fill(const struct rtp_capture *capture, u64 id);

size_t rtp_fill_bytes(void);

int rtp_fill_init(void);
void rtp_fill_exit(void);

#endif
