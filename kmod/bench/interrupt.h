/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interrupt line of no device: its chip does nothing and neither does its handler, so what remains is the
 * kernel's own way from the flow handler to the action, and what probes add to it.
 */
#ifndef RTPROBE_BENCH_INTERRUPT_H
#define RTPROBE_BENCH_INTERRUPT_H

/* Process context; may sleep. */
int interrupt_init(void);
void interrupt_exit(void);

/* Fires it SERIES_PER_BATCH times. Interrupts off. */
void interrupt_batch(void);

#endif
