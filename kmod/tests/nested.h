/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Nested handlers, as demultiplexers have them: interrupt lines without a device. The handler of each but the last
  * handles the next line. Called in process context under the caller's mutex.
 */
#ifndef NESTED_H
#define NESTED_H

#include "edu.h"

/*
 * Each of the three handlers takes hold->asked_ns before it handles the next line, and as long after it. They run in
 * the writer if it is on `cpu`, else in the IPI of a function call. start_ns and end_ns enclose all of it. Returns
 * -EINVAL without a CPU.
 */
int nested_hold(struct edu_hold *hold, int cpu);

/* The same with seven handlers: more than the module follows. */
int nested_hold_deep(struct edu_hold *hold, int cpu);

/*
 * Disables and frees the first line, requests it again, and disables it from start_ns to end_ns. Returns the error of
 * request_irq() if it fails; the line then stays free.
 */
int nested_line_freed(struct edu_hold *hold);

/* The third line disables itself in its handler, which interrupts the caller. It is enabled hold->asked_ns later. */
int nested_line_by_handler(struct edu_hold *hold);

int nested_register(void);
void nested_unregister(void);

#endif
