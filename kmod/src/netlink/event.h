/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multicast events, numbered in the order they happened. When nobody listens none is built, but the
 * number still advances, so a gap always means something was missed. Process context.
 */
#ifndef RTPROBE_EVENT_H
#define RTPROBE_EVENT_H

#include <linux/types.h>

#include "uapi/rtprobe.h"

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

/*
 * Who may receive events. Where that is not CAP_NET_ADMIN alone, and after rtp_events_numbers_only,
 * which is called before anything can happen, an event carries its number, and the id of the spike
 * or source it is about; contents are had by a request, which needs CAP_NET_ADMIN.
 */
enum rtprobe_event_guard rtp_event_guard(void);
bool rtp_events_whole(void);
void rtp_events_numbers_only(void);

/* Number of the newest event. */
u32 rtp_event_seq(void);

#endif
