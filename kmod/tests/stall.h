/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps others waiting without holding a CPU's interrupts: softirqs, a line that is disabled, a lock. Called in
 * process context under the caller's mutex, on the CPU the hold is for where it is for one.
 */
#ifndef STALL_H
#define STALL_H

#include "edu.h"

/*
 * A tasklet takes hold->asked_ns in its softirq, on top of the caller. start_ns and end_ns are its first and last look
 * at the clock, enclosing_ns is from before softirqs come on to after they have run. Always 0.
 */
int stall_softirq(struct edu_hold *hold);

/*
 * Softirqs are off for hold->asked_ns from start_ns to end_ns, with a tasklet that waits for them; enclosing_ns is from
 * before it is raised to its first look at the clock. Always 0.
 */
int stall_softirqs_off(struct edu_hold *hold);

/*
 * The edu device's line is disabled for hold->asked_ns; enclosing_ns is from before that to after it is enabled.
 * -ENODEV without a device.
 */
int stall_line(struct edu_hold *hold);

/*
 * The caller holds a mutex that rtprobe-victim (SCHED_FIFO 1) on `cpu` waits for, hold->asked_ns from the moment it
 * sleeps. enclosing_ns is from before the victim asks for it to when it has it, at ran_ns; pid and comm are the victim's. -EINVAL
 * without a CPU, or what making the thread says.
 */
int stall_lock(struct edu_hold *hold, int cpu);

#endif
