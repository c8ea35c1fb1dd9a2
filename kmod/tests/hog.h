/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * A real-time thread of higher priority delays a thread of lower priority that it has woken. Called in process context
  * under the caller's mutex.
 */
#ifndef HOG_H
#define HOG_H

#include "edu.h"

/*
 * rtprobe-hog (SCHED_FIFO 50) wakes rtprobe-victim (SCHED_FIFO 1) on `cpu` and then spins for hold->asked_ns. start_ns
 * is read after the wake-up; end_ns is the hog's last time stamp. enclosing_ns is the time from before the wake-up to
 * the victim's first time stamp. The victim's wake-up latency is between the two. pid and comm are the victim's.
 * Returns -EINVAL without a CPU, or the error of creating the threads.
 */
int hog_hold(struct edu_hold *hold, int cpu);

/*
 * The hard handler of the edu device spins for hold->asked_ns on `cpu` and then wakes rtprobe-victim, which runs on
 * `to`.
 */
int hog_none(struct edu_hold *hold, int cpu, int to);

/*
 * The edu device interrupts `cpu` while rtprobe-hog spins there. The hog continues for hold->asked_ns. Then the irq
 * thread runs, takes as long, and wakes rtprobe-victim, which runs on `to`. start_ns and end_ns are the handler's first and last time
 * stamps. enclosing_ns is the time from before the handler to the victim's first time stamp. hog_end_ns is the hog's
 * last time stamp.
 */
int hog_chain(struct edu_hold *hold, int cpu, int to, u64 *hog_end_ns);

#endif
