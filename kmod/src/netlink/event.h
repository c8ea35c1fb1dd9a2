/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multicast events, numbered in the order they happened. When nobody listens none is built, but the
 * number still advances, so a gap always means something was missed. Process context.
 */
#ifndef RTPROBE_EVENT_H
#define RTPROBE_EVENT_H

#include <linux/types.h>

struct rtp_config;
struct rtp_source;
struct rtp_spike;

void rtp_event_spike(const struct rtp_spike *spike);
void rtp_event_source(const struct rtp_source *source);	/* rtp_rows_lock held */
void rtp_event_config(const struct rtp_config *config);
void rtp_event_rules(void);

/* Send a loss event if one is due, see lost.h. */
void rtp_event_lost(void);

/* Wait until no event is being sent. */
void rtp_events_drain(void);

/* Number of the newest event. */
u32 rtp_event_seq(void);

#endif
