/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Non-maskable interrupts that the CPU sends to itself, with a handler that only counts. */
#ifndef RTPROBE_BENCH_NMI_H
#define RTPROBE_BENCH_NMI_H

/* Process context; may sleep. */
int nmi_init(void);
void nmi_exit(void);

/* Sends SERIES_PER_BATCH of them one after the other. */
void nmi_batch(void);

#endif
