/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The newest cycle of a watched task, see hooks/cycle.h, as a sequence of legs. Times are shared
 * times, see clock.h, unless noted.
 */
#ifndef RTPROBE_TASKS_CYCLE_H
#define RTPROBE_TASKS_CYCLE_H

#include <linux/types.h>

#include "base/about.h"
#include "uapi/rtprobe.h"

struct rtp_task_entry;

enum rtp_cycle_leg_kind {
	RTP_LEG_READY,		/* the task could run, on one CPU */
	RTP_LEG_TIMER,		/* its timer was due on this CPU, and did not fire */
	RTP_LEG_BLOCKED,	/* it slept within the cycle */
	RTP_LEG_UNKNOWN,	/* there were more legs */
};

struct rtp_cycle_leg {
	u8 kind;		/* enum rtp_cycle_leg_kind */
	u8 wait;		/* RTP_LEG_BLOCKED: its index in the waits */
	u32 cpu;		/* RTP_LEG_BLOCKED: where it was switched out */
	u32 call;		/* RTP_LEG_BLOCKED: the system call */
	u64 until;		/* begins where the one before ends, the first with the cycle */
	unsigned long recorded;	/* bytes in the CPU's flight recorder then; 0: unknown */
};

/* Maximum number of legs; the last one includes all that follow. */
#define RTP_CYCLE_LEGS 16

/* What a task waited in, and what woke it. */
struct rtp_cycle_wait {
	enum rtprobe_wait kind;
	bool has_waker;		/* sched_waking was seen */
	bool in_interrupt;	/* an interrupt or softirq woke it, not the task below */
	bool released;		/* the waker was in a futex call, and it waited in one */
	u32 cpu;		/* of the waker */
	unsigned long recorded;	/* bytes in that CPU's flight recorder at the wakeup */
	struct rtp_task_note waker;
};

/* Between two sleeps the task can run. */
#define RTP_CYCLE_WAITS (RTP_CYCLE_LEGS / 2)

struct rtp_cycle_legs {
	unsigned int n;
	unsigned int waits;
	struct rtp_cycle_leg leg[RTP_CYCLE_LEGS];
	struct rtp_cycle_wait wait[RTP_CYCLE_WAITS];
};

/* What the time of a cycle consists of. */
enum rtp_cycle_sum {
	RTP_CYCLE_LATE,		/* until the task ran first */
	RTP_CYCLE_RAN,		/* without handlers and softirqs */
	RTP_CYCLE_INTERRUPTED,	/* by handlers and softirqs, while it ran */
	RTP_CYCLE_WAITED,	/* it could run and did not */
	RTP_CYCLE_BLOCKED,
	RTP_CYCLE_SUMS,
};

/* How many distances between the begins of two cycles are noted: the newest ones. */
#define RTP_CYCLE_DISTANCES 64

/* No system call: a page fault, or a kernel thread. */
#define RTP_NO_CALL U32_MAX

/* How often and how long a task slept within its cycles, in ns. */
struct rtp_cycle_sleeps {
	u64 count, sum, max;
};

struct rtp_cycle {
	struct rtp_task_entry *owner;	/* NULL: free */

	/* Written by the CPU that runs the task, or under the lock of its runqueue. */
	bool open;		/* a cycle has begun */
	bool asleep;		/* the task was switched out to sleep, and has not run since */
	bool inside;		/* that sleep is within the cycle */
	bool learned;		/* `call` is known */
	bool by_timer;		/* it is the call from which a timer woke the task */
	bool by_marker;		/* the task has written that a cycle begins */
	u32 call;		/* the system call in which it sleeps between two cycles */
	u32 same;		/* how often in a row it slept in `call`, until that is learned */
	u32 slept_in;		/* the system call of the newest sleep */
	enum rtprobe_wait slept_for;	/* what it waited in then, if it is within the cycle */
	u64 slept;		/* when it was switched out to sleep */
	u64 arrived;		/* the newest switch to it */
	u64 left;		/* the newest switch from it */
	u64 woken;		/* the end of the newest sleep */
	u64 begin;
	u64 called;		/* its timer's expiry or its wakeup; without a grid, the begin */
	u64 ran_from;		/* since when it runs, in this cycle */
	u64 net;		/* its run time when the cycle began, in ticks */
	u64 gross;		/* how long it was on a CPU in this cycle */
	u64 part[RTP_CYCLE_SUMS];	/* of this cycle */
	unsigned long minor, major;	/* page faults of the task when the cycle began */
	int cpu;		/* where it is */

	/* The grid of a period that a rule gives: origin + n * period, see hooks/cycle.h. */
	u64 period;		/* ns; 0: none is given */
	u64 origin;		/* 0: not begun */
	u64 point;		/* n of the newest cycle */
	u64 least;		/* how late a cycle began at least, of the newest ones */
	unsigned int on_grid;	/* their number */
	bool grid_old;		/* it was kept or moved since it began */

	struct rtp_cycle_legs legs;

	/* Of all cycles that ended, in ns. Read at any time. */
	u64 count;
	u64 sum[RTP_CYCLE_SUMS], max[RTP_CYCLE_SUMS];
	struct rtp_cycle_sleeps sleeps[RTPROBE_WAIT_COUNT];
	u64 minor_faults, major_faults;
	u64 distance[RTP_CYCLE_DISTANCES];	/* shared time */
	u64 distances;				/* ever noted */
	u64 sorted[RTP_CYCLE_DISTANCES];	/* the same, while start_jitter is on */
	unsigned int n_sorted;
	u64 started;				/* when the task first ran in the newest cycle */

	/* Of waits in captured cycles that were priority inversions. Written by the worker. */
	struct rtp_cycle_sleeps inversions;

	/* Of the newest wakeup. Written by the waker, under the task's pi_lock. */
	bool woken_in_interrupt;
	bool woken_in_futex;		/* the waker was in a futex call */

	/* The timer of the newest sleep. Written by the timer's CPU, `fired` last. */
	u64 expiry;
	u32 fired_cpu;
	unsigned long fired_recorded;
	u64 fired;		/* 0: none since the newest switch to the task */
};

#endif
