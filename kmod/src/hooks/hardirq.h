/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hardirq_duration: from irq_handler_entry to irq_handler_exit of one action, without NMI handlers.
 *
 * The action that the exit tracepoint passes distinguishes the actions of a shared line. A call
 * that returned IRQ_NONE is counted separately and has no duration. Process context, config mutex
 * held.
 */
#ifndef RTPROBE_HARDIRQ_H
#define RTPROBE_HARDIRQ_H

#include <linux/types.h>

/* Looks up the tracepoints, once at load. Returns whether this kernel has them. */
bool rtp_hardirq_find(void);

/*
 * Keep the hooks registered, so that irq_ticks, last_exit and the flight recorder include hard
 * handlers. Calls nest. hold returns 0 or a negative errno.
 */
int rtp_hardirq_hold(void);
void rtp_hardirq_release(void);

#endif
