/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqsoff: interrupts disabled on a CPU by a task.
 *
 * Exact if the kernel has the irq_disable and irq_enable tracepoints, which few kernels have.
 * Otherwise the timer of timer_latency samples it. A sample uses three moments:
 *
 * proof    the end of the previous sample
 * due      the timer's programmed expiry
 * end      entry of the interrupt in which the timer runs; interrupts were enabled then
 *
 * If interrupts had been enabled between due and end, the timer interrupt would have been handled.
 * So they were disabled, except for handlers: this is the value and the lower bound. They may have
 * been disabled since proof: this is the upper bound. All handlers since proof are subtracted from
 * both, so the lower bound is never too large. So is a hypervisor's steal time, but only from the
 * lower bound, because it may be from before proof. Without steal time the bounds differ by at most
 * a period, and a window of a period plus a threshold has a lower bound over the threshold.
 *
 * A sample has a value only if the interrupted task can have disabled interrupts, see
 * interrupted.h, and no system management interrupt was counted. None of its value is from before
 * that task was switched to.
 *
 * An exact window has a value under the same conditions, and if no hard handler ran in it: then an
 * interrupt had disabled them. Steal time that may be in it is subtracted from the lower bound.
 * Outside PREEMPT_RT, neither a sample nor a window of a softirq has a value.
 *
 * Process context, config mutex held, unless noted.
 */
#ifndef RTPROBE_IRQSOFF_H
#define RTPROBE_IRQSOFF_H

#include "base/cpu.h"

/* Returns whether irqsoff is exact on this kernel, else sampled. Determined at load. */
bool rtp_irqsoff_is_exact(void);

/*
 * Takes a sample: the timer that was due at @due, in ticks, runs at @now. Hard interrupt context,
 * interrupts off.
 */
void rtp_irqsoff_sample(struct rtp_cpu *c, u64 now, u64 due);

/* Stores the proof for the next sample at the end of the timer's handler. Context as above. */
void rtp_irqsoff_sampled(struct rtp_cpu *c);

#endif
