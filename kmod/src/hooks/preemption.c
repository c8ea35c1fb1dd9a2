// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/preemption.h"

#include <linux/kernel.h>
#include <linux/mm_types.h>	/* the trace header forgets it */
#include <linux/sched.h>
#include <linux/string.h>
#include <trace/events/sched.h>

#include "base/measure.h"
#include "base/tracepoint.h"
#include "capture/capture.h"
#include "compat/sched.h"
#include "hooks/sched.h"
#include "recorder/recorder.h"
#include "tasks/task.h"
#include "values/record.h"

void rtp_preemption_begin(struct rtp_cpu *c, struct rtp_task_entry *entry, bool is_real_time,
			  u64 now)
{
	entry->wait = RTP_WAIT_PREEMPTED;
	entry->moves = 0;
	if (is_real_time)
		rtp_task_count_preempted(entry, c->cpu);
	WRITE_ONCE(entry->woken, rtp_clock_shared(rtp_clock_chosen, now));
}

static void preemption_capture(struct rtp_cpu *c, const struct rtp_row *row,
			       const struct rtp_task_entry *entry, struct task_struct *task,
			       u64 ns, u64 begin, u64 now)
{
	u64 shared = rtp_clock_is_shared(rtp_clock_chosen) ? now : begin + ns;
	unsigned int i, moves = min_t(u32, entry->moves, RTP_TASK_MOVES);
	struct rtp_value value = {
		.ns = ns,
		.begin = now - rtp_clock_from_ns(ns),
		.end = now,
		.victim = task,
		.chain_cpus = moves,
	};

	static_assert(RTP_TASK_MOVES == RTP_CHAIN_CPUS);
	/* The last CPU of the chain comes first. */
	for (i = 0; i < moves; i++) {
		const struct rtp_task_move *move = &entry->move[moves - 1 - i];

		value.chain_cpu[i] = move->from;
		value.chain_until[i] = now - rtp_clock_shared_to_ticks(shared - move->at);
		value.chain_recorded[i] = move->recorded;
	}
	/* Where it was between the first move and the newest is not noted. */
	if (entry->moves > RTP_TASK_MOVES)
		value.chain_cpu[0] = RTP_CHAIN_UNKNOWN;
	rtp_capture(c, row, &value);
}

void rtp_preemption_end(struct rtp_cpu *c, struct rtp_task_entry *entry, struct task_struct *task,
			u64 ns, u64 begin, u64 now)
{
	struct rtp_row *row;

	rtp_task_count_preempted(entry, -1);
	if (!(READ_ONCE(rtp_sched_users) & RTP_SCHED_PREEMPTION))
		return;
	row = rtp_task_row(c, RTPROBE_MEASURE_PREEMPTION_LATENCY, 0, entry);
	if (row && rtp_record(row, ns))
		preemption_capture(c, row, entry, task, ns, begin, now);
}

/* The stopper of a CPU runs before all other tasks. Its priority is that of SCHED_FIFO 99. */
static enum rtprobe_task_class class_of(const struct task_struct *task)
{
	if (is_idle_task(task))
		return RTPROBE_TASK_CLASS_IDLE;
	if (task->prio < 0 || (task->flags & PF_KTHREAD && strstarts(task->comm, "migration/")))
		return RTPROBE_TASK_CLASS_DEADLINE;
	if (task->prio < MAX_RT_PRIO)
		return RTPROBE_TASK_CLASS_REAL_TIME;
	return compat_is_by_fair_server(task) ? RTPROBE_TASK_CLASS_FAIR_SERVER :
						RTPROBE_TASK_CLASS_ORDINARY;
}

void rtp_preemption_switched(struct rtp_cpu *c, const struct task_struct *next, u64 now)
{
	enum rtprobe_task_class class = class_of(next);
	u64 priority = class == RTPROBE_TASK_CLASS_REAL_TIME ? MAX_RT_PRIO - 1 - next->prio : 0;

	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_TASK_CLASS,
			 next->pid | priority << RTP_RECORD_PID_BITS |
				 (u64)class << (2 * RTP_RECORD_PID_BITS),
			 now);
}

/*
 * In sched_migrate_task, under the lock of the runqueue or the task's pi_lock, interrupts off. The
 * task is not on its new runqueue yet.
 */
static noinline void preemption_moved(struct rtp_cpu *c, struct rtp_task_entry *entry,
				      struct task_struct *task, int to)
{
	struct rtp_task_move *move = &entry->move[min_t(u32, entry->moves, RTP_TASK_MOVES - 1)];
	u64 now = rtp_clock_now();
	int from = task_cpu(task);

	*move = (struct rtp_task_move) {
		.from = from,
		.at = rtp_clock_shared(rtp_clock_chosen, now),
		.recorded = from == c->cpu ? local_read(&c->recorded) : 0,
	};
	entry->moves++;
	if (READ_ONCE(entry->counted))
		rtp_task_count_preempted(entry, to);
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_MIGRATE,
			 task->pid | (u64)current->pid << RTP_RECORD_PID_BITS |
				 (u64)to << (2 * RTP_RECORD_PID_BITS),
			 now);
}

static void notrace preemption_migrate(void *data, struct task_struct *task, int to)
{
	struct rtp_task_entry *entry = rtp_task_find(task);

	if (entry && READ_ONCE(entry->woken) && READ_ONCE(entry->wait) == RTP_WAIT_PREEMPTED)
		preemption_moved(rtp_hook_cpu(data), entry, task, to);
}

static void __maybe_unused check_preemption_types(void)
{
	check_trace_callback_type_sched_migrate_task(preemption_migrate);
}

static struct rtp_hook preemption_hooks[] = {
	{ .name = "sched_migrate_task", .probe = { preemption_migrate, preemption_migrate } },
};

static bool preemption_available(void)
{
	return rtp_hooks_find(preemption_hooks, ARRAY_SIZE(preemption_hooks)) && rtp_sched_find();
}

static int preemption_start(u64 period)
{
	int err = rtp_hooks_register(preemption_hooks, ARRAY_SIZE(preemption_hooks));

	if (err)
		return err;
	err = rtp_sched_start(RTP_SCHED_PREEMPTION);
	if (err)
		rtp_hooks_unregister(preemption_hooks, ARRAY_SIZE(preemption_hooks));
	return err;
}

static void preemption_stop(void)
{
	rtp_sched_stop(RTP_SCHED_PREEMPTION);
	rtp_hooks_unregister_early(preemption_hooks, ARRAY_SIZE(preemption_hooks),
				   rtp_tasks_discard_preempted);
}

const struct rtp_measure rtp_measure_preemption_latency = {
	.available = preemption_available,
	.start = preemption_start,
	.stop = preemption_stop,
};
