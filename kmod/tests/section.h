/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections with preemption disabled in the caller's task, on its CPU. start_ns is read in the section at its begin and
 * end_ns at its end; enclosing_ns is the time from before to after it. Called in process context under the caller's
 * mutex, on a CPU that the caller cannot leave. Each returns 0.
 */
#ifndef SECTION_H
#define SECTION_H

#include "edu.h"

/* One section of hold->asked_ns. */
int section_hold(struct edu_hold *hold);

/* The same; interrupts are off in the third quarter. */
int section_hold_irqs_off(struct edu_hold *hold);

/* A spinlock is held, which disables preemption except on PREEMPT_RT. */
int section_hold_spinlock(struct edu_hold *hold);

/*
 * Many sections of a tenth of a millisecond one after another, for hold->asked_ns. Preemption is enabled in between for
 * a moment only. start_ns and end_ns are those of all, enclosing_ns is the time of the longest.
 */
int section_hold_many(struct edu_hold *hold);

/* The same with softirqs disabled instead of preemption. */
int section_hold_many_softirqs(struct edu_hold *hold);

#endif
