/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Locks of a task, by the best available evidence:
  *   - the locks that lockdep records for the running task; else
  *   - the lock that a task waits for, its owner and the place of the wait, from the contention
  *     tracepoints; else
  *   - the rt_mutex that the task's pi_blocked_on leads to.
  * Each record names its evidence.
  *
  * The tracepoints are registered while a rule or the general threshold captures locks.
 */
#ifndef RTPROBE_LOCK_H
#define RTPROBE_LOCK_H

#include <linux/debug_locks.h>
#include <linux/kconfig.h>

#include "base/about.h"

/* Frames stored of where a task waits: those of the locking primitives, and their caller. */
#define RTP_LOCK_STACK 12

#ifdef CONFIG_LOCKDEP
#define RTP_LOCKS_HELD RTPROBE_LOCKS_MAX
#else
#define RTP_LOCKS_HELD 0
#endif

#define RTP_LOCK_NAME 40

/* Returns whether lockdep records held locks: it stops at its first report. */
static inline bool rtp_locks_by_lockdep(void)
{
	return IS_ENABLED(CONFIG_LOCKDEP) && debug_locks;
}

/* The part that is recorded with interrupts off. */
struct rtp_lock_note {
	enum rtprobe_lock_evidence evidence;
	unsigned int held;
	struct {
		unsigned long address;
		char name[RTP_LOCK_NAME];
	} lock[RTP_LOCKS_HELD];

	/* Evidence contention and blocked-on: the lock that the task waits for. */
	unsigned long address;
	u64 wait;		/* ns; 0: unknown */
	bool has_owner;
	struct rtp_task owner;
	unsigned int frames;
	unsigned long stack[RTP_LOCK_STACK];
};

/*
 * Records the locks of a task; none if @task is NULL. The task is the running one, or one that
 * cannot run meanwhile. Interrupts off, not NMI; the runqueue lock may be held.
 */
void rtp_locks_note(struct rtp_lock_note *note, struct task_struct *task);

/*
 * Returns whether the contention tracepoints recorded that the current task waits for a lock. False
 * while they are not registered. Interrupts off, not NMI; the runqueue lock may be held.
 */
bool rtp_locks_waits(const struct task_struct *task);

/* All functions below: process context. */

/*
 * Returns the number that is reported for a lock's address. It does not change while the module is
 * loaded.
 */
u64 rtp_lock_hash(unsigned long address);

/* Registers or unregisters the tracepoints. May wait for a grace period. */
void rtp_locks_want(bool wanted);

/* Return whether the tracepoints are registered, and the waits missed because a slot was in use. */
bool rtp_locks_hooked(void);
u64 rtp_locks_missed(void);

size_t rtp_locks_bytes(void);

int rtp_locks_init(void);
void rtp_locks_exit(void);

#endif
