/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqsoff: interrupts disabled on a CPU by a task.
 *
 * Exact where the kernel has the irq_disable and irq_enable tracepoints, which few do. Elsewhere
 * sampled by the timer of timer_latency. What it proves, from three moments:
 *
 *   proof    the end of the sample before
 *   due      the timer's programmed expiry
 *   end      entry of the interrupt the timer runs in: there interrupts were on again
 *
 * Had interrupts been on between due and end, the timer's would have been taken. So but for
 * handlers they were off, which is the value, the lower bound; since proof they may have been, the
 * upper. All handlers since proof are taken out of both, so the lower is never too large. They are
 * at most a period apart, and a window of a period and a threshold has a lower bound over the
 * threshold. A sample that interrupts the idle task proves nothing: the CPU may have slept.
 *
 * Process context, config mutex held, save where said otherwise.
 */
#ifndef RTPROBE_IRQSOFF_H
#define RTPROBE_IRQSOFF_H

#include "base/cpu.h"

/* Which of the two; found out at load. */
bool rtp_irqsoff_is_exact(void);

/*
 * A sample: the timer that was due at @due, in ticks, runs at @now. Hard interrupt context,
 * interrupts off.
 */
void rtp_irqsoff_sample(struct rtp_cpu *c, u64 now, u64 due);

/* The timer's handler is about to return: the proof for the next sample. Context as above. */
void rtp_irqsoff_sampled(struct rtp_cpu *c);

#endif
