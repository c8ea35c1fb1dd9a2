/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ended a wait of the victim within its cycle, and why that took so long: the interrupt or
 * task that woke it, what kept this task from running, and what ran on the victim's CPU. From
 * sched_waking and the flight recorders. Process context, one caller at a time.
 */
#ifndef RTPROBE_WAITED_H
#define RTPROBE_WAITED_H

#include "spikes/part.h"
#include "spikes/walk.h"

struct rtp_cycle_leg;

/*
 * Describes a wait from @begin to @leg->until, in ticks, in the part of @share; a shorter one does
 * not replace a longer one. Call outside of a walk's leg.
 */
void rtp_waited_describe(struct rtp_walk *walk, struct rtp_share *share,
			 const struct rtp_cycle_leg *leg, u64 begin);

#endif
