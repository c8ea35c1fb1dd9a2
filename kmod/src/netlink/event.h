/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multicast events, numbered in the order in which they happened. If there is no listener, no
 * message is built, but the number still advances. A gap in the numbers therefore always means a
 * missed event. Process context.
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

/* Sends a loss event if one is due, see lost.h. */
void rtp_event_lost(void);

/* Waits until no event is being sent. */
void rtp_events_drain(void);

/*
 * The capability that the kernel requires to receive events. If it is not CAP_NET_ADMIN, or after
 * rtp_events_numbers_only, an event carries only its number and the id of its spike or source. The
 * receiver gets the contents by a request, which needs CAP_NET_ADMIN. rtp_events_numbers_only is
 * called during init, before the first event.
 */
enum rtprobe_event_guard rtp_event_guard(void);
bool rtp_events_whole(void);
void rtp_events_numbers_only(void);

/* Returns the number of the newest event. */
u32 rtp_event_seq(void);

#endif
