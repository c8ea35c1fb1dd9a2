// SPDX-License-Identifier: GPL-2.0-or-later
#include "tasks/task.h"

#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "base/grace.h"
#include "base/handover.h"
#include "base/housekeeping.h"
#include "base/lost.h"
#include "base/own.h"
#include "values/row.h"

/* Delay between two checks of a grace period; most end within it. */
#define GRACE_MS 20

static struct rtp_task_entry *task_entries;
static u32 entries_max;

struct rtp_task_entry **rtp_task_heads __read_mostly;
unsigned int rtp_task_heads_shift __read_mostly;

/* Protects the lists, the counters and the chains' ends; never held across a wait. */
static DEFINE_RAW_SPINLOCK(pool_lock);
static LIST_HEAD(free_entries);
static LIST_HEAD(exited_entries);	/* oldest first */
static u32 free_count;
static u64 newest_serial;
static bool rows_to_retire;

static DEFINE_MUTEX(tasks_mutex);
static struct rtp_handover tasks_handover;
static struct kthread_delayed_work tasks_work;
/* Removed from the hash, but a running hook may still refer to them; under tasks_mutex. */
static LIST_HEAD(unlinked_entries);
static unsigned long unlinked_grace;	/* no hook refers to them after this grace period */
static unsigned long next_kick;	/* jiffies; before this time, wake-ups and switches do not kick */

/*
 * A kick raises an interrupt, and the work reads every entry. While entries are scarce, all CPUs
 * together kick at most once per KICK_JIFFIES, or per IDLE_KICK_JIFFIES after the work found
 * nothing to free. An exit always kicks.
 */
#define KICK_JIFFIES max(HZ / 100, 1)
#define IDLE_KICK_JIFFIES max(HZ / 5, 1)

/* Returns the number of free entries below which entries of exited tasks are freed. */
static u32 few_entries(void)
{
	return entries_max / 4;
}

static struct rtp_task_entry *task_search(struct rtp_task_entry **head,
					  const struct task_struct *task)
{
	struct rtp_task_entry *entry;

	for (entry = smp_load_acquire(head); entry; entry = smp_load_acquire(&entry->next))
		if (rtp_task_is(entry, task))
			return entry;
	return NULL;
}

/* FNV-1a up to the NUL; the bytes after it differ between kernels. */
static u32 hash_name(const char *name)
{
	u32 hash = 2166136261u;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	return hash;
}

void rtp_task_rename(struct rtp_task_entry *entry, const struct task_struct *task)
{
	unsigned int i;

	/* If a half-changed name is copied, the next switch finds a difference again. */
	data_race(memcpy(entry->raw_comm, task->comm, sizeof(entry->raw_comm)));
	rtp_task_describe(&entry->about, task);
	entry->name_hash = hash_name(entry->about.comm);
	for (i = 0; i < RTP_TASK_ROWS; i++)
		entry->row[i] = &rtp_no_row;
	entry->watch = 0;
}

static void task_fill(struct rtp_task_entry *entry, const struct task_struct *task)
{
	entry->task = task;
	entry->start_time = task->start_time;
	WRITE_ONCE(entry->serial, ++newest_serial);
	entry->woken = 0;
	entry->counted = 0;
	entry->irq.action = NULL;
	entry->irq.origin.entry = 0;
	entry->runtime = 0;
	entry->work.function = NULL;
	WRITE_ONCE(entry->cycle, NULL);
	entry->stolen = 0;
	entry->runs = 0;
	entry->last_cpu = task_cpu(task);
	entry->has_row = false;
	rtp_task_rename(entry, task);
}

/* Kicks at a limited rate. Two CPUs may kick at the same time, which is harmless. */
static void kick_limited(void)
{
	unsigned long now = jiffies;

	if (time_before(now, READ_ONCE(next_kick)))
		return;
	WRITE_ONCE(next_kick, now + KICK_JIFFIES);
	rtp_handover(&tasks_handover);
}

/*
 * Two CPUs can call this for one task at the same time, because a task can be woken while it is
 * still being switched out. The second CPU finds the first one's entry.
 */
static noinline struct rtp_task_entry *task_add(struct rtp_task_entry **head,
						const struct task_struct *task)
{
	struct rtp_task_entry *entry;
	bool is_few;

	/*
	 * If there are more tasks than entries, each switch reaches this point. Do not contend for
	 * the lock, which all CPUs share.
	 */
	if (!READ_ONCE(free_count)) {
		kick_limited();
		rtp_lost_add(RTP_LOST_NO_TASK, 1);
		return NULL;
	}
	raw_spin_lock(&pool_lock);
	entry = task_search(head, task);
	if (!entry) {
		entry = list_first_entry_or_null(&free_entries, struct rtp_task_entry, list);
		if (entry) {
			list_del_init(&entry->list);
			WRITE_ONCE(free_count, free_count - 1);
			task_fill(entry, task);
			smp_store_release(&entry->state, RTP_TASK_LIVE);
			entry->next = *head;
			smp_store_release(head, entry);
		}
	}
	is_few = free_count < few_entries();
	raw_spin_unlock(&pool_lock);
	if (is_few)
		kick_limited();
	if (!entry)
		rtp_lost_add(RTP_LOST_NO_TASK, 1);
	return entry;
}

struct rtp_task_entry *rtp_task_search(struct rtp_task_entry **head,
				       const struct task_struct *task)
{
	return task_search(head, task) ?: task_add(head, task);
}

struct rtp_task_entry *rtp_task_find(const struct task_struct *task)
{
	return task_search(rtp_task_head(task), task);
}

void rtp_task_count_preempted(struct rtp_task_entry *entry, int cpu)
{
	u32 before;

	if (cpu >= 0)
		atomic_inc(&per_cpu_ptr(rtp_cpus, cpu)->preempted);
	before = xchg(&entry->counted, cpu + 1);
	if (before)
		atomic_dec(&per_cpu_ptr(rtp_cpus, before - 1)->preempted);
}

static void set_exited(struct rtp_task_entry *entry)
{
	WRITE_ONCE(entry->state, RTP_TASK_EXITED);
	list_add_tail(&entry->list, &exited_entries);
	if (entry->has_row)
		rows_to_retire = true;
}

void rtp_task_unfollow(const struct task_struct *task)
{
	struct rtp_task_entry *entry;

	raw_spin_lock_irq(&pool_lock);
	entry = task_search(rtp_task_head(task), task);
	if (entry)
		set_exited(entry);
	raw_spin_unlock_irq(&pool_lock);
}

void rtp_task_exited(struct rtp_task_entry *entry, const struct task_struct *task)
{
	bool is_due;

	rtp_task_rename(entry, task);
	raw_spin_lock(&pool_lock);
	if (entry->state == RTP_TASK_LIVE)
		set_exited(entry);
	is_due = rows_to_retire || free_count < few_entries();
	raw_spin_unlock(&pool_lock);
	if (is_due)
		rtp_handover(&tasks_handover);
}

/* Returns any row of the name, whichever task of that name wrote it last. */
static struct rtp_row *row_by_name(struct rtp_cpu *c, unsigned int slot,
				   enum rtprobe_measure measure, u32 number, const char *name)
{
	struct rtp_row *row;

	for (row = rtp_row_first(c, slot); row; row = rtp_row_next(row))
		if (READ_ONCE(row->key) != RTP_ROW_VACANT && row->measure == measure &&
		    row->number == number && !strncmp(row->name, name, TASK_COMM_LEN))
			return row;
	return NULL;
}

static enum rtp_task_kind task_kind(const struct rtp_task_entry *entry)
{
	return entry->about.kthread ? RTP_KIND_KTHREAD : RTP_KIND_USER;
}

/* Makes the entry's description the row's key. Returns false if the row just became vacant. */
static noinline bool task_claim_row(struct rtp_row *row, struct rtp_task_entry *entry)
{
	const void *before;

	do {
		before = READ_ONCE(row->key);
		if (before == RTP_ROW_VACANT)
			return false;
	} while (cmpxchg(&row->key, before, &entry->about) != before);
	entry->has_row = true;
	if (!before || !rtp_row_has_kind(row, task_kind(entry))) {
		rtp_row_add_kind(row, task_kind(entry));
		rtp_housekeeping_kick();
	}
	return true;
}

struct rtp_row *rtp_task_find_row(struct rtp_cpu *c, enum rtprobe_measure measure, u32 number,
				  struct rtp_task_entry *entry)
{
	unsigned int slot = rtp_named_slot(measure, number, entry->name_hash);
	struct rtp_row *row = row_by_name(c, slot, measure, number, entry->about.comm);
	unsigned int i;

	if (row && READ_ONCE(row->key) != &entry->about && !task_claim_row(row, entry))
		row = NULL;
	if (!row) {
		struct rtp_row_id id = { .measure = measure,
					 .number = number,
					 .name = entry->about.comm,
					 .kind = task_kind(entry) };

		row = rtp_row_adopt(c, slot, &entry->about, &id);
		if (row)
			entry->has_row = true;
	}
	if (!row)
		return NULL;
	/* The row may be a reused one. */
	for (i = 0; i < RTP_TASK_ROWS; i++)
		if (entry->row[i] == row)
			entry->row[i] = &rtp_no_row;
	entry->row[rtp_task_row_index(measure)] = row;
	return row;
}

void rtp_tasks_lock(void)
{
	mutex_lock(&tasks_mutex);
}

void rtp_tasks_unlock(void)
{
	mutex_unlock(&tasks_mutex);
}

struct rtp_task_entry *rtp_task_at(u32 index)
{
	return index < entries_max ? &task_entries[index] : NULL;
}

/*
 * Describes an entry's task: its current state if it lives, else the state stored in the entry.
 * Returns whether it lives. tasks_mutex held.
 */
static bool task_look(const struct rtp_task_entry *entry, struct rtp_task *about)
{
	struct task_struct *task;
	struct pid *pid;
	bool lives;

	rtp_task_copy(about, &entry->about);
	rcu_read_lock();
	pid = find_pid_ns(about->pid, &init_pid_ns);
	task = pid ? pid_task(pid, PIDTYPE_PID) : NULL;
	lives = task == entry->task && task && task->start_time == entry->start_time;
	if (lives)
		rtp_task_describe(about, task);
	rcu_read_unlock();
	return lives;
}

bool rtp_task_read(const struct rtp_task_entry *entry, struct rtp_task_stat *stat)
{
	if (rtp_task_state(entry) == RTP_TASK_FREE)
		return false;
	*stat = (struct rtp_task_stat) {
		.runtime = rtp_clock_to_ns(rtp_clock_chosen, READ_ONCE(entry->runtime)),
		.stolen = READ_ONCE(entry->stolen),
		.runs = READ_ONCE(entry->runs),
		.last_cpu = READ_ONCE(entry->last_cpu),
	};
	stat->exited = !task_look(entry, &stat->about);
	stat->about.own = !stat->exited && rtp_own_is(&stat->about);
	return true;
}

/*
 * Retires the rows of exited tasks. An entry's description is a row's key only as long as the entry
 * is that of its task. A task claims no rows after its exit, so none can be added behind this scan.
 * If another task of that name claims the row meanwhile, its claim wins.
 */
static void retire_rows(void)
{
	struct rtp_row *row;
	u32 i;

	rtp_rows_lock();
	for (i = 0; (row = rtp_row_at(i)); i++) {
		const struct rtp_task_entry *entry;
		const void *key;

		if (!rtp_row_is_live(row) || !rtp_measure_is_by_task(row->measure))
			continue;
		key = rtp_row_key(row);
		entry = container_of(key, struct rtp_task_entry, about);
		if (key && READ_ONCE(entry->state) == RTP_TASK_EXITED)
			cmpxchg(&row->key, key, NULL);
	}
	rtp_rows_unlock();
	rtp_housekeeping_kick();
}

/* Finds tasks that exited while no hook was registered, or before their first switch was seen. */
static void find_exited(void)
{
	struct rtp_task about;
	u32 i;

	for (i = 0; i < entries_max; i++) {
		struct rtp_task_entry *entry = &task_entries[i];

		if (rtp_task_state(entry) != RTP_TASK_LIVE || task_look(entry, &about))
			continue;
		raw_spin_lock_irq(&pool_lock);
		if (entry->state == RTP_TASK_LIVE)
			set_exited(entry);
		raw_spin_unlock_irq(&pool_lock);
	}
}

static void unlink_entry(struct rtp_task_entry *entry)
{
	struct rtp_task_entry **at = rtp_task_head(entry->task);

	while (*at != entry)
		at = &(*at)->next;
	WRITE_ONCE(*at, entry->next);
}

/* Moves the oldest exited entries from the hash to @list. */
static void unlink_oldest(struct list_head *list)
{
	u32 missing;

	raw_spin_lock_irq(&pool_lock);
	missing = free_count < 2 * few_entries() ? 2 * few_entries() - free_count : 0;
	for (; missing && !list_empty(&exited_entries); missing--) {
		struct rtp_task_entry *entry =
			list_first_entry(&exited_entries, struct rtp_task_entry, list);

		unlink_entry(entry);
		list_move_tail(&entry->list, list);
	}
	raw_spin_unlock_irq(&pool_lock);
}

/*
 * A task whose pid is already gone may still have to perform its last switch. Hooks can no longer
 * find its entry, but the CPU that runs the task still refers to it.
 */
static bool is_running(const struct rtp_task_entry *entry)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (READ_ONCE(per_cpu_ptr(rtp_cpus, cpu)->running) == entry)
			return true;
	return false;
}

/* Frees the entries on @list, except those of tasks that still run. */
static void make_free(struct list_head *list)
{
	struct rtp_task_entry *entry, *next;

	list_for_each_entry_safe(entry, next, list, list) {
		if (is_running(entry))
			continue;
		raw_spin_lock_irq(&pool_lock);
		entry->state = RTP_TASK_FREE;
		list_move_tail(&entry->list, &free_entries);
		WRITE_ONCE(free_count, free_count + 1);
		raw_spin_unlock_irq(&pool_lock);
	}
}

/* Polls the grace period instead of waiting for it: a CPU in a long section would delay it. */
static void free_unlinked(void)
{
	if (!list_empty(&unlinked_entries) && rtp_grace_is_over(unlinked_grace))
		make_free(&unlinked_entries);
	if (list_empty(&unlinked_entries)) {
		unlink_oldest(&unlinked_entries);
		if (!list_empty(&unlinked_entries))
			unlinked_grace = rtp_grace_start();
	}
	if (list_empty(&unlinked_entries))
		WRITE_ONCE(next_kick, jiffies + IDLE_KICK_JIFFIES);
	else
		kthread_queue_delayed_work(rtp_worker, &tasks_work, msecs_to_jiffies(GRACE_MS));
}

static void tasks_tidy(struct kthread_work *unused)
{
	bool retire;

	rtp_tasks_lock();
	find_exited();
	/*
	 * A task's exit sets the flag before its entry is unlinked. Read the flag after unlinking,
	 * so that afterwards no row refers to an unlinked entry.
	 */
	free_unlinked();
	raw_spin_lock_irq(&pool_lock);
	retire = rows_to_retire;
	rows_to_retire = false;
	raw_spin_unlock_irq(&pool_lock);
	if (retire)
		retire_rows();
	rtp_tasks_unlock();
}

static void tasks_kicked(void)
{
	kthread_queue_delayed_work(rtp_worker, &tasks_work, 0);
}

void rtp_tasks_convert_clock(void)
{
	u32 i;

	rtp_tasks_discard_waits();
	for (i = 0; i < entries_max; i++) {
		WRITE_ONCE(task_entries[i].runtime,
			   rtp_clock_to_ns(rtp_clock_chosen, task_entries[i].runtime));
		task_entries[i].irq.origin.entry = 0;
	}
}

void rtp_tasks_discard_preempted(void)
{
	u32 i;

	for (i = 0; i < entries_max; i++)
		rtp_task_count_preempted(&task_entries[i], -1);
}

void rtp_tasks_discard_waits(void)
{
	u32 i;

	for (i = 0; i < entries_max; i++)
		WRITE_ONCE(task_entries[i].woken, 0);
	rtp_tasks_discard_preempted();
}

void rtp_tasks_discard_works(void)
{
	u32 i;

	for (i = 0; i < entries_max; i++)
		WRITE_ONCE(task_entries[i].work.function, NULL);
}

void rtp_tasks_queue_sweep(void)
{
	kthread_queue_delayed_work(rtp_worker, &tasks_work, 0);
}

u64 rtp_task_serial(u32 index)
{
	return READ_ONCE(task_entries[index].serial);
}

u32 rtp_task_index(const struct rtp_task_entry *entry)
{
	return entry - task_entries;
}

u32 rtp_tasks_held(void)
{
	return entries_max - READ_ONCE(free_count);
}

u32 rtp_tasks_max(void)
{
	return entries_max;
}

size_t rtp_tasks_bytes(void)
{
	return entries_max * sizeof(*task_entries) +
	       (sizeof(*rtp_task_heads) << (64 - rtp_task_heads_shift));
}

int rtp_tasks_init(u32 max_tasks)
{
	u32 i, n;

	kthread_init_delayed_work(&tasks_work, tasks_tidy);
	INIT_LIST_HEAD(&unlinked_entries);
	rtp_handover_init(&tasks_handover, tasks_kicked);
	n = 2 * roundup_pow_of_two(max_tasks);
	rtp_task_heads_shift = 64 - ilog2(n);
	task_entries = kvcalloc(max_tasks, sizeof(*task_entries), GFP_KERNEL);
	rtp_task_heads = kvcalloc(n, sizeof(*rtp_task_heads), GFP_KERNEL);
	if (!task_entries || !rtp_task_heads) {
		kvfree(task_entries);
		kvfree(rtp_task_heads);
		return -ENOMEM;
	}
	next_kick = jiffies;
	entries_max = max_tasks;
	free_count = max_tasks;
	for (i = 0; i < max_tasks; i++)
		list_add_tail(&task_entries[i].list, &free_entries);
	return 0;
}

/* The work can kick the housekeeping, so it is cancelled while the housekeeping still runs. */
void rtp_tasks_stop(void)
{
	rtp_handover_exit(&tasks_handover);
	kthread_cancel_delayed_work_sync(&tasks_work);
}

void rtp_tasks_exit(void)
{
	rtp_housekeeping_expect_over();
	kvfree(task_entries);
	kvfree(rtp_task_heads);
}
