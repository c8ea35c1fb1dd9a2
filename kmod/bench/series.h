/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Measures costs in ticks of the cycle counter. In a guest whose time counts instructions (QEMU's -icount shift=0) one
  * tick is one instruction, and the same run gives the same figures.
 */
#ifndef RTPROBE_BENCH_SERIES_H
#define RTPROBE_BENCH_SERIES_H

#include <linux/types.h>

struct seq_file;

/* Number of measured operations between two readings of the counter. */
#define SERIES_PER_BATCH 100

struct series {
	const char *name;
	/* Performs SERIES_PER_BATCH operations. Called often. */
	void (*batch)(void);
	/* The batch is called as in a hard interrupt handler, with interrupts off. Otherwise it may sleep. */
	bool in_interrupt;
	/* Process context, once; may be NULL. If init fails, exit is not called. */
	int (*init)(void);
	void (*exit)(void);
};

/* One per file. */
extern const struct series interrupt_series, call_series, nmi_series, wakeup_series, softirq_series, timer_series,
	ipi_series, work_series, arming_series;

/*
 * Runs a series' batch repeatedly. Pending timers and interrupts run between batches, and during those that are not
 * in_interrupt. Writes one line to @seq: median, minimum, maximum and sum.
 *
 * Use the median: work that is done rarely (a tick, a ring buffer's next page, the kernel's entropy pool) affects few
 * batches. Process context; may sleep.
 */
void series_run(struct seq_file *seq, const struct series *series);

#endif
