/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread of a higher real-time priority keeps a CPU from one of a lower that it has woken. Called in
 * process context under the caller's mutex.
 */
#ifndef HOG_H
#define HOG_H

#include "edu.h"

/*
 * rtprobe-hog (SCHED_FIFO 50) wakes rtprobe-victim (SCHED_FIFO 1) on `cpu` and holds it hold->asked_ns.
 * start_ns is after the waking, end_ns the hog's last look at the clock, enclosing_ns from before the
 * waking to the victim's first look at the clock: the victim's wake-up latency lies between. pid and comm
 * are the victim's. -EINVAL without a CPU, or what making the threads says.
 */
int hog_hold(struct edu_hold *hold, int cpu);

/*
 * An interrupt of the edu device comes to `cpu` while rtprobe-hog has it, and keeps it for hold->asked_ns
 * more. Only then its irq thread runs, takes as long, and wakes rtprobe-victim. start_ns and end_ns are the
 * handler's first and last look at the clock, enclosing_ns is from before the handler to the victim's first.
 * hog_end_ns is the hog's last.
 */
int hog_chain(struct edu_hold *hold, int cpu, u64 *hog_end_ns);

#endif
