// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/decompose.h"

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "base/interrupted.h"
#include "base/label.h"
#include "base/own.h"
#include "recorder/own.h"
#include "recorder/slice.h"
#include "values/row.h"
#include "values/source.h"

/* Maximum number of tasks that were preempted in a softirq; PREEMPT_RT only. */
#define SUSPENDED 8

/* Maximum number of open handlers around the newest one: those of base/nest.h and one vector. */
#define OUTERS (RTP_OUTERS + 1)

/* What runs at some level. Shares of equal contexts are added up. */
struct context {
	enum rtprobe_part_kind kind;
	u32 number, pid;
	const void *key;
	const char *name;
};

/* An open handler. */
struct handler {
	struct context context;
	u64 entered, nested;		/* ticks of its start; ticks of NMIs, handlers in it */
};

/* A part during the walk; it gets its name at the end. */
struct share {
	struct context context;		/* its name is valid only during the walk */
	u32 cpu;			/* where it ran first */
	struct rtp_part part;
};

/* A part of the window, and the CPU whose events explain it. */
struct leg {
	u32 cpu;
	u64 begin, end;		/* ticks */
	unsigned long recorded;	/* its flight recorder is complete up to here, see slice.h */
};

struct walk {
	const struct rtp_capture *capture;
	struct rtp_cause *longest;
	const void *longest_key;	/* its action; NULL for a vector */
	struct share share[RTPROBE_PARTS_MAX];
	unsigned int shares;
	struct share *given;		/* share that got the newest time */
	bool incomplete;		/* see struct rtp_parts */

	/* State of the current leg. */
	u32 cpu;
	u64 begin, end;			/* ticks */
	u64 at;				/* time before this was assigned */
	bool task_known;
	bool irq_thread;		/* a kernel thread, not only a task with such a name */
	u32 pid;
	char comm[RTPROBE_COMM_LEN];
	bool in_softirq, in_handler;
	u32 softirq;
	struct handler handler;		/* the newest ... */
	struct handler outer[OUTERS];	/* ... and those around it */
	unsigned int outers;
	struct {
		bool used;
		u32 pid, softirq;
	} suspended[SUSPENDED];
	bool victim_runs;
	u32 idle_state;	/* entered last, since the idle task was switched to; RTP_IDLE_UNKNOWN */
	u64 switched_in;	/* when the interrupted task was switched to; 0: not seen */
	u32 looked_up;	/* the newest pid that was looked up */
	bool own;	/* whether that pid is rtprobe's own */
};

static const struct context probe = { .kind = RTPROBE_PART_KIND_PROBE };

static struct rtp_slice walk_slice;
static struct walk shared_walk;	/* too large for the stack */

static bool is_timer(const struct walk *walk)
{
	return walk->capture->row->measure == RTPROBE_MEASURE_TIMER_LATENCY;
}

static u64 to_ns(u64 ticks)
{
	return rtp_clock_to_ns(rtp_clock_chosen, ticks);
}

static bool is_same(const struct context *a, const struct context *b)
{
	return a->kind == b->kind && a->number == b->number && a->pid == b->pid && a->key == b->key;
}

/* Returns the share of a context; "other" if there is no more space. */
static struct share *share_of(struct walk *walk, const struct context *context)
{
	static const struct context other = { .kind = RTPROBE_PART_KIND_OTHER };
	struct share *share;
	unsigned int i;

	for (i = 0; i < walk->shares; i++)
		if (is_same(&walk->share[i].context, context))
			return &walk->share[i];
	/* Two places are reserved: for what is not explained, and for "other". */
	if (walk->shares >= RTPROBE_PARTS_MAX - 2 && context->kind != RTPROBE_PART_KIND_OTHER &&
	    context->kind != RTPROBE_PART_KIND_UNACCOUNTED)
		return share_of(walk, &other);
	share = &walk->share[walk->shares++];
	*share = (struct share) {
		.context = *context,
		.cpu = walk->cpu,
		.part = { .kind = context->kind, .number = context->number, .pid = context->pid },
	};
	strscpy(share->part.name, context->name ?: "", sizeof(share->part.name));
	return share;
}

/* Parses the comm of an irq thread: irq/NUMBER-ACTION, cut to the length of a comm. */
static bool irq_of_thread(const char *comm, u32 *irq)
{
	return sscanf(comm, "irq/%u-", irq) == 1;
}

/*
 * Whether the current task of the walk had interrupts disabled while the timer waited: it is the
 * interrupted task, ran until the end, and can have disabled them, see interrupted.h. Where system
 * management interrupts were counted, it can have been these.
 */
static bool had_irqs_off(const struct walk *walk)
{
	const struct rtp_capture *capture = walk->capture;

	return rtp_irqs_off_provable(capture->interrupted) && !capture->outside.smis &&
	       walk->pid == capture->task.pid && (s64)(walk->at - walk->switched_in) >= 0;
}

/* Whether the current task of the walk is a part of rtprobe. */
static bool runs_own(struct walk *walk)
{
	if (walk->task_known && walk->looked_up != walk->pid) {
		walk->looked_up = walk->pid;
		walk->own = rtp_own_is_pid(walk->pid);
	}
	return walk->task_known && walk->own;
}

static struct context task_context(struct walk *walk)
{
	struct context context = { .kind = RTPROBE_PART_KIND_UNACCOUNTED };

	if (walk->victim_runs)
		context.kind = RTPROBE_PART_KIND_SWITCH;
	else if (walk->task_known && !walk->pid) {
		context.kind = RTPROBE_PART_KIND_IDLE_EXIT;
		context.number = walk->idle_state;
	} else if (is_timer(walk)) {
		if (walk->capture->irqs_on)
			context.kind = RTPROBE_PART_KIND_STALL;
		if (walk->capture->irqs_on || !walk->task_known || !had_irqs_off(walk))
			return context;
		if (runs_own(walk))
			return probe;
		context.kind = RTPROBE_PART_KIND_IRQS_OFF;
		context.pid = walk->pid;
		context.name = walk->comm;
	} else if (runs_own(walk)) {
		return probe;
	} else if (walk->task_known) {
		context.kind = walk->irq_thread && irq_of_thread(walk->comm, &context.number)
				       ? RTPROBE_PART_KIND_IRQ_THREAD
				       : RTPROBE_PART_KIND_TASK;
		context.pid = walk->pid;
		context.name = walk->comm;
	}
	return context;
}

static struct context context_now(struct walk *walk)
{
	if (walk->in_handler)
		return walk->handler.context;
	if (walk->in_softirq)
		return (struct context) {
			.kind = RTPROBE_PART_KIND_SOFTIRQ,
			.number = walk->softirq,
			.name = rtp_softirq_label(walk->softirq),
		};
	return task_context(walk);
}

/* Returns the ticks of a span that are in the window. */
static u64 walk_inside(const struct walk *walk, u64 from, u64 to)
{
	from = max(from, walk->begin);
	to = min(to, walk->end);
	return to > from ? to - from : 0;
}

static void walk_give(struct walk *walk, const struct context *context, u64 ticks, bool again)
{
	if (!ticks)
		return;
	walk->given = share_of(walk, context);
	walk->given->part.duration += to_ns(ticks);
	walk->given->part.count += again;
}

/* Assigns the time up to @ticks to what ran, except for @own of it, which goes to @else_to. */
static void walk_pass(struct walk *walk, u64 ticks, u64 own, const struct context *else_to)
{
	u64 span = walk_inside(walk, walk->at, ticks);
	u64 taken = min(span, min(own, walk_inside(walk, ticks - own, ticks)));
	struct context context;

	if (!span) {
		walk->at = ticks;
		return;
	}
	/* Only now: it may look a task up. */
	context = context_now(walk);
	if (else_to)
		walk_give(walk, else_to, taken, true);
	/* A part counts once for each time something else ran in between. */
	walk_give(walk, &context, span - taken,
		  !walk->given || !is_same(&walk->given->context, &context));
	walk->at = ticks;
}

/* Assigns the time up to @own before @ticks to what ran; the rest is not assigned. */
static void walk_skip(struct walk *walk, u64 ticks, u64 own)
{
	walk_pass(walk, max(walk->at, ticks - own), 0, NULL);
	walk->at = ticks;
}

static void enter_handler(struct walk *walk, const struct context *context, u64 ticks)
{
	if (walk->in_handler && walk->outers < OUTERS)
		walk->outer[walk->outers++] = walk->handler;
	walk->in_handler = true;
	walk->handler = (struct handler) { .context = *context, .entered = ticks };
}

/* Only the exit event contains the irq number. */
static void number_action(struct walk *walk, u32 irq)
{
	unsigned int i;

	for (i = 0; i < walk->shares; i++)
		if (walk->handler.context.key &&
		    walk->share[i].context.key == walk->handler.context.key)
			walk->share[i].part.number = irq;
}

static void judge_longest(struct walk *walk, const struct rtp_event *event)
{
	const struct handler *handler = &walk->handler;
	s64 ticks = event->ticks - handler->entered - handler->nested;
	u64 ns = to_ns(max_t(s64, ticks, 0));

	if (event->ticks < walk->begin || event->ticks > walk->end || ns <= walk->longest->duration)
		return;
	*walk->longest = (struct rtp_cause){
		.measure = handler->context.kind == RTPROBE_PART_KIND_HARDIRQ
				   ? RTPROBE_MEASURE_HARDIRQ_DURATION
				   : RTPROBE_MEASURE_VECTOR_DURATION,
		.number = event->number,
		.duration = ns,
	};
	strscpy(walk->longest->name, handler->context.name ?: "", sizeof(walk->longest->name));
	walk->longest_key = handler->context.key;
}

static void leave_handler(struct walk *walk, const struct rtp_event *event)
{
	u64 gross = event->ticks - walk->handler.entered;

	if (!walk->in_handler)
		return;
	number_action(walk, event->number);
	judge_longest(walk, event);
	walk->in_handler = walk->outers;
	if (!walk->outers)
		return;
	walk->handler = walk->outer[--walk->outers];
	walk->handler.nested += gross;
}

/* On PREEMPT_RT a task can be preempted in a softirq and continue it later. */
static void switch_softirq(struct walk *walk, u32 to)
{
	unsigned int i;

	if (walk->in_softirq)
		for (i = 0; i < SUSPENDED; i++)
			if (!walk->suspended[i].used) {
				walk->suspended[i].used = true;
				walk->suspended[i].pid = walk->pid;
				walk->suspended[i].softirq = walk->softirq;
				break;
			}
	walk->in_softirq = false;
	for (i = 0; i < SUSPENDED; i++)
		if (walk->suspended[i].used && walk->suspended[i].pid == to) {
			walk->suspended[i].used = false;
			walk->in_softirq = true;
			walk->softirq = walk->suspended[i].softirq;
		}
}

/* Whether an event is later than the begin of the victim's wait. The handler may begin earlier. */
static bool is_in_wait(const struct walk *walk, const struct rtp_event *event)
{
	const struct rtp_value *value = &walk->capture->value;

	return event->ticks > max(value->begin, value->chain_until[0]);
}

static void switch_task(struct walk *walk, const struct rtp_event *event)
{
	const struct rtp_capture *capture = walk->capture;

	/* No handler runs across a switch. */
	walk->in_handler = false;
	walk->outers = 0;
	switch_softirq(walk, event->pid);
	walk->idle_state = RTP_IDLE_UNKNOWN;
	walk->task_known = true;
	walk->pid = event->pid;
	memcpy(walk->comm, event->comm, sizeof(walk->comm));
	walk->irq_thread = event->irq_thread;
	walk->victim_runs = !is_timer(walk) && is_in_wait(walk, event) && capture->victim.pid &&
			    event->pid == capture->victim.pid;
}

/* The newest switch in the value's time is to the task that was interrupted. */
static void find_switched_in(struct walk *walk)
{
	struct rtp_event event;
	unsigned int i = 0;

	while (rtp_slice_next(&walk_slice, &i, &event) && (s64)(event.ticks - walk->end) <= 0)
		if (event.kind == RTPROBE_TRACE_EVENT_SWITCH)
			walk->switched_in = event.ticks;
}

/*
 * Before the first recorded switch, the task ran that was switched out there. Its name is in a
 * later switch to it.
 */
static void learn_first_task(struct walk *walk)
{
	const struct rtp_task *interrupted = &walk->capture->task;
	struct rtp_event event;
	unsigned int i = 0;

	find_switched_in(walk);
	while (rtp_slice_next(&walk_slice, &i, &event)) {
		if (event.kind != RTPROBE_TRACE_EVENT_SWITCH)
			continue;
		if (!walk->task_known)
			walk->pid = event.pid2;
		walk->task_known = true;
		if (event.pid == walk->pid) {
			memcpy(walk->comm, event.comm, sizeof(walk->comm));
			walk->irq_thread = event.irq_thread;
			return;
		}
	}
	/* Without any switch: the task that was interrupted at the end, if it was on this CPU. */
	if (!walk->task_known && walk->cpu != walk->capture->row->cpu)
		return;
	if (!walk->task_known)
		walk->pid = interrupted->pid;
	walk->task_known = true;
	if (walk->pid != interrupted->pid)
		return;
	strscpy(walk->comm, interrupted->comm, sizeof(walk->comm));
	walk->irq_thread = interrupted->kthread;
}

/* The module's own work, which ended at the event. thread_latency is without that in the timer. */
static void step_own(struct walk *walk, const struct rtp_event *event)
{
	u64 own = rtp_clock_from_ns(event->payload & ~RTP_RECORD_IN_TIMER);

	walk->handler.nested += own;
	if (walk->capture->row->measure == RTPROBE_MEASURE_THREAD_LATENCY &&
	    event->payload & RTP_RECORD_IN_TIMER)
		walk_skip(walk, event->ticks, own);
	else
		walk_pass(walk, event->ticks, own, &probe);
}

static void walk_step(struct walk *walk, const struct rtp_event *event)
{
	static const struct context nmi = { .kind = RTPROBE_PART_KIND_NMI };
	u64 own;

	/* These do not change what runs. */
	if (event->kind == RTPROBE_TRACE_EVENT_CONTENTION_BEGIN ||
	    event->kind == RTPROBE_TRACE_EVENT_CONTENTION_END ||
	    event->kind == RTPROBE_TRACE_EVENT_SPIKE)
		return;
	if (event->kind == RTPROBE_TRACE_EVENT_NMI) {
		own = rtp_clock_from_ns(event->payload);
		walk->handler.nested += own;
		return walk_pass(walk, event->ticks, own, &nmi);
	}
	if (event->kind == RTPROBE_TRACE_EVENT_TIMER_EXPIRY) {
		own = rtp_clock_from_ns(rtp_record_expiry_own(event->payload));
		/* The value does not include this time. */
		if (walk->capture->row->measure == RTPROBE_MEASURE_THREAD_LATENCY)
			return walk_skip(walk, event->ticks, own);
		return walk_pass(walk, event->ticks, own, &probe);
	}
	if (event->kind == RTPROBE_TRACE_EVENT_PROBE)
		return step_own(walk, event);
	walk_pass(walk, event->ticks, 0, NULL);
	switch (event->kind) {
	case RTPROBE_TRACE_EVENT_HARDIRQ_ENTRY:
		enter_handler(walk, &(struct context) {
			.kind = RTPROBE_PART_KIND_HARDIRQ,
			.key = rtp_record_pointer(event->payload),
		}, event->ticks);
		break;
	case RTPROBE_TRACE_EVENT_VECTOR_ENTRY:
		enter_handler(walk, &(struct context) {
			.kind = RTPROBE_PART_KIND_VECTOR,
			.number = event->number,
			.name = rtp_vector_label(event->number),
		}, event->ticks);
		break;
	case RTPROBE_TRACE_EVENT_HARDIRQ_EXIT:
	case RTPROBE_TRACE_EVENT_VECTOR_EXIT:
		leave_handler(walk, event);
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_ENTRY:
		walk->in_softirq = true;
		walk->softirq = event->number;
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_EXIT:
		walk->in_softirq = false;
		break;
	case RTPROBE_TRACE_EVENT_SWITCH:
		switch_task(walk, event);
		break;
	case RTPROBE_TRACE_EVENT_IDLE:
		/* Until the next one is entered, the CPU is on its way out of the state it left. */
		if (event->number != RTPROBE_IDLE_LEFT)
			walk->idle_state = event->number;
		break;
	default:
		break;
	}
}

static bool is_inferred(const struct rtp_part *part)
{
	return part->kind == RTPROBE_PART_KIND_IRQS_OFF || part->kind == RTPROBE_PART_KIND_STALL;
}

/*
 * timer_latency: the timer was due and no handler ran, but its interrupt was not handled. So
 * interrupts were off in the task that ran, if it can have disabled them. Another interrupt that
 * was handled first when they were enabled has a higher priority. A time that is not longer than
 * the interrupt's own path, or that was in the idle task, proves nothing.
 */
static void judge_irqs_off(struct walk *walk)
{
	static const struct context unaccounted = { .kind = RTPROBE_PART_KIND_UNACCOUNTED };
	struct share *rest = share_of(walk, &unaccounted);
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < walk->shares; i++)
		if (is_inferred(&walk->share[i].part))
			sum += walk->share[i].part.duration;
	if (sum >= RTP_ENTRY_NS && walk->capture->mode != RTPROBE_MODE_IDLE)
		return;
	rest->part.duration += sum;
	for (i = 0; i < walk->shares; i++)
		if (is_inferred(&walk->share[i].part))
			walk->share[i].part.duration = 0;
}

/* Notes other explanations of a late timer's parts. Call before rounding errors are added. */
static void note_doubt(struct walk *walk)
{
	const struct rtp_capture *capture = walk->capture;
	bool other_task = (s64)(walk->switched_in - walk->begin) > 0;
	unsigned int i;

	if (!is_timer(walk) || capture->mode == RTPROBE_MODE_IDLE)
		return;
	for (i = 0; i < walk->shares; i++) {
		struct rtp_part *part = &walk->share[i].part;

		if (part->kind == RTPROBE_PART_KIND_IRQS_OFF && !rtp_outside_rules_out_stalls())
			part->could_be = RTPROBE_DOUBT_STALL;
		if (part->kind != RTPROBE_PART_KIND_UNACCOUNTED || part->duration < RTP_ENTRY_NS)
			continue;
		part->could_be = RTPROBE_DOUBT_STALL;
		if (capture->interrupted == RTP_INTERRUPTED_USER)
			part->could_be |= RTPROBE_DOUBT_KERNEL_EXIT;
		if (capture->interrupted != RTP_INTERRUPTED_USER || other_task)
			part->could_be |= RTPROBE_DOUBT_IRQS_OFF;
	}
}

/* Adds rounding errors and time without events to the unaccounted share. */
static void settle_sum(struct walk *walk, u64 value)
{
	static const struct context unaccounted = { .kind = RTPROBE_PART_KIND_UNACCOUNTED };
	struct share *rest = share_of(walk, &unaccounted);
	struct share *largest = rest;
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < walk->shares; i++) {
		sum += walk->share[i].part.duration;
		if (walk->share[i].part.duration > largest->part.duration)
			largest = &walk->share[i];
	}
	/* The value and the window may be from two clocks, which differ by some nanoseconds. */
	if (sum <= value)
		rest->part.duration += value - sum;
	else
		largest->part.duration -= min(largest->part.duration, sum - value);
}

/* Move up to @most ns from parts of a kind, and return how many. */
static u64 take_from(struct walk *walk, enum rtprobe_part_kind kind, u64 most)
{
	u64 taken = 0;
	unsigned int i;

	for (i = 0; i < walk->shares; i++) {
		struct rtp_part *part = &walk->share[i].part;
		u64 ns = part->kind == kind ? min(part->duration, most - taken) : 0;

		part->duration -= ns;
		taken += ns;
	}
	return taken;
}

static void add_outside(struct walk *walk, enum rtprobe_part_kind kind, u32 number, u64 ns)
{
	struct share *share;

	if (!ns)
		return;
	share = share_of(walk, &(struct context) { .kind = kind, .number = number });
	share->part.duration += ns;
	share->part.count++;
}

/*
 * Adds the parts for time outside Linux. A hypervisor's time is proven, so it is subtracted first
 * from the parts that name no cause, then from those that were only inferred. How long SMIs took
 * is unknown, so they get only time that no other part explains.
 */
static void tell_outside(struct walk *walk)
{
	const struct rtp_outside_total *outside = &walk->capture->outside;
	u64 steal = to_ns(outside->steal), most = to_ns(outside->smi_most);
	u64 ns = take_from(walk, RTPROBE_PART_KIND_UNACCOUNTED, steal);

	ns += take_from(walk, RTPROBE_PART_KIND_STALL, steal - ns);
	ns += take_from(walk, RTPROBE_PART_KIND_IDLE_EXIT, steal - ns);
	ns += take_from(walk, RTPROBE_PART_KIND_IRQS_OFF, steal - ns);
	add_outside(walk, RTPROBE_PART_KIND_STEAL, 0, ns);
	if (!outside->smis)
		return;
	ns = take_from(walk, RTPROBE_PART_KIND_UNACCOUNTED, most);
	ns += take_from(walk, RTPROBE_PART_KIND_STALL, most - ns);
	add_outside(walk, RTPROBE_PART_KIND_FIRMWARE, outside->smis, ns);
}

static int by_size(const void *a, const void *b)
{
	const struct rtp_part *left = a, *right = b;

	return left->duration < right->duration ? 1 : left->duration > right->duration ? -1 : 0;
}

/*
 * Names an action, which the events identify by its address. The name is that of its source if the
 * measure is on, else the kernel's. A freed action has only its number.
 */
static void name_action(const void *key, u32 *number, char *name)
{
	const struct rtp_source *source;

	if (!key)
		return;
	rtp_rows_lock();
	source = rtp_source_by_key(key);
	if (source) {
		*number = source->number;
		strscpy(name, source->name, RTPROBE_NAME_LEN);
	}
	rtp_rows_unlock();
	if (!source)
		rtp_line_action_name(*number, key, name);
}

/* The walk has an idle state as a number. */
static void name_idle_state(u32 cpu, struct rtp_part *part)
{
	struct rtp_idle_state state;

	part->idle_state = RTP_IDLE_UNKNOWN;
	if (part->kind != RTPROBE_PART_KIND_IDLE_EXIT)
		return;
	rtp_idle_state_describe(&state, cpu, part->number);
	part->number = 0;
	part->idle_state = state.index;
	part->has_exit_latency = state.has_driver;
	part->exit_latency = state.exit_latency;
	part->frequency = state.frequency;
	strscpy(part->name, state.name, sizeof(part->name));
	/* The state accounts for its exit latency, each time. */
	if (!state.has_driver || part->duration > part->count * state.exit_latency)
		part->could_be = RTPROBE_DOUBT_STALL;
}

static void store_parts(struct walk *walk, struct rtp_parts *parts)
{
	unsigned int i;

	for (i = 0; i < walk->shares; i++) {
		struct rtp_part *part = &walk->share[i].part;

		name_idle_state(walk->share[i].cpu, part);
		name_action(walk->share[i].context.key, &part->number, part->name);
		if (part->duration)
			parts->part[parts->n++] = *part;
	}
	name_action(walk->longest_key, &walk->longest->number, walk->longest->name);
	sort(parts->part, parts->n, sizeof(parts->part[0]), by_size, NULL);
}

/* Adds a leg, to the one before it if that is on the same CPU. Returns the number of legs. */
static unsigned int add_leg(struct leg *legs, unsigned int n, const struct leg *leg)
{
	if (!n || legs[n - 1].cpu != leg->cpu) {
		legs[n] = *leg;
		return n + 1;
	}
	legs[n - 1].end = leg->end;
	legs[n - 1].recorded = leg->recorded;
	return n;
}

/*
 * Splits the window by CPU: the interrupt's, the CPU that woke the victim, and the victim's own.
 * Returns the number of legs.
 */
static unsigned int find_legs(const struct rtp_capture *capture, struct leg *legs)
{
	const struct rtp_value *value = &capture->value;
	struct leg leg = { .begin = value->begin };
	unsigned int i, n = 0;

	for (i = value->chain_cpus; i--; leg.begin = max(leg.begin, leg.end)) {
		leg.cpu = value->chain_cpu[i];
		leg.end = min(value->chain_until[i], value->end);
		leg.recorded = value->chain_recorded[i];
		if (leg.end > leg.begin)
			n = add_leg(legs, n, &leg);
	}
	leg.cpu = capture->row->cpu;
	leg.end = value->end;
	leg.recorded = capture->recorded;
	return add_leg(legs, n, &leg);
}

static void begin_leg(struct walk *walk, const struct leg *leg)
{
	walk->given = NULL;
	walk->cpu = leg->cpu;
	walk->begin = walk->at = leg->begin;
	walk->end = leg->end;
	walk->task_known = walk->irq_thread = walk->victim_runs = false;
	walk->pid = 0;
	walk->comm[0] = '\0';
	walk->in_softirq = walk->in_handler = false;
	walk->outers = 0;
	memset(walk->suspended, 0, sizeof(walk->suspended));
	walk->idle_state = RTP_IDLE_UNKNOWN;
	walk->switched_in = 0;
}

static void walk_leg(struct walk *walk, const struct leg *leg)
{
	struct rtp_event event;
	unsigned int i = 0;

	begin_leg(walk, leg);
	rtp_slice_copy(&walk_slice, per_cpu_ptr(rtp_cpus, leg->cpu), leg->recorded);
	learn_first_task(walk);
	if (!walk_slice.n || rtp_slice_begins_after(&walk_slice, leg->begin))
		walk->incomplete = true;
	while (rtp_slice_next(&walk_slice, &i, &event) && event.ticks <= leg->end)
		walk_step(walk, &event);
	walk_pass(walk, leg->end, 0, NULL);
	/* The handler that woke the victim ends after the leg. It is the interrupt of the row. */
	if (leg->cpu != walk->capture->row->cpu && walk->in_handler)
		number_action(walk, walk->capture->row->number);
}

void rtp_decompose(struct rtp_parts *parts, struct rtp_cause *longest,
		   const struct rtp_capture *capture)
{
	const struct rtp_value *value = &capture->value;
	struct leg legs[RTP_CHAIN_CPUS + 1];
	unsigned int i, n;

	parts->n = 0;
	*longest = (struct rtp_cause) {};
	if (!(RTP_MEASURES_OF_WAITING & BIT(capture->row->measure)) || !value->end ||
	    !rtp_recorder_runs())
		return;
	memset(&shared_walk, 0, sizeof(shared_walk));
	shared_walk.capture = capture;
	shared_walk.longest = longest;
	n = find_legs(capture, legs);
	for (i = 0; i < n; i++)
		walk_leg(&shared_walk, &legs[i]);
	parts->incomplete = shared_walk.incomplete;
	judge_irqs_off(&shared_walk);
	note_doubt(&shared_walk);
	settle_sum(&shared_walk, value->ns);
	tell_outside(&shared_walk);
	store_parts(&shared_walk, parts);
}

int rtp_decompose_init(void)
{
	return rtp_slice_init(&walk_slice);
}

void rtp_decompose_exit(void)
{
	rtp_slice_exit(&walk_slice);
}
