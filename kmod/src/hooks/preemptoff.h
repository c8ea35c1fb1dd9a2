/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * preemptoff: sections in which a task has disabled preemption, see section.h. The request is to
 * wake the CPU's thread of thread.h. A kernel that preempts kernel code switches to it where the
 * section ends, if its priority is higher than the task's; others have no value.
 *
 * Context of rtp_preemptoff_sample: the timer's handler at @now, in ticks.
 */
#ifndef RTPROBE_PREEMPTOFF_H
#define RTPROBE_PREEMPTOFF_H

#include "base/cpu.h"

void rtp_preemptoff_sample(struct rtp_cpu *c, u64 now);

#endif
