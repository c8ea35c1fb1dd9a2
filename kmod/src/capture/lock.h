/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks, by the best evidence there is: those lockdep says the running task holds; else what the
 * contention tracepoints say a task waits for, who had it and where it waited; else the rt_mutex
 * its pi_blocked_on leads to. The record says which.
 *
 * The tracepoints are hooked while a rule or the general threshold asks for locks.
 */
#ifndef RTPROBE_LOCK_H
#define RTPROBE_LOCK_H

#include "base/about.h"

/* Frames kept of where a task waits: the locking primitives' own and their caller. */
#define RTP_LOCK_STACK 12

#ifdef CONFIG_LOCKDEP
#define RTP_LOCKS_HELD RTPROBE_LOCKS_MAX
#else
#define RTP_LOCKS_HELD 0
#endif

#define RTP_LOCK_NAME 40

/* What is written down where interrupts are off. */
struct rtp_lock_note {
	enum rtprobe_lock_evidence evidence;
	unsigned int held;
	struct {
		unsigned long address;
		char name[RTP_LOCK_NAME];
	} lock[RTP_LOCKS_HELD];

	/* Of contention and blocked-on: the one that is waited for. */
	unsigned long address;
	u64 wait;		/* ns; 0: unknown */
	bool has_owner;
	struct rtp_task owner;
	unsigned int frames;
	unsigned long stack[RTP_LOCK_STACK];
};

/*
 * Note the locks of a task, NULL for none: the running one or one that can't run meanwhile.
 * Interrupts off, not NMI; the runqueue's lock may be held.
 */
void rtp_locks_note(struct rtp_lock_note *note, struct task_struct *task);

/* All below: process context. */

/* What an address is told as: the same for the same lock while the module is loaded. */
u64 rtp_lock_hash(unsigned long address);

/* Hook the tracepoints, or unhook them. */
void rtp_locks_want(bool wanted);

/* Whether they are hooked, and waits not noted because another used the place. */
bool rtp_locks_hooked(void);
u64 rtp_locks_missed(void);

size_t rtp_locks_bytes(void);

int rtp_locks_init(void);
void rtp_locks_exit(void);

#endif
