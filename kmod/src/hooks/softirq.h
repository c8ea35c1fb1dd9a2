/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * softirq_latency: from the first softirq_raise of a vector since it last ran to its entry.
  * softirq_duration: from softirq_entry to softirq_exit, without hard handlers, vectors and NMIs.
  *
  * Softirqs run with interrupts on: at the end of an interrupt, in ksoftirqd, and on PREEMPT_RT in
  * ksoftirqd or in any thread that enables bottom halves. There they can be preempted. They do not
  * migrate, so the time during which they are preempted is subtracted as well, see softirq_run.h.
 *
 * Process context, config mutex held.
 */
#ifndef RTPROBE_SOFTIRQ_H
#define RTPROBE_SOFTIRQ_H

#include <linux/types.h>

/* Looks up the tracepoints, once at load. Returns whether this kernel has them. */
bool rtp_softirq_find(void);

/*
 * Keep the hooks registered, so that softirq_ticks and the flight recorder include softirqs. Calls
 * nest. hold returns 0 or a negative errno.
 */
int rtp_softirq_hold(void);
void rtp_softirq_release(void);

#endif
