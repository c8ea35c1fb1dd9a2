/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits the value of a spike into named net parts, from the flight recorder. Process context, one at a time.
 *
 * The events of the CPU are walked in order and the time between two of them goes to what ran: the innermost
 * of NMI, hard handler or vector, softirq and task. What the events do not prove is `unaccounted`, and the
 * parts add up to the value.
 */
#ifndef RTPROBE_DECOMPOSE_H
#define RTPROBE_DECOMPOSE_H

#include "capture/capture.h"
#include "spikes/spike.h"

/*
 * Split a capture's value into @parts; none without the recorder or for another measure. @longest: the
 * handler or vector that ran longest of those that ended in the window, and how long it ran in all;
 * duration 0 if none did.
 */
void rtp_decompose(struct rtp_parts *parts, struct rtp_cause *longest, const struct rtp_capture *capture);

int rtp_decompose_init(void);
void rtp_decompose_exit(void);

#endif
