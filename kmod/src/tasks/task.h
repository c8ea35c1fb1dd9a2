/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of followed tasks. The scheduler hooks of one CPU note here what those of another CPU
 * need to know about a task.
 *
 * The table is bounded: all entries are allocated at load. They are found through a hash of the
 * task_struct's address. The start time distinguishes a task from a later one at the same address,
 * so no reference is needed.
 *
 * Hooks look entries up without a lock. They run with preemption or interrupts off, which is an RCU
 * read side. A chain only grows at its head, under a raw spinlock that is acquired once per task.
 * Entries of exited tasks stay until entries are scarce. Then process context unlinks the oldest
 * ones and frees them after a grace period, so an entry found in a hook stays valid until the hook
 * ends.
 */
#ifndef RTPROBE_TASK_H
#define RTPROBE_TASK_H

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/sched.h>

#include "base/about.h"
#include "base/cpu.h"
#include "tasks/origin.h"
#include "values/row.h"

enum rtp_task_state {
	RTP_TASK_FREE,
	RTP_TASK_LIVE,
	RTP_TASK_EXITED,
};

/* The action that an irq thread serves; valid after its handler has first woken the thread. */
struct rtp_task_irq {
	/* the irqaction; compared only; NULL: not an irq thread, or not known yet */
	const void *action;
	const void *dev_id;
	u32 number;
	char name[RTPROBE_NAME_LEN];
	struct rtp_origin origin;		/* its newest interrupt, while irq_to_task is on */
};

/* The work item that a kernel worker executes, while work items are measured. */
struct rtp_task_work {
	const void *function;	/* NULL: none, or its begin was not seen */
	u64 runtime;		/* ticks of the task at the begin, as rtp_task_net() */
	u64 begin;		/* ticks */
	int cpu;		/* where it began */
};

/* What a task that waits for its CPU waits after. */
enum rtp_wait {
	RTP_WAIT_WOKEN,
	RTP_WAIT_BY_HANDLER,	/* an irq thread that its handler woke */
	RTP_WAIT_PREEMPTED,	/* it was switched out though it could continue */
};

/* How many moves of a preempted task to another CPU are noted: the first, and the newest. */
#define RTP_TASK_MOVES 2

struct rtp_task_move {
	u32 from;		/* CPU */
	u64 at;			/* shared time */
	unsigned long recorded;	/* bytes in that CPU's flight recorder; 0: unknown */
};

/* The measures by task. */
#define RTP_TASK_ROWS 5

static_assert(RTP_MEASURES_BY_TASK ==
	      (BIT(RTPROBE_MEASURE_WAKEUP_LATENCY) | BIT(RTPROBE_MEASURE_IRQ_TO_TASK) |
	       BIT(RTPROBE_MEASURE_PREEMPTION_LATENCY) | BIT(RTPROBE_MEASURE_RESPONSE_TIME) |
	       BIT(RTPROBE_MEASURE_START_JITTER)));

static __always_inline unsigned int rtp_task_row_index(enum rtprobe_measure measure)
{
	if (measure == RTPROBE_MEASURE_START_JITTER)
		return 4;
	if (measure == RTPROBE_MEASURE_RESPONSE_TIME)
		return 3;
	if (measure == RTPROBE_MEASURE_PREEMPTION_LATENCY)
		return 2;
	return measure == RTPROBE_MEASURE_IRQ_TO_TASK;
}

struct rtp_task_entry {
	struct rtp_task_entry *next;		/* chain of the hash */
	const struct task_struct *task;		/* compared, never followed */
	u64 start_time;
	u64 serial;				/* increases with each new task; 0: never used */
	/* RTP_TASK_LIVE is stored with release, after all other fields */
	enum rtp_task_state state;

	/*
	 * Written when the task is woken, under its pi_lock, or switched out though it can
	 * continue. It is not woken then. Read later, when the CPU switches to it.
	 */
	u64 woken;	/* shared time, see clock.h; 0: not waiting. Cleared at the switch. */
	u8 wait;				/* enum rtp_wait */
	u32 waker_cpu;
	unsigned long waker_recorded;		/* bytes in that CPU's flight recorder */
	struct rtp_origin origin;		/* the interrupt that woke it */
	struct rtp_task_note waker;
	struct rtp_task_irq irq;		/* written by its handler at any time */

	/* Of a preempted task. Written under the lock of the runqueue that it is on. */
	u32 counted;	/* 1 + the CPU in whose rtp_cpu.preempted it is; 0: none */
	u32 moves;				/* to another CPU, since it was preempted */
	struct rtp_task_move move[RTP_TASK_MOVES];

	/* Written in sched_switch by the CPU that runs the task. */
	struct rtp_mark since;			/* the newest switch to the task */
	u64 net_since;			/* ticks at `since`, without handlers and softirqs */
	u64 runtime;	/* ticks before `since`, net of handlers and softirqs */
	struct rtp_task_work work;		/* written by the CPU that runs the task */
	u32 watch;	/* rtp_rules_watch_none, and 1 if it is watched; else not evaluated yet */
	struct rtp_cycle *cycle;	/* valid if the entry is its owner */
	u64 stolen;				/* ns */
	u64 runs;
	int last_cpu;
	bool has_row;				/* the description was the key of a row */
	/* Newest row of each measure by task, on any CPU; rtp_no_row: none. See rtp_task_row. */
	struct rtp_row *row[RTP_TASK_ROWS];
	u32 name_hash;				/* of about.comm */
	char raw_comm[TASK_COMM_LEN];		/* the comm that about.comm was made from */
	struct rtp_task about;	/* as of the first switch, last rename or exit */

	struct list_head list;			/* free_entries or exited_entries */
};

/*
 * Returns the entry of a task; adds it if necessary. Returns NULL and counts a no_task loss if the
 * table is full. Interrupts off, not NMI; the runqueue lock may be held.
 */
static __always_inline struct rtp_task_entry *rtp_task_follow(const struct task_struct *task);

/* Updates the description if the task was renamed. In sched_switch, with the task as next. */
static __always_inline void rtp_task_refresh(struct rtp_task_entry *entry,
					     const struct task_struct *task);

/*
 * Returns the ticks that a task has run until @now, without handlers and softirqs. The task runs on
 * this CPU. Interrupts off.
 */
static __always_inline u64 rtp_task_net(const struct rtp_cpu *c,
					const struct rtp_task_entry *entry,
					const struct rtp_mark *now)
{
	return entry->runtime + now->ticks - now->taken - c->softirq_ticks - entry->net_since;
}

/* Returns the entry of a task, NULL if it has none. Context as above. */
struct rtp_task_entry *rtp_task_find(const struct task_struct *task);

/*
 * Counts a real-time task among the preempted ones of @cpu, and of no other CPU. -1: of none. Any
 * context.
 */
void rtp_task_count_preempted(struct rtp_task_entry *entry, int cpu);

/* Notes the last switch away from a task. In sched_switch, with the task as prev. */
void rtp_task_exited(struct rtp_task_entry *entry, const struct task_struct *task);

/*
 * Returns the row of @entry's name for a measure by task on this CPU; adds it if necessary. Returns
 * NULL and counts a loss if no row is free. Interrupts off.
 */
static __always_inline struct rtp_row *rtp_task_row(struct rtp_cpu *c,
						    enum rtprobe_measure measure, u32 number,
						    struct rtp_task_entry *entry);

/* All functions below: process context. */

/*
 * Makes the hooks find no entry of a task. For a thread of the module, which another measure can
 * have followed before it was known as such.
 */
void rtp_task_unfollow(const struct task_struct *task);

/* A mutex, held while entries are read. No entry is freed while it is held. */
void rtp_tasks_lock(void);
void rtp_tasks_unlock(void);

/* Returns the entry at an index, NULL past the last. Lock held. Check rtp_task_state first. */
struct rtp_task_entry *rtp_task_at(u32 index);
static inline enum rtp_task_state rtp_task_state(const struct rtp_task_entry *entry)
{
	return smp_load_acquire(&entry->state);
}

/* The totals of an entry's task, as reported to readers. */
struct rtp_task_stat {
	struct rtp_task about;
	bool exited;
	u64 runtime;	/* ns, net of interrupt time */
	u64 stolen;	/* ns of interrupt time */
	u64 runs;
	int last_cpu;
};

/* Reads an entry. Returns false if the entry is free. Lock held. */
bool rtp_task_read(const struct rtp_task_entry *entry, struct rtp_task_stat *stat);

/*
 * Converts the runtimes to ns and discards shared times, because ticks are ns from now on. The
 * hooks are silent.
 */
void rtp_tasks_convert_clock(void);

/* Discards the waits that have not ended. No hook notes any. */
void rtp_tasks_discard_waits(void);

/* Counts no task as preempted. No hook begins to. */
void rtp_tasks_discard_preempted(void);

/* Discards the work items in progress. The hooks around them are unregistered. */
void rtp_tasks_discard_works(void);

/* Queues the work that finds tasks which exited while the hooks were off. */
void rtp_tasks_queue_sweep(void);

/*
 * Returns the serial number of the entry at an index. A different number means that the entry
 * belongs to another task. Any context.
 */
u64 rtp_task_serial(u32 index);
u32 rtp_task_index(const struct rtp_task_entry *entry);

u32 rtp_tasks_held(void);
u32 rtp_tasks_max(void);
size_t rtp_tasks_bytes(void);

int rtp_tasks_init(u32 max_tasks);

/* Stops the table's work for good. The hooks are unregistered. */
void rtp_tasks_stop(void);

/* Frees the table. All work that reads it, including the housekeeping, has ended. */
void rtp_tasks_exit(void);

void rtp_task_rename(struct rtp_task_entry *entry, const struct task_struct *task);

extern struct rtp_task_entry **rtp_task_heads;	/* of the hash's chains */
extern unsigned int rtp_task_heads_shift;	/* 64 - log2 of their number */

/* As hash_ptr(), with the shift computed once. */
static __always_inline struct rtp_task_entry **rtp_task_head(const struct task_struct *task)
{
	return &rtp_task_heads[(uintptr_t)task * GOLDEN_RATIO_64 >> rtp_task_heads_shift];
}

/*
 * Returns whether an entry that was found in the hash is the task's. Not READ_ONCE(), which would
 * load the state into a register.
 */
static __always_inline bool rtp_task_is(const struct rtp_task_entry *entry,
					const struct task_struct *task)
{
	return likely(entry->task == task) && likely(entry->start_time == task->start_time) &&
	       likely(data_race(entry->state) == RTP_TASK_LIVE);
}

/* Continues behind the head of the chain; adds the task if it has no entry. */
struct rtp_task_entry *rtp_task_search(struct rtp_task_entry **head,
				       const struct task_struct *task);

static __always_inline struct rtp_task_entry *rtp_task_follow(const struct task_struct *task)
{
	struct rtp_task_entry **head = rtp_task_head(task);
	struct rtp_task_entry *entry = smp_load_acquire(head);

	if (likely(entry) && rtp_task_is(entry, task))
		return entry;
	return rtp_task_search(head, task);
}

struct rtp_row *rtp_task_find_row(struct rtp_cpu *c, enum rtprobe_measure measure, u32 number,
				  struct rtp_task_entry *entry);

/*
 * The newest row of the measure is mostly the right one. Its key is the entry's description as long
 * as no other task has claimed it. It has the task's name, because a rename discards the newest
 * rows, and the entry itself does if it uses the row for another measure.
 */
static __always_inline bool rtp_task_row_fits(const struct rtp_row *row, const struct rtp_cpu *c,
					      const struct rtp_task_entry *entry)
{
	return likely(data_race(row->key) == &entry->about) && likely(row->cpu == c->cpu);
}

static __always_inline struct rtp_row *rtp_task_row(struct rtp_cpu *c,
						    enum rtprobe_measure measure, u32 number,
						    struct rtp_task_entry *entry)
{
	struct rtp_row *row = entry->row[rtp_task_row_index(measure)];

	if (rtp_task_row_fits(row, c, entry) && row->number == number)
		return row;
	return rtp_task_find_row(c, measure, number, entry);
}

static __always_inline void rtp_task_refresh(struct rtp_task_entry *entry,
					     const struct task_struct *task)
{
	const unsigned int half = TASK_COMM_LEN / 2;

	/* Two words. One call for both is compiled to jumps. */
	if (unlikely(data_race(memcmp(entry->raw_comm, task->comm, half))) ||
	    unlikely(data_race(memcmp(entry->raw_comm + half, task->comm + half, half))))
		rtp_task_rename(entry, task);
}

#endif
