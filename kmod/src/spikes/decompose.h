/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits the value of a spike into named net parts, from the flight recorder. Process context, one
 * caller at a time.
 *
 * walk.h finds what ran, and each context's share. Here is what needs the whole window: whether the
 * time with interrupts off is long enough to prove it, what was outside Linux, and what else a part
 * can have been. Time that the events do not explain is `unaccounted`. The parts add up to the
 * value.
 *
 * irq_to_task can begin on another CPU. Each CPU's events then explain the time for which the CPU
 * had the work.
 */
#ifndef RTPROBE_DECOMPOSE_H
#define RTPROBE_DECOMPOSE_H

#include "capture/capture.h"
#include "spikes/part.h"

/*
 * Splits a capture's value into @parts; stores none without the recorder or if the measure has no
 * parts. @longest: the handler or vector with the longest duration of those that ended in the
 * window, and that duration, which is 0 if none ended.
 */
void rtp_decompose(struct rtp_parts *parts, struct rtp_cause *longest,
		   const struct rtp_capture *capture);

#endif
