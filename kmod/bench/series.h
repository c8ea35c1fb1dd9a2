/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Measures costs in ticks of the cycle counter. In a guest whose time counts instructions (QEMU's -icount shift=0) one
  * tick is one instruction, and the same run gives the same figures.
 */
#ifndef RTPROBE_BENCH_SERIES_H
#define RTPROBE_BENCH_SERIES_H

struct seq_file;

/* Number of measured operations between two readings of the counter. */
#define SERIES_PER_BATCH 100

/*
 * Runs @batch, which performs SERIES_PER_BATCH operations, repeatedly. Interrupts are off during a batch, as in a hard
 * interrupt handler, and on between batches, so that pending timers and interrupts run there. Writes one line to @seq:
 * median, minimum, maximum and mean.
 *
 * Use the median: work that is done rarely (a ring buffer's next page, the kernel's entropy pool) affects few batches.
 * Process context; may sleep between batches.
 */
void series_run(struct seq_file *seq, void (*batch)(void));

#endif
