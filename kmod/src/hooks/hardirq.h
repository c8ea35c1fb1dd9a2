/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hardirq_duration: irq_handler_entry to irq_handler_exit of one action, NMI handlers taken out.
 *
 * The action handed over at exit splits shared lines. A call that returned IRQ_NONE is counted
 * apart and has no duration. Process context, config mutex held.
 */
#ifndef RTPROBE_HARDIRQ_H
#define RTPROBE_HARDIRQ_H

#include <linux/types.h>

/* Whether this kernel has what it takes; once at load. */
bool rtp_hardirq_find(void);

/* Between these, which count, irq_ticks, last_exit and the flight recorder know hard handlers. */
int rtp_hardirq_hold(void);
void rtp_hardirq_release(void);

#endif
