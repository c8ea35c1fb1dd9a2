/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs that a real-time thread holds for ever, and operations that would wait for such a CPU.
 *
 * While such a CPU reports no quiescent state, no RCU grace period ends. Hooks must not be
 * unregistered then, because that waits for a grace period, in part with kernel locks held. The CPU
 * still handles interrupts, so IPIs work.
 *
 * Process context.
 */
#ifndef RTPROBE_HELD_H
#define RTPROBE_HELD_H

struct rtp_reason;

/* Time limit, in milliseconds, for operations of a CPU that usually complete at once. */
#define RTP_PATIENCE_MS 1000

/*
 * Waits at most RTP_PATIENCE_MS for an RCU grace period. Returns 0, or -EBUSY and stores the CPUs
 * for rtp_held_refuse.
 */
int rtp_held_check(void);

/* Stores the task that holds a CPU, for rtp_held_refuse: the CPU did not run our thread in time. */
void rtp_held_note(int cpu);

/* Stores the reason of the newest -EBUSY in @reason and returns -EBUSY. */
int rtp_held_refuse(struct rtp_reason *reason);

#endif
