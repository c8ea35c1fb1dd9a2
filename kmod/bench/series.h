/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What something costs, in ticks of the cycle counter. In a guest whose time counts instructions (QEMU's
 * -icount shift=0) a tick is one instruction, and the same run gives the same figures.
 */
#ifndef RTPROBE_BENCH_SERIES_H
#define RTPROBE_BENCH_SERIES_H

struct seq_file;

/* How often what is measured runs between two readings of the counter. */
#define SERIES_PER_BATCH 100

/*
 * Runs @batch, which does SERIES_PER_BATCH times what is measured, over and over: with interrupts off, as in a
 * hard interrupt handler, and with interrupts on in between, so that timers and other interrupts that are due
 * fall between batches. Writes one line to @seq: the median batch, the least, the greatest and the mean.
 *
 * The median is the figure: work that is done once in many times (a ring buffer's next page, the kernel's
 * entropy pool) falls into few batches. Process context; may sleep between batches.
 */
void series_run(struct seq_file *seq, void (*batch)(void));

#endif
