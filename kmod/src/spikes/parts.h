/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns the shares of a walk into the parts of a spike: the largest first, with the names of
 * actions, idle states and functions. Process context.
 */
#ifndef RTPROBE_PARTS_H
#define RTPROBE_PARTS_H

#include "spikes/part.h"
#include "spikes/walk.h"

/*
 * Stores the shares that have a duration, and names the walk's longest handler. If there are too
 * many, the last part is the sum of the smallest. Sorts the shares of @walk.
 */
void rtp_parts_store(struct rtp_parts *parts, struct rtp_walk *walk);

#endif
