/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers inside handlers, as demultiplexers have them: three interrupt lines without a device, and the handler of
 * each but the last handles the next line. Called in process context under the caller's mutex.
 */
#ifndef NESTED_H
#define NESTED_H

#include "edu.h"

/*
 * Each of the three handlers takes hold->asked_ns before it handles the next line and as long after it. In the writer
 * if it runs on `cpu`, else in the IPI of a function call. start_ns and end_ns are around all of it. Returns -EINVAL
 * without a CPU.
 */
int nested_hold(struct edu_hold *hold, int cpu);

/*
 * The first line is disabled and freed, requested again, and then disabled from start_ns to end_ns. What
 * request_irq() says if it fails; then the line stays free.
 */
int nested_line_freed(struct edu_hold *hold);

/* The last line disables itself in its handler, which interrupts the caller, and is enabled hold->asked_ns later. */
int nested_line_by_handler(struct edu_hold *hold);

int nested_register(void);
void nested_unregister(void);

#endif
