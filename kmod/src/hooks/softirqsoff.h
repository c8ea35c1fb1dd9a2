/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * softirqsoff: sections in which a task has disabled softirqs, see section.h. The request is a
 * pending softirq HI with nothing to do, which the task runs where it enables softirqs. If another
 * task runs it, as ksoftirqd, the end of the section is unknown, and there is no value.
 *
 * On PREEMPT_RT a task can be preempted in such a section. Samples of other tasks then do not show
 * when it began, so the upper bound is from the task's own sample or the CPU's newest softirq.
 *
 * Context of rtp_softirqsoff_sample: the timer's handler at @now, in ticks.
 */
#ifndef RTPROBE_SOFTIRQSOFF_H
#define RTPROBE_SOFTIRQSOFF_H

#include "base/cpu.h"

void rtp_softirqsoff_sample(struct rtp_cpu *c, u64 now);

#endif
