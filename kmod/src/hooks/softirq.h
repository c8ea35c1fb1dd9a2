/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * softirq_latency: the first softirq_raise of a vector since it was last taken up, to its entry.
 * softirq_duration: softirq_entry to softirq_exit, hard handlers, vectors and NMIs taken out.
 *
 * Softirqs run with interrupts on: at the end of an interrupt, in ksoftirqd, and on PREEMPT_RT in
 * ksoftirqd or whatever thread enables bottom halves. There they can be preempted. They do not
 * leave their CPU, so the time switched out is taken out as well, see softirq_run.h.
 *
 * Process context, config mutex held.
 */
#ifndef RTPROBE_SOFTIRQ_H
#define RTPROBE_SOFTIRQ_H

/* Between these, which count, softirq_ticks and the flight recorder know softirqs. */
int rtp_softirq_hold(void);
void rtp_softirq_release(void);

#endif
