/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs that a real-time thread never gives up, and what that would make the module wait for.
 *
 * While such a CPU passes through no quiescent state of RCU, no grace period ends. Then nothing may
 * be unregistered: that waits for one, some of it with locks of the kernel held. The CPU still
 * takes interrupts, so what is done by interrupt works.
 *
 * Process context.
 */
#ifndef RTPROBE_HELD_H
#define RTPROBE_HELD_H

struct rtp_reason;

/* How long a CPU may take to do what is usually done at once, in milliseconds. */
#define RTP_PATIENCE_MS 1000

/*
 * Whether RCU's grace periods end: waits for one, for at most RTP_PATIENCE_MS. Returns 0, or -EBUSY
 * with the CPUs named to rtp_held_refuse.
 */
int rtp_held_check(void);

/* A CPU did not run a thread of ours in time: note who holds it, for rtp_held_refuse. */
void rtp_held_note(int cpu);

/* The reason for the newest -EBUSY, which it returns. */
int rtp_held_refuse(struct rtp_reason *reason);

#endif
