/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks around a hard handler, outside those of whoever else measures it. The handler's own clock and
 * rtprobe's are a call apart; an emulator whose host is busy can lose milliseconds in between. With a clock
 * on each side the truth is known to lie between the two, however long that took.
 */
#ifndef ENCLOSE_H
#define ENCLOSE_H

#include <linux/interrupt.h>
#include <linux/types.h>

/*
 * Calls `after` at every return of `handler` with the times just before its entry and just after its
 * exit, in ns of CLOCK_MONOTONIC; hard interrupt context, one CPU at a time. -ENOENT if the kernel has
 * no tracepoints of irqs.
 */
int enclose_start(irq_handler_t handler, void (*after)(u64 before_ns, u64 after_ns));
void enclose_stop(void);

#endif
