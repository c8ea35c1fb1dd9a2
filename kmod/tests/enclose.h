/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time stamps around a hard handler, outside those of all other probes. The handler's own time stamps and rtprobe's are
 * one call apart. An emulator on a busy host can lose milliseconds in between. With a time stamp on each side the true
 * duration is bounded, however long that took.
 */
#ifndef ENCLOSE_H
#define ENCLOSE_H

#include <linux/interrupt.h>
#include <linux/types.h>

/*
 * Calls `after` at each return of `handler` with the times just before its entry and just after its exit, in ns of
 * CLOCK_MONOTONIC. Called in hard interrupt context, on one CPU at a time. Returns -ENOENT if the kernel has no irq
 * tracepoints.
 */
int enclose_start(irq_handler_t handler, void (*after)(u64 before_ns, u64 after_ns));
void enclose_stop(void);

#endif
