// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/hardirq.h"

#include <linux/interrupt.h>
#include <trace/events/irq.h>

#include "base/edge.h"
#include "base/ipi.h"
#include "base/lost.h"
#include "base/measure.h"
#include "base/nest.h"
#include "base/nmi.h"
#include "hooks/handler.h"
#include "hooks/hookset.h"
#include "hooks/ipi.h"
#include "hooks/stale.h"
#include "recorder/recorder.h"
#include "tasks/trail.h"
#include "values/record.h"

/*
 * Returns the ticks of the module's own work in the current handler, which are not part of its
 * duration. On x86 the module's timer and irq_work run in vectors, elsewhere in hard handlers.
 */
static __always_inline u64 hardirq_own(const struct rtp_cpu *c)
{
	return IS_ENABLED(CONFIG_X86) ? 0 : c->cost.vector_ticks;
}

static struct rtp_row *hardirq_adopt(struct rtp_cpu *c, unsigned int irq,
				     const struct irqaction *action)
{
	struct rtp_row_id id = {
		.measure = RTPROBE_MEASURE_HARDIRQ_DURATION,
		.number = irq,
		.name = rtp_action_name(action),
		.dev_id = action->dev_id,
		.threaded = action->thread_fn,
	};

	return rtp_row_adopt(c, irq, action, &id);
}

/*
 * Returns the action's row on this CPU; adds it if necessary. NULL and a counted loss on failure.
 */
static struct rtp_row *hardirq_row(struct rtp_cpu *c, const struct irqaction *action)
{
	struct rtp_row *row;

	if (unlikely(action->irq >= rtp_irq_slots)) {
		rtp_lost_add(RTP_LOST_IRQ_OUT_OF_RANGE, 1);
		return NULL;
	}
	row = rtp_row_find(c, action->irq, action);
	if (row && !rtp_row_is_stale(row, action))
		return row;
	return hardirq_adopt(c, action->irq, action);
}

static void hardirq_count_none(struct rtp_cpu *c, const struct irqaction *action)
{
	struct rtp_row *row = hardirq_row(c, action);

	if (!row)
		return;
	rtp_row_enter_epoch(row);
	rtp_hist_add_none(&row->hist, READ_ONCE(rtp_generation));
}

/* Records a value that is not usual, or one of a row that is not the first of its slot. */
static noinline void hardirq_record_unusual(struct rtp_cpu *c, const struct irqaction *action)
{
	u64 ticks = c->last_exit - c->hardirq.start - hardirq_own(c);
	struct rtp_row *row;

	if (!rtp_is_possible(ticks))
		return;
	row = hardirq_row(c, action);
	if (row)
		rtp_handler_record(c, row, rtp_clock_to_ns(rtp_clock_chosen, ticks), c->last_exit);
}

/* Returns whether the handler is the origin of the thread it wakes, for irq_to_task. */
static __always_inline bool hardirq_is_origin(int ret)
{
	return static_branch_unlikely(&rtp_trail_key) && ret == IRQ_WAKE_THREAD;
}

/*
 * Handles an exit off the hot path: IRQ_NONE; the entry's key has changed because of an NMI or a
 * nested handler; or the handler wakes its thread and irq_to_task is on.
 */
static noinline void hardirq_leave_unusual(struct rtp_cpu *c, const struct irqaction *action,
					   int ret, bool record)
{
	u64 ticks, inside = 0;
	struct rtp_row *row;

	if ((READ_ONCE(c->hardirq.key) & ~RTP_EDGE_NMI) != (unsigned long)action)
		inside = rtp_nest_leave(c, action);
	if (hardirq_is_origin(ret))
		rtp_trail_thread_woken(c, action->irq, action->thread);
	if (!rtp_edge_settle(c, &c->hardirq, action, c->last_exit, inside, &ticks))
		return;
	c->irq_ticks += ticks;
	if (!record)
		return rtp_handler_account(c);
	if (ret == IRQ_NONE)
		return hardirq_count_none(c, action);
	ticks -= hardirq_own(c);
	row = hardirq_row(c, action);
	if (row && rtp_is_possible(ticks))
		rtp_handler_record(c, row, rtp_clock_to_ns(rtp_clock_chosen, ticks), c->last_exit);
}

static __always_inline void hardirq_note_entry(enum rtprobe_clock clock, struct rtp_cpu *c,
					       const struct irqaction *action)
{
	u64 start = rtp_edge_enter(clock, &c->hardirq, action);

	if (!IS_ENABLED(CONFIG_X86))
		c->cost.vector_ticks = 0;
	if (rtp_recorder_is_on())
		rtp_recorder_put(c, RTPROBE_TRACE_EVENT_HARDIRQ_ENTRY,
				 READ_ONCE(c->hardirq.key) & ~RTP_EDGE_NMI, start);
}

/* Handles an entry when nested handlers were seen. Tail call, as at exit. */
static noinline void hardirq_enter_inside(struct rtp_cpu *c, const struct irqaction *action)
{
	rtp_nest_enter(c);
	hardirq_note_entry(rtp_clock_chosen, c, action);
}

static __always_inline void hardirq_enter(enum rtprobe_clock clock, struct rtp_cpu *c,
					  const struct irqaction *action)
{
	if (rtp_refuse_nmi_handler())
		return;
	if (static_branch_unlikely(&rtp_nest_key))
		return hardirq_enter_inside(c, action);
	hardirq_note_entry(clock, c, action);
}

/*
 * Without @record the handler's time is only subtracted from the code it interrupted. All rare
 * cases are tail calls to functions that take their arguments from @c, so that the usual path is
 * short and saves no registers.
 */
static __always_inline void hardirq_leave(enum rtprobe_clock clock, bool record, struct rtp_cpu *c,
					  unsigned int irq, const struct irqaction *action, int ret)
{
	struct rtp_row *row;
	u64 end, ticks, ns;

	if (rtp_refuse_nmi_handler())
		return;
	end = rtp_clock_read(clock);
	c->last_exit = end;
	if (rtp_recorder_is_on())
		rtp_recorder_put(c, RTPROBE_TRACE_EVENT_HARDIRQ_EXIT, irq | (u32)ret << 24, end);
	/* An NMI marks the key, so read the key after the clock. */
	barrier();
	if (unlikely(ret == IRQ_NONE || data_race(c->hardirq.key) != (unsigned long)action ||
		     hardirq_is_origin(ret)))
		return hardirq_leave_unusual(c, action, ret, record);
	ticks = end - c->hardirq.start;
	c->irq_ticks += ticks;
	if (!record)
		return rtp_handler_account(c);
	ns = rtp_clock_to_ns(clock, ticks - hardirq_own(c));
	/* Numbers beyond the table alias to its slots, where the key does not match. */
	row = c->table[irq & rtp_irq_mask];
	if (unlikely(data_race(row->key) != action || !rtp_record_is_usual(row, ns)))
		return hardirq_record_unusual(c, action);
	rtp_hist_add_usual(&row->hist, ns);
}

/* The probes, one per clock. */
static void notrace hardirq_entry_mono(void *data, int irq, struct irqaction *action)
{
	hardirq_enter(RTPROBE_CLOCK_MONO, rtp_hook_cpu(data), action);
}

static void notrace hardirq_entry_tsc(void *data, int irq, struct irqaction *action)
{
	hardirq_enter(RTPROBE_CLOCK_TSC, rtp_hook_cpu(data), action);
}

static void notrace hardirq_exit_mono(void *data, int irq, struct irqaction *action, int ret)
{
	hardirq_leave(RTPROBE_CLOCK_MONO, true, rtp_hook_cpu(data), irq, action, ret);
}

static void notrace hardirq_exit_tsc(void *data, int irq, struct irqaction *action, int ret)
{
	hardirq_leave(RTPROBE_CLOCK_TSC, true, rtp_hook_cpu(data), irq, action, ret);
}

static void notrace hardirq_account_mono(void *data, int irq, struct irqaction *action, int ret)
{
	hardirq_leave(RTPROBE_CLOCK_MONO, false, rtp_hook_cpu(data), irq, action, ret);
}

static void notrace hardirq_account_tsc(void *data, int irq, struct irqaction *action, int ret)
{
	hardirq_leave(RTPROBE_CLOCK_TSC, false, rtp_hook_cpu(data), irq, action, ret);
}

/*
 * Exits are registered first: see rtp_lost_unpaired(). Before the first handler is recorded, the
 * kinds of IPIs must be known.
 */
static struct rtp_hook hardirq_record_hooks[] = {
	{ .name = "irq_handler_exit", .probe = { hardirq_exit_mono, hardirq_exit_tsc } },
	RTP_IPI_HOOKS
	{ .name = "irq_handler_entry", .probe = { hardirq_entry_mono, hardirq_entry_tsc } },
};

static struct rtp_hook hardirq_account_hooks[] = {
	{ .name = "irq_handler_exit", .probe = { hardirq_account_mono, hardirq_account_tsc } },
	RTP_IPI_HOOKS
	{ .name = "irq_handler_entry", .probe = { hardirq_entry_mono, hardirq_entry_tsc } },
};

static void hardirq_forget(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		rtp_nest_forget(per_cpu_ptr(rtp_cpus, cpu));
}

static struct rtp_hookset hardirq_hooks = {
	.record = hardirq_record_hooks,
	.account = hardirq_account_hooks,
	.n = ARRAY_SIZE(hardirq_record_hooks),
	.forget = hardirq_forget,
};

static void __maybe_unused check_hardirq_types(void)
{
	check_trace_callback_type_irq_handler_entry(hardirq_entry_mono);
	check_trace_callback_type_irq_handler_entry(hardirq_entry_tsc);
	check_trace_callback_type_irq_handler_exit(hardirq_exit_mono);
	check_trace_callback_type_irq_handler_exit(hardirq_exit_tsc);
	check_trace_callback_type_irq_handler_exit(hardirq_account_mono);
	check_trace_callback_type_irq_handler_exit(hardirq_account_tsc);
}

bool rtp_hardirq_find(void)
{
	const struct rtp_hook *hooks = hardirq_record_hooks;

	rtp_hookset_find(&hardirq_hooks);
	return hooks[0].tracepoint && hooks[ARRAY_SIZE(hardirq_record_hooks) - 1].tracepoint;
}

static int hardirq_start(u64 period)
{
	return rtp_hookset_record(&hardirq_hooks, true);
}

static void hardirq_stop(void)
{
	rtp_hookset_record(&hardirq_hooks, false);
}

int rtp_hardirq_hold(void)
{
	return rtp_hookset_hold(&hardirq_hooks);
}

void rtp_hardirq_release(void)
{
	rtp_hookset_release(&hardirq_hooks);
}

const struct rtp_measure rtp_measure_hardirq_duration = {
	.available = rtp_hardirq_find,
	.start = hardirq_start,
	.stop = hardirq_stop,
	.of_handlers = true,
};
