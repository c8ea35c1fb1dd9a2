/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether a task can have disabled interrupts: the one that a hard interrupt interrupted,
 * or the one that ends a window with interrupts disabled. Everything that names such a task uses
 * this decision.
 *
 * A pending interrupt is taken where interrupts are enabled again, in the kernel. So an interrupt
 * that arrived in user mode proves nothing against the task: the CPU stood still, the timer was
 * late, or interrupts were disabled on the way out of the kernel. Neither does one that arrived in
 * the kernel after an interrupt or exception in user mode: after a stall, another pending interrupt
 * may have come first. Proof is a task that has not been in user mode since its system call, or
 * never is. System calls are not recorded, so how long ago that was is unknown.
 */
#ifndef RTPROBE_INTERRUPTED_H
#define RTPROBE_INTERRUPTED_H

#include <linux/types.h>

/*
 * Time from the expiry of the timer hardware to the first tracepoint. A shorter gap does not prove
 * that interrupts were off.
 */
#define RTP_ENTRY_NS 3000

enum rtp_interrupted {
	RTP_INTERRUPTED_IDLE,
	RTP_INTERRUPTED_USER,
	RTP_INTERRUPTED_TRAP,	/* in the kernel, by an interrupt or exception in user mode */
	RTP_INTERRUPTED_KERNEL,
	RTP_INTERRUPTED_UNKNOWN,	/* some vectors do not provide it */
};

/* Returns what the interrupt found in the current task. Hard interrupt context. */
enum rtp_interrupted rtp_interrupted(void);

/* Returns how the current task entered the kernel, in which it is. Any context but NMI. */
enum rtp_interrupted rtp_in_kernel_by(void);

/* Whether the current task can have disabled interrupts. Context as above. */
static inline bool rtp_irqs_off_provable(enum rtp_interrupted interrupted)
{
	return interrupted == RTP_INTERRUPTED_KERNEL;
}

/*
 * Returns @proof, or when the current task was switched to, if that was later: what is longer ago
 * was not its time. @now: the time. In ticks; @proof on kernels without CONFIG_SCHED_INFO. Context
 * as above.
 */
u64 rtp_interrupted_since(u64 proof, u64 now);

#endif
