/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Delays in softirqs, by a disabled line, by a lock. Called in process context under the caller's mutex,
 * on the CPU of the hold if it has one.
 */
#ifndef STALL_H
#define STALL_H

#include "edu.h"

/*
 * A tasklet takes hold->asked_ns in its softirq, which runs on top of the caller. start_ns and end_ns are its first and
 * last time stamps. enclosing_ns is the time from before softirqs are enabled to after they have run. Returns 0.
 */
int stall_softirq(struct edu_hold *hold);

/* The same with interrupts off in the tasklet. */
int stall_softirq_irqs_off(struct edu_hold *hold);

/*
 * Disables softirqs for hold->asked_ns, from start_ns to end_ns, while a tasklet is pending. enclosing_ns is the time
 * from before it is raised to its first time stamp. Returns 0.
 */
int stall_softirqs_off(struct edu_hold *hold);

/*
 * Disables the edu device's line for hold->asked_ns. enclosing_ns is the time from before that to after it is enabled.
 * Returns -ENODEV without a device.
 */
int stall_line(struct edu_hold *hold);

/*
 * The caller holds a mutex that rtprobe-victim (SCHED_FIFO 1) on `cpu` waits for, for hold->asked_ns after the victim
 * sleeps. enclosing_ns is the time from before the victim requests the mutex until it has it, at ran_ns. pid and comm
 * are the victim's. Returns -EINVAL without a CPU, or the error of creating the thread.
 */
int stall_lock(struct edu_hold *hold, int cpu);

#endif
