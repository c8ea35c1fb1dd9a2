/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqline_off: time during which an irq line is disabled, from disable_irq, disable_irq_nosync or
 * disable_hardirq to the matching enable_irq. Uses kprobes. Calls nest; the outermost pair counts.
 *
 * A line that was disabled before the measure was switched on is not measured, and a line that is
 * never enabled has no value. Spikes are captured where the line is enabled, with that stack.
 * `waker` is the task that disabled it; empty if an interrupt did. A line whose last action is
 * freed is not followed any more, because the next request enables it.
 */
#ifndef RTPROBE_IRQLINE_H
#define RTPROBE_IRQLINE_H

#include <linux/types.h>

/* Notes that an action of the line was freed. Preemption off, not NMI. */
void rtp_irqline_freed(unsigned int irq);

/* Returns the calls that the kprobes missed. Any context. */
u64 rtp_irqline_missed(void);

#endif
