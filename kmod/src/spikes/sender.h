/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds what asked for the callbacks that ran in a spike's window: which task or interrupt, on
 * which CPU, in which function. Process context, one caller at a time.
 *
 * A request and a run belong together if they have the same item, such as a work item or the
 * structure of a function call: the kernel reuses an item only after it has taken it for a run. The
 * request is the newest one before the run, for this CPU. It is not certain, and therefore unknown,
 * if another run of the item began in between, or if there is an earlier request whose run is
 * missing.
 *
 * A timer can be armed again before it runs, so an earlier request without a run contradicts
 * nothing. The kernel takes a timer shortly before its run begins. It is not certain that a request
 * was before that if it is newer than the begin of the interrupt or softirq. What deletes a timer
 * is not recorded: it runs only if it is armed again, which is a newer request. A work item that
 * the function of a timer queued, such as that of delayed work, was asked for by what armed it.
 */
#ifndef RTPROBE_SENDER_H
#define RTPROBE_SENDER_H

#include "spikes/walk.h"

/*
 * Finds the senders of the runs of a walk and stores them in its shares. Reads the flight recorders
 * of all CPUs, as far as there are runs.
 */
void rtp_senders_find(struct rtp_walk *walk);

size_t rtp_senders_bytes(void);

int rtp_senders_init(void);
void rtp_senders_exit(void);

#endif
