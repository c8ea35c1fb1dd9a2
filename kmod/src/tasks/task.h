/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of followed tasks: what one CPU's scheduler hook notes about a task for that of
 * another.
 *
 * Bounded: all entries are made at load. Found through a hash of the task_struct's address, and the
 * start time tells a task from a later one at the same address, so no reference is held.
 *
 * Hooks look up without a lock, where preemption or interrupts are off: inside an RCU read side. A
 * chain only grows at its head, under a raw spinlock that is taken once in a task's life. Entries
 * of exited tasks stay until their place is needed. Then process context unlinks the oldest, waits
 * for RCU, and only then are they free, so an entry found in a hook stays that task's until the
 * hook ends.
 */
#ifndef RTPROBE_TASK_H
#define RTPROBE_TASK_H

#include <linux/list.h>
#include <linux/sched.h>

#include "base/about.h"
#include "base/cpu.h"
#include "tasks/origin.h"

enum rtp_task_state {
	RTP_TASK_FREE,
	RTP_TASK_LIVE,
	RTP_TASK_EXITED,
};

/* What an irq thread runs for; known once its handler has woken it. */
struct rtp_task_irq {
	/* the irqaction; compared only; NULL: no irq thread, or not known */
	const void *action;
	const void *dev_id;
	u32 number;
	char name[RTPROBE_NAME_LEN];
	struct rtp_origin origin;		/* its newest interrupt, while irq_to_task is on */
};

struct rtp_task_entry {
	struct rtp_task_entry *next;		/* chain of the hash */
	const struct task_struct *task;		/* compared, never followed */
	u64 start_time;
	u64 serial;				/* counts up over all tasks; 0: never used */
	/* LIVE is stored with release, after all else is filled in */
	enum rtp_task_state state;

	/*
	 * Written where the task is woken, under its pi_lock; read where it is switched to, which
	 * is later.
	 */
	u64 woken;	/* ns of CLOCK_MONOTONIC; 0: not waited for. Also cleared there. */
	bool by_handler;			/* an irq thread's handler woke it */
	u32 waker_cpu;
	struct rtp_origin origin;		/* the interrupt that woke it */
	struct rtp_task waker;
	struct rtp_task_irq irq;		/* written by its handler, also while it runs */

	/* Written by the CPU that the task runs on, in sched_switch. */
	struct rtp_mark since;			/* it was switched to */
	u64 softirq_since;			/* the CPU's softirq_ticks then */
	u64 runtime;	/* ticks before that, net of handlers and softirqs */
	u64 stolen;				/* ns */
	u64 runs;
	int last_cpu;
	bool has_row;				/* a row's key was this entry's description */
	u32 name_hash;				/* of about.comm */
	char raw_comm[TASK_COMM_LEN];		/* that about.comm was taken from */
	struct rtp_task about;	/* as of its first sight, its last change of name, or its exit */

	struct list_head list;			/* of free or of exited entries */
};

/*
 * The same, made if need be. NULL, counted as no_task, when the table is full. Interrupts off, not
 * NMI; the runqueue's lock may be held.
 */
struct rtp_task_entry *rtp_task_follow(const struct task_struct *task);

/* Describe the task anew if its name changed. In sched_switch, with the task as next. */
static __always_inline void rtp_task_refresh(struct rtp_task_entry *entry,
					     const struct task_struct *task);

/* The task is switched from for the last time. In sched_switch, with the task as prev. */
void rtp_task_exited(struct rtp_task_entry *entry, const struct task_struct *task);

/*
 * The row of @entry's name for a measure by task, on this CPU, taken up if need be. NULL, counted,
 * when there is none free. Interrupts off.
 */
struct rtp_row *rtp_task_row(struct rtp_cpu *c, enum rtprobe_measure measure, u32 number,
			     struct rtp_task_entry *entry);

/* All below: process context. */

/* Held while entries are read; no entry is freed meanwhile. */
void rtp_tasks_lock(void);
void rtp_tasks_unlock(void);

/* The entry of an index, NULL past the last; with the lock held. Ask for its state first. */
struct rtp_task_entry *rtp_task_at(u32 index);
static inline enum rtp_task_state rtp_task_state(const struct rtp_task_entry *entry)
{
	return smp_load_acquire(&entry->state);
}

/* What is told about an entry's task. */
struct rtp_task_stat {
	struct rtp_task about;
	bool exited;
	u64 runtime;	/* ns, net of what was stolen */
	u64 stolen;	/* ns */
	u64 runs;
	int last_cpu;
};

/* With the lock held. False: the entry is of no task. */
bool rtp_task_read(const struct rtp_task_entry *entry, struct rtp_task_stat *stat);

/* Forget who was woken but not yet switched to. The hooks are silent. */
void rtp_tasks_forget_waking(void);

/* Have exited tasks found that exited while no hook saw it. */
void rtp_tasks_sweep_soon(void);

/*
 * The task that an entry is about now, by its index; it is another's when this has changed. Any
 * context.
 */
u64 rtp_task_serial(u32 index);
u32 rtp_task_index(const struct rtp_task_entry *entry);

u32 rtp_tasks_held(void);
u32 rtp_tasks_max(void);
size_t rtp_tasks_bytes(void);

int rtp_tasks_init(u32 max_tasks);

/* The hooks are silent. After this no work of the table is under way or begins. */
void rtp_tasks_stop(void);

/* Free the table; work that reads it, the housekeeping included, must be over. */
void rtp_tasks_exit(void);

void rtp_task_rename(struct rtp_task_entry *entry, const struct task_struct *task);

static __always_inline void rtp_task_refresh(struct rtp_task_entry *entry,
					     const struct task_struct *task)
{
	if (unlikely(memcmp(entry->raw_comm, task->comm, TASK_COMM_LEN)))
		rtp_task_rename(entry, task);
}

#endif
