/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * An interrupt line without a device. Its chip and its handler do nothing. What remains is the kernel's path from the
  * flow handler to the action, and what probes add to it.
 */
#ifndef RTPROBE_BENCH_INTERRUPT_H
#define RTPROBE_BENCH_INTERRUPT_H

/* Process context; may sleep. */
int interrupt_init(void);
void interrupt_exit(void);

/* Raises it SERIES_PER_BATCH times. Interrupts off. */
void interrupt_batch(void);

#endif
