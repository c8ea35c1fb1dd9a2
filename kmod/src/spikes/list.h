/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of spikes. Process context completes captures, sends an event and stores the spike,
 * oldest first. If the list is full, a spike is sent and counted but not stored: the first of a
 * burst stay.
 */
#ifndef RTPROBE_LIST_H
#define RTPROBE_LIST_H

#include <linux/list.h>

#include "spikes/spike.h"

extern u32 rtp_max_spikes;

/* Queues the completion of waiting captures. Hard interrupt context. */
void rtp_spikes_wake(void);

/* All functions below: process context. */

/* A mutex, held while spikes of the list are read. */
void rtp_spikes_lock(void);
void rtp_spikes_unlock(void);

/* Returns the first spike with an id greater than @id, NULL if there is none. Lock held. */
const struct rtp_spike *rtp_spike_after(u64 id);

/* Returns the spike with an id, NULL if it is not stored. Lock held. */
const struct rtp_spike *rtp_spike_by_id(u64 id);

/* Returns the id of the newest spike on the list, 0 if it is empty. Lock held. */
u64 rtp_spike_newest(void);

/* Clears the list, and the traces of all spikes, stored or not. */
void rtp_spikes_clear(void);

/* Returns how often the list was cleared. Lock held. */
u32 rtp_spikes_clears(void);

u32 rtp_spikes_held(void);
size_t rtp_spikes_bytes(void);
size_t rtp_spikes_bytes_max(void);

/* @completed is called for each spike before it is added to the list. */
int rtp_spikes_init(u32 max_spikes, void (*completed)(const struct rtp_spike *spike));
void rtp_spikes_stop(void);	/* the probes are unregistered; no event is sent afterwards */
void rtp_spikes_exit(void);

#endif
