// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/cycle.h"

#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm_types.h>	/* the trace header forgets it */
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/unistd.h>
#include <trace/events/sched.h>

#include "base/edge.h"
#include "base/lost.h"
#include "base/measure.h"
#include "base/tracepoint.h"
#include "capture/capture.h"
#include "capture/judge.h"
#include "compat/callback.h"
#include "compat/cycle.h"
#include "hooks/queue_site.h"
#include "hooks/sched.h"
#include "hooks/wait.h"
#include "recorder/marker.h"
#include "tasks/cycle.h"
#include "values/record.h"

/* Maximum number of tasks that are watched at once. */
#define CYCLES_MAX 64

/* How often in a row a task that no timer wakes sleeps in the same system call until it counts. */
#define CYCLES_TO_LEARN 8

DEFINE_STATIC_KEY_FALSE(rtp_cycle_key);

/* How many distances a period is found from, at least. */
#define DISTANCES_MIN 16

/* After how many cycles in a row that began late the grid of a given period moves. */
#define GRID_CYCLES 64

/* The same for a new grid: many loops begin with a cycle that is not on it. */
#define GRID_CYCLES_NEW 8

/* A cycle that begins by at most this part of the period before a point begins at that point. */
#define GRID_EARLY 32

static struct rtp_cycle cycles[CYCLES_MAX];
/* Of the measures of this file, those that are on. */
static u32 cycles_on;
static const void *timer_wakes_task;	/* the function of the timer that a task sleeps for */

/*
 * Gives a task a free cycle, or that of a task that has exited. Returns it, NULL if all are used.
 * The caller stores that.
 */
static struct rtp_cycle *cycle_claim(struct rtp_task_entry *entry)
{
	unsigned int i;

	for (i = 0; i < CYCLES_MAX; i++) {
		struct rtp_task_entry *owner = READ_ONCE(cycles[i].owner);

		if (owner && owner->cycle == &cycles[i] && rtp_task_state(owner) == RTP_TASK_LIVE)
			continue;
		/* Before it has an owner, so that no other CPU takes it from this one. */
		WRITE_ONCE(entry->cycle, &cycles[i]);
		if (cmpxchg(&cycles[i].owner, owner, entry) != owner)
			continue;
		static_assert(!offsetof(struct rtp_cycle, owner));
		memset((char *)&cycles[i] + sizeof(cycles[i].owner), 0,
		       sizeof(cycles[i]) - sizeof(cycles[i].owner));
		return &cycles[i];
	}
	rtp_lost_add(RTP_LOST_NO_TASK, 1);
	return NULL;
}

/* Evaluates the rules for a task. Returns its cycle, NULL if it is not watched. */
static noinline struct rtp_cycle *cycle_judge(struct rtp_task_entry *entry,
					      const struct task_struct *task)
{
	u32 none = READ_ONCE(rtp_rules_watch_none);
	u64 period;
	int watched = rtp_rules_watch_task(task, &period);
	struct rtp_cycle *cycle = watched > 0 ? READ_ONCE(entry->cycle) : NULL;

	if (watched > 0 && (!cycle || READ_ONCE(cycle->owner) != entry))
		cycle = cycle_claim(entry);
	if (cycle && cycle->period != period) {
		WRITE_ONCE(cycle->period, period);
		cycle->origin = 0;
	}
	WRITE_ONCE(entry->cycle, cycle);
	/* A task whose cgroup is unknown is evaluated again. */
	if (watched >= 0)
		entry->watch = none | !!cycle;
	return cycle;
}

/* On the CPU that switches from or to the task. */
static struct rtp_cycle *cycle_of(struct rtp_task_entry *entry, const struct task_struct *task)
{
	if (likely(entry->watch == (READ_ONCE(rtp_rules_watch_none) | 1)))
		return entry->cycle;
	return cycle_judge(entry, task);
}

/* Returns the cycle of a task, NULL if it has none; on any CPU. */
static struct rtp_cycle *cycle_find(const struct task_struct *task)
{
	struct rtp_task_entry *entry = rtp_task_find(task);
	struct rtp_cycle *cycle = entry ? READ_ONCE(entry->cycle) : NULL;

	return cycle && READ_ONCE(cycle->owner) == entry ? cycle : NULL;
}

static void add_cycle_leg(struct rtp_cycle *cycle, const struct rtp_cycle_leg *leg)
{
	struct rtp_cycle_legs *legs = &cycle->legs;
	struct rtp_cycle_leg *last = legs->n ? &legs->leg[legs->n - 1] : NULL;

	if (last && last->kind == leg->kind && last->cpu == leg->cpu && last->call == leg->call) {
		last->until = leg->until;
		last->recorded = leg->recorded;
		return;
	}
	if (legs->n < RTP_CYCLE_LEGS) {
		legs->leg[legs->n++] = *leg;
		return;
	}
	last->kind = RTP_LEG_UNKNOWN;
	last->until = leg->until;
}

/* The task could run on @cpu until @until. @c: this CPU. */
static void add_ready(const struct rtp_cpu *c, struct rtp_cycle *cycle, u32 cpu, u64 until)
{
	add_cycle_leg(cycle, &(struct rtp_cycle_leg) {
		.kind = RTP_LEG_READY,
		.cpu = cpu,
		.until = until,
		.recorded = cpu == c->cpu ? local_read(&c->recorded) : 0,
	});
}

/* It slept on @cpu, within its cycle, until @until. */
static void add_blocked(struct rtp_cycle *cycle, const struct rtp_task_entry *entry, u64 until,
			bool has_waker)
{
	struct rtp_cycle_legs *legs = &cycle->legs;
	unsigned int before = legs->n;
	struct rtp_cycle_wait *wait;

	add_cycle_leg(cycle, &(struct rtp_cycle_leg) {
		.kind = RTP_LEG_BLOCKED,
		.wait = min_t(unsigned int, legs->waits, RTP_CYCLE_WAITS - 1),
		.cpu = cycle->cpu,
		.call = cycle->slept_in,
		.until = until,
	});
	if (legs->n == before || legs->waits == RTP_CYCLE_WAITS)
		return;
	wait = &legs->wait[legs->waits++];
	*wait = (struct rtp_cycle_wait) { .kind = cycle->slept_for, .has_waker = has_waker };
	if (!has_waker)
		return;
	wait->in_interrupt = cycle->woken_in_interrupt;
	wait->released = cycle->woken_in_futex && !wait->in_interrupt &&
			 (wait->kind == RTPROBE_WAIT_FUTEX ||
			  wait->kind == RTPROBE_WAIT_FUTEX_PI);
	wait->cpu = entry->waker_cpu;
	wait->recorded = entry->waker_recorded;
	wait->waker = entry->waker;
}

static void count_sleep(struct rtp_cycle_sleeps *sleeps, u64 ns)
{
	WRITE_ONCE(sleeps->count, sleeps->count + 1);
	WRITE_ONCE(sleeps->sum, sleeps->sum + ns);
	WRITE_ONCE(sleeps->max, max(sleeps->max, ns));
}

static bool is_on(enum rtprobe_measure measure)
{
	return READ_ONCE(cycles_on) & BIT(measure);
}

/* Puts a distance in its place in the sorted ones, for another one that is among them. */
static void sort_in(struct rtp_cycle *cycle, u64 gone, u64 distance)
{
	u64 *sorted = cycle->sorted;
	unsigned int n = cycle->n_sorted, i;

	if (n < RTP_CYCLE_DISTANCES) {
		i = cycle->n_sorted++;
	} else {
		i = 0;
		while (i < n - 1 && sorted[i] < gone)
			i++;
	}
	for (; i + 1 < n && sorted[i + 1] < distance; i++)
		sorted[i] = sorted[i + 1];
	for (; i && sorted[i - 1] > distance; i--)
		sorted[i] = sorted[i - 1];
	sorted[i] = distance;
}

static void note_distance(struct rtp_cycle *cycle, u64 called)
{
	u64 *place = &cycle->distance[cycle->distances % RTP_CYCLE_DISTANCES];
	u64 gone = *place;

	if (!cycle->called || (s64)(called - cycle->called) <= 0)
		return;
	*place = called - cycle->called;
	cycle->distances++;
	if (is_on(RTPROBE_MEASURE_START_JITTER))
		sort_in(cycle, gone, *place);
}

/* Converts ns to a difference of two shared times. */
static u64 shared_from_ns(u64 ns)
{
	return rtp_clock_is_shared(rtp_clock_chosen) ? rtp_clock_from_ns(ns) : ns;
}

/* Moves the grid to a cycle that is on time. */
static u64 grid_move(struct rtp_cycle *cycle, u64 origin)
{
	cycle->origin = origin;
	cycle->point = 0;
	cycle->least = 0;
	cycle->on_grid = 1;
	return origin;
}

/* Returns the point of the grid at which a cycle begins that was called at @called. */
static u64 grid_point(struct rtp_cycle *cycle, u64 called)
{
	unsigned int enough = cycle->grid_old ? GRID_CYCLES : GRID_CYCLES_NEW;
	u64 period = cycle->period, since, point, n, late;

	since = rtp_clock_shared_to_ns(rtp_clock_chosen, called - cycle->origin);
	n = max(div64_u64(since + div_u64(period, GRID_EARLY), period), cycle->point + 1);
	if (!cycle->origin || (s64)(called - cycle->origin) < 0 ||
	    n - cycle->point > GRID_CYCLES) {
		cycle->grid_old = false;
		return grid_move(cycle, called);
	}
	point = cycle->origin + shared_from_ns(n * period);
	late = called - point;
	if ((s64)late < 0)
		return grid_move(cycle, called);
	cycle->point = n;
	cycle->least = cycle->on_grid ? min(cycle->least, late) : late;
	if (++cycle->on_grid < enough)
		return point;
	grid_move(cycle, point + cycle->least);
	cycle->on_grid = 0;
	cycle->grid_old = true;
	return point;
}

/* Returns the period in ns, 0 if it is not known yet. */
static u64 known_period(const struct rtp_cycle *cycle)
{
	if (cycle->period)
		return cycle->period;
	if (cycle->n_sorted < DISTANCES_MIN)
		return 0;
	return rtp_clock_shared_to_ns(rtp_clock_chosen, cycle->sorted[cycle->n_sorted / 2]);
}

/* Records the jitter of a cycle that starts at @now, a shared time. */
static void record_jitter(struct rtp_cpu *c, struct rtp_cycle *cycle,
			  const struct task_struct *task, u64 now)
{
	u64 period = known_period(cycle), before = cycle->started;
	struct rtp_row *row;
	s64 apart;

	cycle->started = now;
	if (!before || !period)
		return;
	apart = rtp_clock_shared_to_ns(rtp_clock_chosen, now - before) - period;
	row = rtp_task_row(c, RTPROBE_MEASURE_START_JITTER, task->pid, cycle->owner);
	/* The threshold of a rule for all measures makes no spike here. */
	if (row && rtp_is_possible(now - before))
		(void)rtp_record(row, abs(apart));
}

/* How a cycle begins. Shared times. */
struct cycle_start {
	u64 woken;	/* when the task was woken, or wrote the marker */
	u64 fired;	/* when its timer did; 0: it did not, or is not known */
	u64 now;	/* since when the task runs, or continues to run */
	u64 net;	/* its run time by then, in ticks */
	bool has_waker;
};

/* Legs from the begin of a cycle until its task was called. */
static void add_before_call(const struct rtp_cpu *c, struct rtp_cycle *cycle,
			    const struct cycle_start *start)
{
	u64 awake = cycle->by_marker ? cycle->woken : cycle->called;

	/* The cycle before took longer than until this one should have begun. */
	if ((s64)(cycle->slept - cycle->begin) > 0 && !cycle->by_marker)
		add_ready(c, cycle, cycle->cpu, cycle->slept);
	/* A task that writes markers can have slept more than once before. */
	if ((s64)(cycle->slept - cycle->begin) > 0 && cycle->by_marker)
		add_cycle_leg(cycle, &(struct rtp_cycle_leg) {
			.kind = RTP_LEG_UNKNOWN,
			.until = cycle->slept,
		});
	if (cycle->period && (s64)(awake - cycle->begin) > 0 && (s64)(awake - cycle->slept) > 0)
		add_blocked(cycle, cycle->owner, awake, start->has_waker);
	if (cycle->by_marker && (s64)(cycle->called - cycle->begin) > 0)
		add_ready(c, cycle, c->cpu, cycle->called);
}

/* Begins a cycle of a task. */
static void cycle_begin(struct rtp_cpu *c, struct rtp_cycle *cycle,
			const struct task_struct *task, const struct cycle_start *start)
{
	u64 fired = start->fired, now = start->now, called = fired ? cycle->expiry : start->woken;

	if ((s64)(now - called) < 0)
		called = now;
	note_distance(cycle, called);
	cycle->called = called;
	if (is_on(RTPROBE_MEASURE_START_JITTER))
		record_jitter(c, cycle, task, now);
	cycle->open = true;
	cycle->legs.n = cycle->legs.waits = 0;
	cycle->minor = task->min_flt;
	cycle->major = task->maj_flt;
	cycle->begin = cycle->period ? grid_point(cycle, called) : called;
	cycle->net = start->net;
	cycle->gross = 0;
	memset(cycle->part, 0, sizeof(cycle->part));
	cycle->part[RTP_CYCLE_LATE] = now - cycle->begin;
	if (fired || cycle->period)
		add_before_call(c, cycle, start);
	if (fired && (!cycle->legs.n || (s64)(fired - cycle->slept) > 0))
		add_cycle_leg(cycle, &(struct rtp_cycle_leg) {
			.kind = RTP_LEG_TIMER,
			.cpu = cycle->fired_cpu,
			.until = fired,
			.recorded = cycle->fired_recorded,
		});
}

static void cycle_capture(struct rtp_cpu *c, const struct rtp_row *row, struct rtp_cycle *cycle,
			  struct task_struct *task, u64 ns, u64 end, u64 now)
{
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.legs = &cycle->legs,
	};
	unsigned int i;

	for (i = 0; i < cycle->legs.n; i++) {
		struct rtp_cycle_leg *leg = &cycle->legs.leg[i];

		leg->until = now - rtp_clock_shared_to_ticks(end - leg->until);
		if (leg->kind <= RTP_LEG_TIMER && leg->cpu != c->cpu &&
		    value.chain_cpus < RTP_CHAIN_CPUS)
			value.chain_cpu[value.chain_cpus++] = leg->cpu;
	}
	rtp_capture(c, row, &value);
}

/* Adds a cycle that ended to the sums. @net: the task's run time by then, in ticks. */
static void cycle_sum(struct rtp_cycle *cycle, const struct task_struct *task, u64 net)
{
	u64 ran = rtp_clock_to_ns(rtp_clock_chosen, net - cycle->net);
	u64 gross = rtp_clock_shared_to_ns(rtp_clock_chosen, cycle->gross);
	unsigned int i;

	for (i = 0; i < RTP_CYCLE_SUMS; i++) {
		u64 ns = i == RTP_CYCLE_RAN	      ? min(ran, gross) :
			 i == RTP_CYCLE_INTERRUPTED ? gross - min(ran, gross) :
						      rtp_clock_shared_to_ns(rtp_clock_chosen,
									     cycle->part[i]);

		WRITE_ONCE(cycle->sum[i], cycle->sum[i] + ns);
		WRITE_ONCE(cycle->max[i], max(cycle->max[i], ns));
	}
	WRITE_ONCE(cycle->minor_faults, cycle->minor_faults + task->min_flt - cycle->minor);
	WRITE_ONCE(cycle->major_faults, cycle->major_faults + task->maj_flt - cycle->major);
	WRITE_ONCE(cycle->count, cycle->count + 1);
}

/*
 * Ends a cycle on the CPU of its task: at @end, a shared time, which is @now in ticks. @net as
 * above.
 */
static void cycle_end(struct rtp_cpu *c, struct rtp_task_entry *entry, struct rtp_cycle *cycle,
		      struct task_struct *task, u64 end, u64 now, u64 net)
{
	s64 past = end - cycle->begin;
	struct rtp_row *row;
	u64 ns;

	cycle->open = false;
	if (!rtp_is_possible(past))
		return;
	cycle_sum(cycle, task, net);
	if (!is_on(RTPROBE_MEASURE_RESPONSE_TIME))
		return;
	ns = rtp_clock_shared_to_ns(rtp_clock_chosen, past);
	row = rtp_task_row(c, RTPROBE_MEASURE_RESPONSE_TIME, task->pid, entry);
	if (row && rtp_record(row, ns))
		cycle_capture(c, row, cycle, task, ns, end, now);
}

static bool is_nanosleep(u32 call)
{
	return call == __NR_clock_nanosleep || call == __NR_nanosleep;
}

/* Finds out from a wakeup what the task sleeps in between two cycles. */
static void cycle_learn(struct rtp_cycle *cycle, u32 call, bool by_timer)
{
	if (call == RTP_NO_CALL || (cycle->by_timer && is_nanosleep(cycle->call)))
		return;
	if (by_timer) {
		cycle->call = call;
		cycle->by_timer = cycle->learned = true;
	} else if (!cycle->learned) {
		cycle->same = cycle->call == call ? cycle->same + 1 : 1;
		cycle->call = call;
		cycle->learned = cycle->same >= CYCLES_TO_LEARN;
	}
}

void rtp_cycle_leave(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *prev,
		     unsigned int state, u64 now)
{
	struct rtp_cycle *cycle = cycle_of(entry, prev);
	u64 shared;

	if (!cycle)
		return;
	shared = rtp_clock_shared(rtp_clock_chosen, now);
	cycle->cpu = c->cpu;
	cycle->asleep = state;
	cycle->left = shared;
	cycle->gross += shared - cycle->ran_from;
	if (!state)
		return;
	cycle->slept = shared;
	cycle->slept_in = rtp_wait_call(prev);
	/* Uninterruptible sleeps are for the disk, a page or a lock. */
	cycle->inside = cycle->open && (cycle->by_marker || !(state & TASK_INTERRUPTIBLE) ||
					!cycle->learned || cycle->slept_in != cycle->call);
	if (cycle->inside || cycle->period)
		cycle->slept_for = rtp_wait_judge(prev, state, cycle->slept_in);
	if (!cycle->open)
		return;
	add_ready(c, cycle, c->cpu, shared);
	if (state & TASK_DEAD)
		cycle->open = false;
	else if (!cycle->inside)
		cycle_end(c, entry, cycle, prev, shared, now, entry->runtime);
}

void rtp_cycle_arrive(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *next,
		      u64 woken, u64 now)
{
	struct rtp_cycle *cycle = cycle_of(entry, next);
	bool has_waker;
	u64 shared, fired;

	if (!cycle)
		return;
	shared = rtp_clock_shared(rtp_clock_chosen, now);
	if (cycle->asleep) {
		has_waker = woken;
		/* It may have been woken while it was being switched out. */
		if (!woken || (s64)(woken - cycle->slept) < 0)
			woken = cycle->slept;
		cycle->woken = woken;
		fired = READ_ONCE(cycle->fired);
		if (fired && (s64)(fired - cycle->arrived) < 0)
			fired = 0;
		if (cycle->inside) {
			add_blocked(cycle, entry, woken, has_waker);
			count_sleep(&cycle->sleeps[cycle->slept_for],
				    rtp_clock_shared_to_ns(rtp_clock_chosen,
							   woken - cycle->slept));
			cycle->part[RTP_CYCLE_BLOCKED] += woken - cycle->slept;
			cycle->part[RTP_CYCLE_WAITED] += shared - woken;
		} else {
			cycle_learn(cycle, cycle->slept_in, fired);
			if (cycle->learned && !cycle->by_marker)
				cycle_begin(c, cycle, next, &(struct cycle_start) {
					.woken = woken,
					.fired = fired,
					.now = shared,
					.net = entry->runtime,
					.has_waker = has_waker,
				});
		}
		WRITE_ONCE(cycle->fired, 0);
	} else if (cycle->open) {
		if (cycle->cpu != c->cpu)
			add_ready(c, cycle, cycle->cpu, shared);
		cycle->part[RTP_CYCLE_WAITED] += shared - cycle->left;
	}
	cycle->asleep = false;
	cycle->arrived = cycle->ran_from = shared;
	cycle->cpu = c->cpu;
}

/* The timer of a task expired before the task slept: the task goes on with its next cycle. */
static void cycle_go_on(struct rtp_cpu *c, struct rtp_cycle *cycle, struct task_struct *task,
			u64 shared, u64 now)
{
	struct rtp_task_entry *entry = cycle->owner;
	u32 call = rtp_wait_call(task);
	struct rtp_mark mark;
	u64 net;

	if (c->running != entry || cycle->by_marker || cycle->asleep || !is_nanosleep(call))
		return;
	cycle_learn(cycle, call, true);
	if (cycle->call != call)
		return;
	mark = rtp_mark(rtp_clock_chosen, c);
	net = rtp_task_net(c, entry, &mark);
	cycle->cpu = c->cpu;
	cycle->gross += shared - cycle->ran_from;
	if (cycle->open) {
		add_ready(c, cycle, c->cpu, shared);
		cycle_end(c, entry, cycle, task, shared, now, net);
	}
	cycle->slept = cycle->ran_from = shared;
	cycle_begin(c, cycle, task, &(struct cycle_start) {
		.woken = shared,
		.fired = shared,
		.now = shared,
		.net = net,
	});
	WRITE_ONCE(cycle->fired, 0);
}

/* The current task writes a marker. Interrupts off. */
static void cycle_marker(struct rtp_cpu *c, const char *text)
{
	bool begins = !strcmp(text, "cycle begin");
	struct rtp_task_entry *entry = c->running;
	struct rtp_cycle *cycle;
	struct rtp_mark now;
	u64 shared, net;

	if ((!begins && strcmp(text, "cycle end")) || !entry || entry->task != current)
		return;
	cycle = cycle_of(entry, current);
	if (!cycle || (!begins && !(cycle->open && cycle->by_marker)))
		return;
	now = rtp_mark(rtp_clock_chosen, c);
	shared = rtp_clock_shared(rtp_clock_chosen, now.ticks);
	net = rtp_task_net(c, entry, &now);
	cycle->cpu = c->cpu;
	cycle->gross += shared - cycle->ran_from;
	cycle->ran_from = shared;
	if (begins) {
		/* A cycle that did not end has no value. */
		cycle->by_marker = true;
		cycle_begin(c, cycle, current, &(struct cycle_start) {
			.woken = shared,
			.now = shared,
			.net = net,
		});
		return;
	}
	add_ready(c, cycle, c->cpu, shared);
	cycle_end(c, entry, cycle, current, shared, now.ticks, net);
}

void rtp_cycle_note_waker(const struct rtp_task_entry *entry)
{
	struct rtp_cycle *cycle = READ_ONCE(entry->cycle);

	if (!cycle || READ_ONCE(cycle->owner) != entry)
		return;
	cycle->woken_in_interrupt = rtp_queue_site_in_interrupt();
	cycle->woken_in_futex = !cycle->woken_in_interrupt &&
				rtp_wait_is_futex(rtp_wait_call(current));
}

void rtp_cycle_note_inversion(const struct task_struct *task, u64 ns)
{
	struct rtp_cycle *cycle;

	preempt_disable();
	cycle = cycle_find(task);
	if (cycle)
		count_sleep(&cycle->inversions, ns);
	preempt_enable();
}

static noinline void cycle_timer_fired(void *data, struct hrtimer *timer,
				       struct task_struct *task)
{
	struct rtp_cycle *cycle;
	unsigned long flags;
	struct rtp_cpu *c;
	u64 now, ns, late, shared;

	local_irq_save(flags);
	cycle = cycle_find(task);
	if (cycle) {
		c = rtp_hook_cpu(data);
		/* In this order, a stop of the CPU in between shortens the cycle. */
		ns = ktime_get_mono_fast_ns();
		now = rtp_clock_now();
		late = max_t(s64, ns - compat_hrtimer_expiry(timer), 0);
		shared = rtp_clock_is_shared(rtp_clock_chosen) ? now : ns;
		cycle->expiry = rtp_clock_is_shared(rtp_clock_chosen) ?
					now - rtp_clock_from_ns(late) :
					ns - late;
		cycle->fired_cpu = c->cpu;
		cycle->fired_recorded = local_read(&c->recorded);
		smp_store_release(&cycle->fired, shared);
		if (task == current)
			cycle_go_on(c, cycle, task, shared, now);
	}
	local_irq_restore(flags);
}

/* Hard interrupt, or on PREEMPT_RT for ordinary tasks a softirq. */
static void notrace cycle_timer(void *data, struct hrtimer *timer, compat_hrtimer_now now)
{
	struct task_struct *task;

	if (likely(ACCESS_PRIVATE(timer, function) != timer_wakes_task))
		return;
	task = READ_ONCE(container_of(timer, struct hrtimer_sleeper, timer)->task);
	if (task)
		cycle_timer_fired(data, timer, task);
}

/*
 * Under the lock of the runqueue or the task's pi_lock, interrupts off. A task that is woken on
 * another CPU waits there.
 */
static void notrace cycle_migrate(void *data, struct task_struct *task, int to)
{
	struct rtp_cycle *cycle = cycle_find(task);

	if (!cycle)
		return;
	if (cycle->open && !cycle->asleep)
		add_ready(rtp_hook_cpu(data), cycle, task_cpu(task),
			  rtp_clock_shared(rtp_clock_chosen, rtp_clock_now()));
	cycle->cpu = to;
}

static int compare_distances(const void *a, const void *b)
{
	const u64 *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

/* Finds the period, and how far apart nine tenths of the distances are. */
static void find_period(const struct rtp_cycle *cycle, struct rtp_cycle_stat *stat)
{
	unsigned int i, n = min_t(u64, READ_ONCE(cycle->distances), RTP_CYCLE_DISTANCES);
	u64 distance[RTP_CYCLE_DISTANCES];

	if (n < DISTANCES_MIN)
		return;
	for (i = 0; i < n; i++)
		distance[i] = rtp_clock_shared_to_ns(rtp_clock_chosen,
						     READ_ONCE(cycle->distance[i]));
	sort(distance, n, sizeof(distance[0]), compare_distances, NULL);
	stat->period = distance[n / 2];
	stat->spread = distance[n - 1 - n / 20] - distance[n / 20];
}

static void read_sleeps(struct rtp_cycle_sleeps *to, const struct rtp_cycle_sleeps *from)
{
	*to = (struct rtp_cycle_sleeps) {
		.count = READ_ONCE(from->count),
		.sum = READ_ONCE(from->sum),
		.max = READ_ONCE(from->max),
	};
}

bool rtp_cycle_read(const struct rtp_task_entry *entry, struct rtp_cycle_stat *stat)
{
	const struct rtp_cycle *cycle = READ_ONCE(entry->cycle);
	unsigned int i;

	*stat = (struct rtp_cycle_stat) {};
	if (!cycle || READ_ONCE(cycle->owner) != entry)
		return false;
	stat->count = READ_ONCE(cycle->count);
	stat->given = READ_ONCE(cycle->period);
	for (i = 0; i < RTP_CYCLE_SUMS; i++) {
		stat->sum[i] = READ_ONCE(cycle->sum[i]);
		stat->max[i] = READ_ONCE(cycle->max[i]);
	}
	for (i = 0; i < RTPROBE_WAIT_COUNT; i++)
		read_sleeps(&stat->sleeps[i], &cycle->sleeps[i]);
	read_sleeps(&stat->inversions, &cycle->inversions);
	stat->minor_faults = READ_ONCE(cycle->minor_faults);
	stat->major_faults = READ_ONCE(cycle->major_faults);
	find_period(cycle, stat);
	return stat->count;
}

static void __maybe_unused check_cycle_types(void)
{
	check_trace_callback_type_hrtimer_expire_entry(cycle_timer);
	check_trace_callback_type_sched_migrate_task(cycle_migrate);
}

static struct rtp_hook cycle_hooks[] = {
	{ .name = "sched_migrate_task", .probe = { cycle_migrate, cycle_migrate } },
	{ .name = "hrtimer_expire_entry", .probe = { cycle_timer, cycle_timer } },
};

static bool cycle_available(void)
{
	timer_wakes_task = compat_hrtimer_wakeup_function();
	return rtp_hooks_find(cycle_hooks, ARRAY_SIZE(cycle_hooks)) == ARRAY_SIZE(cycle_hooks) &&
	       rtp_sched_find();
}

static void cycles_forget(void)
{
	unsigned int i;

	for (i = 0; i < CYCLES_MAX; i++)
		cycles[i] = (struct rtp_cycle) {};
}

/* What start_jitter knows is of the time when it was on. Its hooks do not use it yet. */
static void jitter_forget(void)
{
	unsigned int i;

	for (i = 0; i < CYCLES_MAX; i++)
		cycles[i].n_sorted = cycles[i].started = 0;
}

/* Begins to follow cycles, unless the other measure does so. */
static int cycles_begin(enum rtprobe_measure measure)
{
	int err;

	if (cycles_on) {
		if (measure == RTPROBE_MEASURE_START_JITTER)
			jitter_forget();
		WRITE_ONCE(cycles_on, cycles_on | BIT(measure));
		return 0;
	}
	rtp_hooks_wait();
	cycles_forget();
	err = rtp_hooks_register(cycle_hooks, ARRAY_SIZE(cycle_hooks));
	if (err)
		return err;
	err = rtp_sched_start(RTP_SCHED_RESPONSE);
	if (err) {
		rtp_hooks_unregister(cycle_hooks, ARRAY_SIZE(cycle_hooks));
		return err;
	}
	WRITE_ONCE(cycles_on, BIT(measure));
	/* Entries can refer to cycles of earlier. */
	rtp_rules_watch_anew();
	static_branch_enable(&rtp_cycle_key);
	WRITE_ONCE(rtp_marker_seen, cycle_marker);
	return 0;
}

static void cycles_end(enum rtprobe_measure measure)
{
	WRITE_ONCE(cycles_on, cycles_on & ~BIT(measure));
	if (cycles_on)
		return;
	/* The hooks are waited for, which is the grace period. */
	WRITE_ONCE(rtp_marker_seen, NULL);
	static_branch_disable(&rtp_cycle_key);
	rtp_sched_stop(RTP_SCHED_RESPONSE);
	rtp_hooks_unregister_early(cycle_hooks, ARRAY_SIZE(cycle_hooks), NULL);
}

static int response_start(u64 period)
{
	return cycles_begin(RTPROBE_MEASURE_RESPONSE_TIME);
}

static void response_stop(void)
{
	cycles_end(RTPROBE_MEASURE_RESPONSE_TIME);
}

const struct rtp_measure rtp_measure_response_time = {
	.available = cycle_available,
	.start = response_start,
	.stop = response_stop,
	.only_by_rule = true,
};

static int jitter_start(u64 period)
{
	return cycles_begin(RTPROBE_MEASURE_START_JITTER);
}

static void jitter_stop(void)
{
	cycles_end(RTPROBE_MEASURE_START_JITTER);
}

const struct rtp_measure rtp_measure_start_jitter = {
	.available = cycle_available,
	.start = jitter_start,
	.stop = jitter_stop,
	.only_by_rule = true,
};
