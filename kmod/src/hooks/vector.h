/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vector_duration: from entry to exit of an interrupt without a line (local timer, reschedule,
 * ...), without NMI handlers. Uses the x86 irq_vectors tracepoints that the kernel has; other
 * machines have none. Softirqs and other code after the exit tracepoint are not included. The
 * module's own timer is part of LOC.
 *
 * Process context, config mutex held.
 */
#ifndef RTPROBE_VECTOR_H
#define RTPROBE_VECTOR_H

#include <linux/types.h>

/*
 * Keep the hooks registered, so that irq_ticks, last_exit and the flight recorder include vectors.
 * Calls nest. hold returns 0 or a negative errno.
 */
int rtp_vector_hold(void);
void rtp_vector_release(void);

#endif
