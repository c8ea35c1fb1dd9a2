/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vector_duration: entry to exit of an interrupt without a line (local timer, reschedule, ...), NMI
 * handlers taken out. From the x86 irq_vectors tracepoints this kernel has; none on other machines.
 * What runs after the exit tracepoint, such as softirqs, is not in it; the probe's own timer is in
 * LOC.
 *
 * Process context, config mutex held.
 */
#ifndef RTPROBE_VECTOR_H
#define RTPROBE_VECTOR_H

#include <linux/types.h>

/* Between these, which count, irq_ticks, last_exit and the flight recorder know vectors. */
int rtp_vector_hold(void);
void rtp_vector_release(void);

#endif
