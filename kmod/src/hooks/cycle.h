/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * response_time: a cycle of a task that a rule of this measure names. One row per thread and CPU.
 *
 * A cycle begins when the task's timer expires, as programmed, or when it is woken by something
 * else. It ends when the task sleeps for its next cycle. Which sleeps these are is found out: those
 * in the system call from which a timer wakes the task, nanosleep before others; of a task that no
 * timer wakes, those in the system call in which it sleeps eight times in a row. All other sleeps
 * are within the cycle.
 *
 * A task whose timer expires before it sleeps does not sleep: one cycle ends then, and the next has
 * begun at the expiry.
 *
 * A task that writes the markers "cycle begin" and "cycle end" has the cycles between them instead.
 *
 * A rule can give the period. Then a cycle begins at a point of a grid, the newest one that is not
 * later than the begin above, and no cycle begins at the point of another one. The first cycle has
 * the first point. A cycle that begins before its point moves the grid there, and so does the least
 * late one of 64 in a row (of 8 at first), if none of them was on time: the period is that of
 * another clock, or the first cycle was not on the grid. After a pause of 64 periods, the grid
 * begins anew.
 *
 * start_jitter: how far the distance between the starts of two successive cycles is from the
 * period, without its sign. A cycle starts when the task first runs in it. The period is the given
 * one, else the median of the newest distances between begins, once there are DISTANCES_MIN of
 * them. Rows as above, no spikes.
 *
 * No system call is hooked. The number of the call that a task sleeps in is read from its saved
 * registers. What a sleep within a cycle is for is judged by hooks/wait.h.
 */
#ifndef RTPROBE_HOOKS_CYCLE_H
#define RTPROBE_HOOKS_CYCLE_H

#include <linux/jump_label.h>

#include "capture/rule.h"
#include "tasks/cycle.h"
#include "tasks/task.h"

/* Enabled while response_time or start_jitter is on. */
DECLARE_STATIC_KEY_FALSE(rtp_cycle_key);

void rtp_cycle_leave(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *prev,
		     unsigned int state, u64 now);
void rtp_cycle_note_waker(const struct rtp_task_entry *entry);
void rtp_cycle_arrive(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *next,
		      u64 woken, u64 now);

/* Returns false if the task is known not to be watched. */
static __always_inline bool rtp_cycle_may_be_watched(const struct rtp_task_entry *entry)
{
	return static_branch_unlikely(&rtp_cycle_key) &&
	       unlikely(entry->watch != READ_ONCE(rtp_rules_watch_none));
}

/*
 * Notes a switch from a task at @now, in ticks. @state: its state, 0 if it can continue. In
 * sched_switch.
 */
static __always_inline void rtp_cycle_switched_from(struct rtp_cpu *c,
						    struct rtp_task_entry *entry,
						    struct task_struct *prev, unsigned int state,
						    u64 now)
{
	if (rtp_cycle_may_be_watched(entry))
		rtp_cycle_leave(c, entry, prev, state, now);
}

/* Notes a switch to a task. @woken: shared time of its wakeup, 0: none. In sched_switch. */
static __always_inline void rtp_cycle_switched_to(struct rtp_cpu *c,
						  struct rtp_task_entry *entry,
						  struct task_struct *next, u64 woken, u64 now)
{
	if (rtp_cycle_may_be_watched(entry))
		rtp_cycle_arrive(c, entry, next, woken, now);
}

/*
 * Notes who wakes a task: the current task, or an interrupt. In sched_waking, under the pi_lock of
 * the woken task.
 */
static __always_inline void rtp_cycle_woken(const struct rtp_task_entry *entry)
{
	if (rtp_cycle_may_be_watched(entry))
		rtp_cycle_note_waker(entry);
}

/* Counts a priority inversion of a watched task, in ns. The worker; @task is referenced. */
void rtp_cycle_note_inversion(const struct task_struct *task, u64 ns);

/* The cycles of a task that ended, as reported to readers. Times are in ns. */
struct rtp_cycle_stat {
	u64 count;
	/* Median of the newest distances between begins; 0: too few. */
	u64 period;
	u64 spread;	/* how far apart the middle nine tenths are */
	u64 given;	/* the period that a rule gives; 0: none */
	u64 sum[RTP_CYCLE_SUMS], max[RTP_CYCLE_SUMS];
	struct rtp_cycle_sleeps sleeps[RTPROBE_WAIT_COUNT];	/* within cycles */
	struct rtp_cycle_sleeps inversions;
	u64 minor_faults, major_faults;				/* within cycles */
};

/*
 * Reads the cycles of an entry's task. Returns false if none ended. Process context, rtp_tasks_lock
 * held.
 */
bool rtp_cycle_read(const struct rtp_task_entry *entry, struct rtp_cycle_stat *stat);

#endif
