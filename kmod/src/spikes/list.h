/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of spikes: captures are completed in process context, told and kept, oldest first. What
 * no longer fits is sent and counted but not kept, so the first of a storm stay.
 */
#ifndef RTPROBE_LIST_H
#define RTPROBE_LIST_H

#include <linux/list.h>

#include "spikes/spike.h"

extern u32 rtp_max_spikes;

/* Have waiting captures completed soon. Hard interrupt context. */
void rtp_spikes_wake(void);

/* All below: process context. */

/* Held while spikes of the list are read. */
void rtp_spikes_lock(void);
void rtp_spikes_unlock(void);

/* The first spike with an id above @id, NULL if there is none; with the lock held. */
const struct rtp_spike *rtp_spike_after(u64 id);

/* The spike of an id, NULL if it is not held; with the lock held. */
const struct rtp_spike *rtp_spike_by_id(u64 id);

/* Id of the newest spike on the list, 0 if it is empty; with the lock held. */
u64 rtp_spike_newest(void);

void rtp_spikes_clear(void);
u32 rtp_spikes_held(void);
size_t rtp_spikes_bytes(void);
size_t rtp_spikes_bytes_max(void);

/* @completed is called for each spike before it is put on the list. */
int rtp_spikes_init(u32 max_spikes, void (*completed)(const struct rtp_spike *spike));
void rtp_spikes_stop(void);	/* the probes are silent; after this no event is sent */
void rtp_spikes_exit(void);

#endif
