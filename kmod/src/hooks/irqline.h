/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqline_off: an irq line from the disable_irq, disable_irq_nosync or disable_hardirq that closes
 * it to the enable_irq that opens it again. Kprobes; a line is closed while more have disabled than
 * enabled it.
 *
 * A line disabled when the measure was switched on is not known to be, and one that never opens has
 * no value. Spikes are taken where the line is opened, with that stack; `waker` is the task that
 * closed it, nobody if an interrupt did. A line whose last action is freed is no longer followed,
 * because the next request opens it.
 */
#ifndef RTPROBE_IRQLINE_H
#define RTPROBE_IRQLINE_H

#include <linux/types.h>

/* An action of the line was freed. Preemption off, not NMI. */
void rtp_irqline_freed(unsigned int irq);

/* Calls that could not be watched. Any context. */
u64 rtp_irqline_missed(void);

#endif
