// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/lock.h"

#include <linux/hash.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <asm/irq_regs.h>
#include <trace/events/lock.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/grace.h"
#include "base/held.h"
#include "base/nmi.h"
#include "base/tracepoint.h"
#include "compat/lock.h"
#include "recorder/recorder.h"

/*
 * log2 of the slots for waiting tasks. A hash of the task selects the slot. If two tasks share a
 * slot, the later wait overwrites the earlier one.
 */
#define WAITS_BITS 8

/* Words of a struct rt_mutex_waiter that are searched for the address of the waiting task. */
#define WAITER_WORDS 24

struct wait {
	atomic_t busy;
	struct task_struct *task;	/* compared, never dereferenced; NULL: empty */
	struct pt_regs entered;		/* the task's registers when it entered the kernel */
	unsigned long lock;
	u64 begin;			/* ns of CLOCK_MONOTONIC */
	bool has_owner;
	struct rtp_task owner;
	unsigned int frames;
	unsigned long stack[RTP_LOCK_STACK];
};

static struct wait *waits;
static atomic64_t missed;
static DEFINE_MUTEX(hooks_mutex);
static bool hooked, closed;
static siphash_key_t address_key;

static struct wait *lock_place_of(const struct task_struct *task)
{
	return &waits[hash_ptr(task, WAITS_BITS)];
}

/*
 * Tries to acquire a slot. Two tasks rarely use one slot at the same time, and only for some
 * instructions. The second one gives up, which is counted.
 */
static bool lock_take(struct wait *wait)
{
	if (!atomic_cmpxchg_acquire(&wait->busy, 0, 1))
		return true;
	atomic64_inc(&missed);
	return false;
}

static void lock_give(struct wait *wait)
{
	atomic_set_release(&wait->busy, 0);
}

#ifdef RTPROBE_HAVE_CONTENTION_TRACEPOINTS

/* Records that this task waits, or no longer waits, for a lock. Interrupts are off. */
static void lock_record(enum rtprobe_trace_event kind, const void *lock)
{
	rtp_recorder_add(this_cpu_ptr(rtp_cpus), kind, (uintptr_t)lock & ~(0xffull << 56),
			 rtp_clock_now());
}

/*
 * Returns the owner of a contended lock. The owner of an rt_mutex cannot exit: this task holds its
 * wait_lock, and the owner of a lock with waiters needs that to release it. The owner of a mutex
 * may exit, but its task_struct is freed by RCU, and preemption is off here.
 */
static struct task_struct *lock_owner_of(void *lock, unsigned int flags)
{
	/*
	 * With LCB_F_READ or LCB_F_WRITE it is the base of a read-write lock, which has no owner.
	 */
	if (flags == LCB_F_RT)
		return (struct task_struct *)((unsigned long)((compat_rt_mutex *)lock)->owner &
					      ~1UL);
	return flags & LCB_F_MUTEX ? compat_mutex_owner(lock) : NULL;
}

static void notrace contention_begin(void *unused, void *lock, unsigned int flags)
{
	struct wait *wait = lock_place_of(current);
	struct task_struct *owner;
	unsigned long irq_flags;
	struct rtp_cpu *c;
	u64 since;

	if (rtp_refuse_nmi())
		return;
	/*
	 * A handler on this CPU may contend, too. If it ran between lock_take and lock_give, it
	 * would spin in contention_end for ever.
	 */
	local_irq_save(irq_flags);
	c = this_cpu_ptr(rtp_cpus);
	since = rtp_cost_hook_begin(&c->cost);
	lock_record(RTPROBE_TRACE_EVENT_CONTENTION_BEGIN, lock);
	if (lock_take(wait)) {
		rcu_read_lock();
		owner = lock_owner_of(lock, flags);
		wait->has_owner = owner;
		if (owner)
			rtp_task_describe(&wait->owner, owner);
		rcu_read_unlock();
		wait->lock = (unsigned long)lock;
		wait->begin = ktime_get_mono_fast_ns();
		wait->entered = *task_pt_regs(current);
		wait->frames = stack_trace_save(wait->stack, RTP_LOCK_STACK, 1);
		wait->task = current;
		lock_give(wait);
	}
	rtp_cost_hook_end(&c->cost, since);
	local_irq_restore(irq_flags);
}

static void notrace contention_end(void *unused, void *lock, int ret)
{
	struct wait *wait = lock_place_of(current);
	unsigned long irq_flags;
	struct rtp_cpu *c;
	u64 since;

	if (rtp_refuse_nmi())
		return;
	local_irq_save(irq_flags);
	c = this_cpu_ptr(rtp_cpus);
	since = rtp_cost_hook_begin(&c->cost);
	lock_record(RTPROBE_TRACE_EVENT_CONTENTION_END, lock);
	/*
	 * The end must not be skipped, or the wait would be attributed to the task for good. The
	 * holder of the slot runs on another CPU with interrupts off, so the spin is short.
	 */
	while (atomic_cmpxchg_acquire(&wait->busy, 0, 1))
		cpu_relax();
	if (wait->task == current && wait->lock == (unsigned long)lock)
		wait->task = NULL;
	lock_give(wait);
	rtp_cost_hook_end(&c->cost, since);
	local_irq_restore(irq_flags);
}

/* contention_end is registered first, so that each recorded begin has its end. */
static struct rtp_hook contention_hooks[] = {
	{ .name = "contention_end", .probe = { contention_end, contention_end } },
	{ .name = "contention_begin", .probe = { contention_begin, contention_begin } },
};

static void __maybe_unused check_lock_types(void)
{
	check_trace_callback_type_contention_begin(contention_begin);
	check_trace_callback_type_contention_end(contention_end);
}

static bool lock_hook(void)
{
	return rtp_hooks_find(contention_hooks, ARRAY_SIZE(contention_hooks)) ==
		       ARRAY_SIZE(contention_hooks) &&
	       !rtp_hooks_register(contention_hooks, ARRAY_SIZE(contention_hooks));
}

static void lock_unhook(void)
{
	rtp_hooks_unregister(contention_hooks, ARRAY_SIZE(contention_hooks));
}

#else

static bool lock_hook(void)
{
	return false;
}

static void lock_unhook(void)
{
}

#endif

static bool interrupted_user(void)
{
	struct pt_regs *regs = get_irq_regs();

	return regs && user_mode(regs);
}

/*
 * Whether the task has been in user mode since its wait began, so that the end of the wait was
 * missed. The registers with which it entered the kernel do not change before. They can be the same
 * after it: the task may have repeated a system call. Kernel threads have none.
 */
static bool has_left_kernel(const struct wait *wait, struct task_struct *task)
{
	return (task == current && interrupted_user()) ||
	       memcmp(&wait->entered, task_pt_regs(task), sizeof(wait->entered));
}

static bool note_contention(struct rtp_lock_note *note, struct task_struct *task)
{
	struct wait *wait = lock_place_of(task);
	bool waits_now;

	if (!READ_ONCE(hooked) || !lock_take(wait))
		return false;
	if (wait->task == task && has_left_kernel(wait, task))
		wait->task = NULL;
	waits_now = wait->task == task;
	if (waits_now) {
		note->evidence = RTPROBE_LOCK_EVIDENCE_CONTENTION;
		note->address = wait->lock;
		note->wait = ktime_get_mono_fast_ns() - wait->begin;
		note->has_owner = wait->has_owner;
		note->owner = wait->owner;
		note->frames = wait->frames;
		memcpy(note->stack, wait->stack, sizeof(note->stack));
	}
	lock_give(wait);
	return waits_now;
}

static bool note_held(struct rtp_lock_note *note, struct task_struct *task)
{
#ifdef CONFIG_LOCKDEP
	unsigned int i;

	if (task != current || !debug_locks)
		return false;
	note->evidence = RTPROBE_LOCK_EVIDENCE_LOCKDEP;
	note->held = min_t(unsigned int, task->lockdep_depth, RTP_LOCKS_HELD);
	for (i = 0; i < note->held; i++) {
		const struct lockdep_map *map = task->held_locks[i].instance;

		note->lock[i].address = (unsigned long)map;
		strscpy(note->lock[i].name, map->name ?: "", RTP_LOCK_NAME);
	}
	return true;
#else
	return false;
#endif
}

#ifdef CONFIG_RT_MUTEXES

static unsigned long word_at(const void *address)
{
	unsigned long word;

	return copy_from_kernel_nofault(&word, address, sizeof(word)) ? 0 : word;
}

/*
 * Notes the owner of an rt_mutex if it is a live task. The pointer may be stale, so the task is
 * looked up by its pid.
 */
static void note_owner(struct rtp_lock_note *note, unsigned long lock)
{
	struct task_struct *owner;
	pid_t pid;

	owner = (struct task_struct *)(word_at((void *)(lock + offsetof(compat_rt_mutex, owner))) &
				       ~1UL);
	if (!owner || copy_from_kernel_nofault(&pid, &owner->pid, sizeof(pid)))
		return;
	rcu_read_lock();
	note->has_owner = pid > 0 && pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID) == owner;
	if (note->has_owner)
		rtp_task_describe(&note->owner, owner);
	rcu_read_unlock();
}

/*
 * Notes the rt_mutex that a task waits for. A struct rt_mutex_waiter is on the waiting task's
 * stack. It is private to the kernel and differs between versions. In all of them the lock follows
 * the task, so the position of the task's address shows where the lock is.
 */
static bool note_blocked(struct rtp_lock_note *note, struct task_struct *task)
{
	const unsigned long *waiter = (const unsigned long *)READ_ONCE(task->pi_blocked_on);
	unsigned int i;

	if (!waiter)
		return false;
	for (i = 0; i < WAITER_WORDS && word_at(waiter + i) != (unsigned long)task; i++)
		;
	if (i == WAITER_WORDS)
		return false;
	note->address = word_at(waiter + i + 1);
	if (!note->address)
		return false;
	note->evidence = RTPROBE_LOCK_EVIDENCE_BLOCKED_ON;
	note_owner(note, note->address);
	return true;
}

#else

static bool note_blocked(struct rtp_lock_note *note, struct task_struct *task)
{
	return false;
}

#endif

void rtp_locks_note(struct rtp_lock_note *note, struct task_struct *task)
{
	note->evidence = RTPROBE_LOCK_EVIDENCE_NONE;
	note->held = 0;
	note->wait = 0;
	note->frames = 0;
	note->has_owner = false;
	if (task && !note_held(note, task) && !note_contention(note, task))
		note_blocked(note, task);
}

bool rtp_locks_waits(const struct task_struct *task)
{
	const struct wait *wait = lock_place_of(task);

	/* The task itself notes its wait. If the end of an earlier one was missed, it has left. */
	return READ_ONCE(hooked) && READ_ONCE(wait->task) == task &&
	       !memcmp(&wait->entered, task_pt_regs((struct task_struct *)task),
		       sizeof(wait->entered));
}

u64 rtp_lock_hash(unsigned long address)
{
	return siphash_1u64(address, &address_key);
}

/*
 * Returns whether RCU grace periods end. Registering and unregistering hooks may wait for one, so
 * the hooks stay unchanged while none ends. The first call waits for a bounded time; later calls
 * poll the same grace period. Callers repeat this whenever rows or rules change.
 */
static bool grace_periods_end(void)
{
	static unsigned long grace;
	static bool awaited;

	if (!awaited) {
		grace = rtp_grace_start();
		awaited = rtp_held_check();
	} else if (rtp_grace_is_over(grace)) {
		awaited = false;
	}
	return !awaited;
}

static void switch_hooks(bool on)
{
	unsigned int i;

	if (on == hooked || closed || !grace_periods_end())
		return;
	if (on) {
		/* Discard waits whose end was missed while the hooks were off. */
		for (i = 0; i < 1 << WAITS_BITS; i++)
			waits[i].task = NULL;
		WRITE_ONCE(hooked, lock_hook());
		return;
	}
	lock_unhook();
	WRITE_ONCE(hooked, false);
}

void rtp_locks_want(bool wanted)
{
	mutex_lock(&hooks_mutex);
	switch_hooks(wanted);
	mutex_unlock(&hooks_mutex);
}

bool rtp_locks_hooked(void)
{
	return READ_ONCE(hooked);
}

u64 rtp_locks_missed(void)
{
	return atomic64_read(&missed);
}

size_t rtp_locks_bytes(void)
{
	return sizeof(*waits) << WAITS_BITS;
}

int rtp_locks_init(void)
{
	get_random_bytes(&address_key, sizeof(address_key));
	waits = kvcalloc(1 << WAITS_BITS, sizeof(*waits), GFP_KERNEL);
	return waits ? 0 : -ENOMEM;
}

void rtp_locks_exit(void)
{
	mutex_lock(&hooks_mutex);
	if (hooked)
		lock_unhook();
	WRITE_ONCE(hooked, false);
	closed = true;
	mutex_unlock(&hooks_mutex);
	kvfree(waits);
	waits = NULL;
}
