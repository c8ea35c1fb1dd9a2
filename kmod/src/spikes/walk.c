// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/walk.h"

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/string.h>

#include "base/interrupted.h"
#include "base/label.h"
#include "base/own.h"
#include "recorder/own.h"
#include "recorder/slice.h"
#include "spikes/idle_state.h"

static const struct rtp_context probe = { .kind = RTPROBE_PART_KIND_PROBE };

/* Measures in whose legs the victim can run. */
#define MEASURES_OF_READY                                                                          \
	(BIT(RTPROBE_MEASURE_PREEMPTION_LATENCY) | BIT(RTPROBE_MEASURE_RESPONSE_TIME))

static struct rtp_slice walk_slice;

static bool is_same(const struct rtp_context *a, const struct rtp_context *b)
{
	return a->kind == b->kind && a->number == b->number && a->pid == b->pid &&
	       a->key == b->key && a->wait == b->wait && a->waker == b->waker &&
	       a->callback.kind == b->callback.kind &&
	       a->callback.function == b->callback.function &&
	       a->callback.device == b->callback.device;
}

bool rtp_walk_is_source(const struct rtp_walk *walk, const struct rtp_context *context)
{
	const struct rtp_row *row = walk->capture->row;

	switch (row->measure) {
	case RTPROBE_MEASURE_HARDIRQ_DURATION:
		return context->kind == RTPROBE_PART_KIND_HARDIRQ && context->key &&
		       context->key == rtp_row_key(row);
	case RTPROBE_MEASURE_VECTOR_DURATION:
		return context->kind == RTPROBE_PART_KIND_VECTOR && context->number == row->number;
	case RTPROBE_MEASURE_SOFTIRQ_DURATION:
		return context->kind == RTPROBE_PART_KIND_SOFTIRQ && context->number == row->number;
	default:
		return false;
	}
}

struct rtp_share *rtp_walk_share(struct rtp_walk *walk, const struct rtp_context *context)
{
	static const struct rtp_context other = { .kind = RTPROBE_PART_KIND_OTHER };
	struct rtp_share *share;
	unsigned int i;

	for (i = 0; i < walk->shares; i++)
		if (is_same(&walk->share[i].context, context))
			return &walk->share[i];
	/* Two places are reserved: for what is not explained, and for "other". */
	if (walk->shares >= RTP_WALK_SHARES - 2 && context->kind != RTPROBE_PART_KIND_OTHER &&
	    context->kind != RTPROBE_PART_KIND_UNACCOUNTED)
		return rtp_walk_share(walk, &other);
	share = &walk->share[walk->shares++];
	*share = (struct rtp_share) {
		.context = *context,
		.cpu = walk->cpu,
		.part = {
			.kind = context->kind,
			.number = context->number,
			.pid = context->pid,
			.callback = context->callback.kind,
		},
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
static bool had_irqs_off(const struct rtp_walk *walk)
{
	const struct rtp_capture *capture = walk->capture;

	return rtp_irqs_off_provable(capture->interrupted) && !capture->outside.smis &&
	       walk->pid == capture->task.pid && (s64)(walk->at - walk->switched_in) >= 0;
}

/* Whether the current task of the walk is a part of rtprobe. */
static bool runs_own(struct rtp_walk *walk)
{
	if (walk->task_known && walk->looked_up != walk->pid) {
		walk->looked_up = walk->pid;
		walk->own = rtp_own_is_pid(walk->pid);
	}
	return walk->task_known && walk->own;
}

/* Returns the innermost callback. */
static struct rtp_walk_callback callback_of(const struct rtp_walk_callbacks *callbacks)
{
	return callbacks->n ? callbacks->open[callbacks->n - 1] : (struct rtp_walk_callback) {};
}

/* A polling idle CPU runs the functions of IPIs without an interrupt. */
static bool is_called_idle(const struct rtp_walk *walk)
{
	u32 kind = callback_of(&walk->thread.in_task).kind;

	return walk->task_known && !walk->pid && !walk->victim_runs &&
	       (kind == RTPROBE_CALLBACK_CALL || kind == RTPROBE_CALLBACK_IRQ_WORK);
}

/* A context that is a task, and the callback in it. */
static struct rtp_context running_context(const struct rtp_walk *walk, enum rtprobe_part_kind kind)
{
	return (struct rtp_context) {
		.kind = kind,
		.pid = walk->pid,
		.name = walk->comm,
		.callback = callback_of(&walk->thread.in_task),
	};
}

static struct rtp_context task_context(struct rtp_walk *walk)
{
	struct rtp_context context = { .kind = RTPROBE_PART_KIND_UNACCOUNTED };

	if (rtp_walk_is_cycle(walk) && walk->task_known && walk->pid == walk->capture->victim.pid)
		context.kind = RTPROBE_PART_KIND_OWN_RUN;
	else if (walk->victim_runs)
		context.kind = RTPROBE_PART_KIND_SWITCH;
	else if (walk->passed_over && !runs_own(walk))
		return running_context(walk, walk->passed_over);
	else if (is_called_idle(walk))
		return (struct rtp_context) {
			.kind = RTPROBE_PART_KIND_VECTOR,
			.number = RTPROBE_VECTOR_CAL_SINGLE,
			.name = rtp_vector_label(RTPROBE_VECTOR_CAL_SINGLE),
			.callback = callback_of(&walk->thread.in_task),
		};
	else if (walk->task_known && !walk->pid) {
		context.kind = RTPROBE_PART_KIND_IDLE_EXIT;
		context.number = walk->idle_state;
	} else if (rtp_walk_is_timer(walk)) {
		if (walk->capture->irqs_on)
			context.kind = RTPROBE_PART_KIND_STALL;
		if (walk->capture->irqs_on || !walk->task_known || !had_irqs_off(walk))
			return context;
		if (runs_own(walk))
			return probe;
		context.kind = RTPROBE_PART_KIND_IRQS_OFF;
		context.pid = walk->pid;
		context.name = walk->comm;
		context.callback = callback_of(&walk->thread.in_task);
	} else if (runs_own(walk)) {
		return probe;
	} else if (walk->is_late_timer && walk->task_known) {
		return running_context(walk, RTPROBE_PART_KIND_LATE_TIMER);
	} else if (walk->task_known) {
		context.kind = walk->irq_thread && irq_of_thread(walk->comm, &context.number)
				       ? RTPROBE_PART_KIND_IRQ_THREAD
				       : RTPROBE_PART_KIND_TASK;
		context.pid = walk->pid;
		context.name = walk->comm;
		context.callback = callback_of(&walk->thread.in_task);
	}
	return context;
}

static struct rtp_context softirq_context(const struct rtp_walk *walk)
{
	return (struct rtp_context) {
		.kind = RTPROBE_PART_KIND_SOFTIRQ,
		.number = walk->thread.softirq,
		.name = rtp_softirq_label(walk->thread.softirq),
		.callback = callback_of(&walk->thread.of_softirq),
	};
}

static struct rtp_context handler_context(const struct rtp_walk *walk)
{
	struct rtp_context context = walk->handler.context;

	context.callback = callback_of(&walk->handler.callbacks);
	return context;
}

static struct rtp_context context_now(struct rtp_walk *walk)
{
	struct rtp_context context = walk->in_handler	       ? handler_context(walk)
				     : walk->thread.in_softirq ? softirq_context(walk)
							       : task_context(walk);

	/* A timer of this module. */
	if (context.callback.kind &&
	    within_module((unsigned long)context.callback.function, THIS_MODULE))
		return probe;
	return context;
}

/* Returns the callbacks of the current level. */
static struct rtp_walk_callbacks *callbacks_here(struct rtp_walk *walk)
{
	if (walk->in_handler)
		return &walk->handler.callbacks;
	return walk->thread.in_softirq ? &walk->thread.of_softirq : &walk->thread.in_task;
}

/* Closes the callback of a kind and those inside it, whose ends were not seen. */
static void leave_callback(struct rtp_walk_callbacks *callbacks, u32 kind)
{
	unsigned int i;

	for (i = 0; i < callbacks->n; i++)
		if (callbacks->open[i].kind == kind)
			callbacks->n = i;
}

static void enter_callback(struct rtp_walk_callbacks *callbacks, const struct rtp_event *event)
{
	leave_callback(callbacks, event->number);
	if (callbacks->n < RTPROBE_CALLBACK_COUNT)
		callbacks->open[callbacks->n++] = (struct rtp_walk_callback) {
			.kind = event->number,
			.function = rtp_record_pointer(event->payload),
			.item = event->item,
			.entered = event->ticks,
		};
}

/*
 * The end of a poll is all that is known of it. Gives it the time of the softirq that no other poll
 * has: it took no longer.
 */
static void end_poll(struct rtp_walk *walk, const struct rtp_event *event)
{
	struct rtp_context context = softirq_context(walk);
	struct rtp_share *rest, *poll;
	u64 ns = walk->thread.unpolled;

	walk->thread.unpolled = 0;
	if (!walk->thread.in_softirq || !ns)
		return;
	rest = rtp_walk_share(walk, &context);
	context.callback = (struct rtp_walk_callback) {
		.kind = event->number,
		.function = event->function,
		.device = event->device,
	};
	poll = rtp_walk_share(walk, &context);
	ns = min(ns, rest->part.duration);
	rest->part.duration -= ns;
	poll->part.duration += ns;
	poll->part.count++;
}

/* Returns the ticks of a span that are in the window. */
static u64 walk_inside(const struct rtp_walk *walk, u64 from, u64 to)
{
	from = max(from, walk->begin);
	to = min(to, walk->end);
	return to > from ? to - from : 0;
}

static bool is_same_run(const struct rtp_walk_run *run, const struct rtp_walk_callback *callback)
{
	return run->entered == callback->entered && run->item == callback->item;
}

/* Notes the run that got time, unless it has got some before. */
static void note_run(struct rtp_walk *walk, struct rtp_share *share,
		     const struct rtp_walk_callback *callback)
{
	unsigned int i;

	if (!callback->item || !share->context.callback.kind)
		return;
	for (i = walk->runs; i--;)
		if (is_same_run(&walk->run[i], callback))
			return;
	if (walk->runs == RTP_WALK_RUNS) {
		share->part.sender_unknown = true;
		return;
	}
	walk->run[walk->runs++] = (struct rtp_walk_run) {
		.share = share - walk->share,
		.cpu = walk->cpu,
		.callback = callback->kind,
		.item = callback->item,
		.entered = callback->entered,
	};
}

static void walk_give(struct rtp_walk *walk, const struct rtp_context *context, u64 ticks,
		      bool again)
{
	if (!ticks)
		return;
	walk->given = rtp_walk_share(walk, context);
	walk->given->part.duration += rtp_clock_to_ns(rtp_clock_chosen, ticks);
	if (context->kind == RTPROBE_PART_KIND_SOFTIRQ && !context->callback.kind)
		walk->thread.unpolled += rtp_clock_to_ns(rtp_clock_chosen, ticks);
	walk->given->part.count += again;
	note_run(walk, walk->given, &context->callback);
}

/* Assigns the time up to @ticks to what ran, except for @own of it, which goes to @else_to. */
static void walk_pass(struct rtp_walk *walk, u64 ticks, u64 own, const struct rtp_context *else_to)
{
	u64 span = walk_inside(walk, walk->at, ticks);
	u64 taken = min(span, min(own, walk_inside(walk, ticks - own, ticks)));
	struct rtp_context context;

	if (!span) {
		walk->at = ticks;
		return;
	}
	/* Not for an empty span: this may search for a task. */
	context = context_now(walk);
	if (else_to)
		walk_give(walk, else_to, taken, true);
	/* A part counts once for each time something else ran in between. */
	walk_give(walk, &context, span - taken,
		  !walk->given || !is_same(&walk->given->context, &context));
	walk->at = ticks;
}

/* Assigns the time up to @own before @ticks to what ran; the rest is not assigned. */
static void walk_skip(struct rtp_walk *walk, u64 ticks, u64 own)
{
	walk_pass(walk, max(walk->at, ticks - own), 0, NULL);
	walk->at = ticks;
}

/* The value begins here if it is the duration of this context. */
static void begin_source(struct rtp_walk *walk, const struct rtp_context *context, u64 ticks)
{
	if (!rtp_walk_is_source(walk, context))
		return;
	walk->shares = 0;
	walk->runs = 0;
	walk->given = NULL;
	walk->begin = ticks;
}

static void enter_softirq(struct rtp_walk *walk, u32 softirq, u64 ticks)
{
	struct rtp_context context;

	walk->thread.in_softirq = true;
	walk->thread.softirq = softirq;
	walk->thread.of_softirq.n = 0;
	walk->thread.unpolled = 0;
	context = softirq_context(walk);
	begin_source(walk, &context, ticks);
}

static void enter_handler(struct rtp_walk *walk, const struct rtp_context *context, u64 ticks)
{
	if (walk->in_handler && walk->outers < RTP_WALK_OUTERS)
		walk->outer[walk->outers++] = walk->handler;
	walk->in_handler = true;
	walk->handler = (struct rtp_walk_handler) { .context = *context, .entered = ticks };
	begin_source(walk, context, ticks);
}

/* Only the exit event contains the irq number. */
static void number_action(struct rtp_walk *walk, u32 irq)
{
	unsigned int i;

	for (i = 0; i < walk->shares; i++)
		if (walk->handler.context.key &&
		    walk->share[i].context.key == walk->handler.context.key)
			walk->share[i].part.number = irq;
}

static void judge_longest(struct rtp_walk *walk, const struct rtp_event *event)
{
	const struct rtp_walk_handler *handler = &walk->handler;
	s64 ticks = event->ticks - handler->entered - handler->nested;
	u64 ns = rtp_clock_to_ns(rtp_clock_chosen, max_t(s64, ticks, 0));

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

static void leave_handler(struct rtp_walk *walk, const struct rtp_event *event)
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

/*
 * Whether the current task of the walk runs callbacks and is bound to the CPU: kworker/CPU:ID, or
 * on PREEMPT_RT irq_work/CPU and rcuc/CPU.
 */
static bool is_bound_worker(const struct rtp_walk *walk)
{
	static const char *const names[] = { "kworker/%u:", "irq_work/%u", "rcuc/%u" };
	unsigned int i;
	u32 cpu;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (sscanf(walk->comm, names[i], &cpu) == 1)
			return cpu == walk->cpu;
	return false;
}

/*
 * A worker continues its callback after a switch, and on PREEMPT_RT a task its softirq. A worker
 * that is not bound to the CPU may do so on another one, and begin another callback there.
 */
static void switch_thread(struct rtp_walk *walk, u32 to)
{
	struct rtp_walk_thread left = walk->thread;
	unsigned int i;

	left.used = true;
	left.pid = walk->pid;
	if (!is_bound_worker(walk))
		left.in_task.n = 0;
	for (i = 0; (left.in_softirq || left.in_task.n) && i < RTP_WALK_SUSPENDED; i++)
		if (!walk->suspended[i].used) {
			walk->suspended[i] = left;
			break;
		}
	walk->thread = (struct rtp_walk_thread) {};
	for (i = 0; i < RTP_WALK_SUSPENDED; i++)
		if (walk->suspended[i].used && walk->suspended[i].pid == to) {
			walk->suspended[i].used = false;
			walk->thread = walk->suspended[i];
		}
}

/*
 * The scheduler chooses a task of a lower class only while it withholds the CPU from the victim,
 * which is runnable on this CPU: it is throttled, or the fair server has its turn.
 */
static enum rtprobe_part_kind judge_class(const struct rtp_walk *walk,
					  enum rtprobe_task_class class)
{
	const struct rtp_capture *capture = walk->capture;
	u32 policy = capture->victim.policy;

	if (walk->is_late_timer || !(MEASURES_OF_READY & BIT(capture->row->measure)) ||
	    (policy != SCHED_FIFO && policy != SCHED_RR && policy != SCHED_DEADLINE))
		return RTPROBE_PART_KIND_UNACCOUNTED;
	if (class == RTPROBE_TASK_CLASS_FAIR_SERVER)
		return RTPROBE_PART_KIND_FAIR_SERVER;
	if (class == RTPROBE_TASK_CLASS_ORDINARY || class == RTPROBE_TASK_CLASS_IDLE ||
	    (class == RTPROBE_TASK_CLASS_REAL_TIME && policy == SCHED_DEADLINE))
		return RTPROBE_PART_KIND_THROTTLED;
	return RTPROBE_PART_KIND_UNACCOUNTED;
}

/* Whether an event is later than the begin of the victim's wait. The handler may begin earlier. */
static bool is_in_wait(const struct rtp_walk *walk, const struct rtp_event *event)
{
	const struct rtp_value *value = &walk->capture->value;

	return event->ticks > max(value->begin, value->chain_until[0]);
}

/*
 * Takes the name of the task that an event switches to. A task has another name after it has
 * executed a program: the tasks of the capture have the newest one.
 */
static void name_switched_task(struct rtp_walk *walk, const struct rtp_event *event)
{
	const struct rtp_capture *capture = walk->capture;
	const char *comm = event->comm;

	if (event->pid && event->pid == capture->task.pid)
		comm = capture->task.comm;
	else if (event->pid && event->pid == capture->victim.pid)
		comm = capture->victim.comm;
	memcpy(walk->comm, comm, sizeof(walk->comm));
	walk->irq_thread = event->irq_thread;
}

static void switch_task(struct rtp_walk *walk, const struct rtp_event *event)
{
	const struct rtp_capture *capture = walk->capture;

	/* No handler runs across a switch. */
	walk->in_handler = false;
	walk->outers = 0;
	/* Switches are missing, because the recorder was off: what tasks ran then is unknown. */
	if (walk->task_known && event->pid2 != walk->pid) {
		memset(walk->suspended, 0, sizeof(walk->suspended));
		walk->thread = (struct rtp_walk_thread) {};
	}
	switch_thread(walk, event->pid);
	walk->idle_state = RTP_IDLE_UNKNOWN;
	walk->passed_over = RTPROBE_PART_KIND_UNACCOUNTED;
	walk->task_known = true;
	walk->pid = event->pid;
	name_switched_task(walk, event);
	walk->victim_runs = !rtp_walk_is_timer(walk) && is_in_wait(walk, event) &&
			    capture->victim.pid && event->pid == capture->victim.pid;
}

/* The newest switch in the value's time is to the task that was interrupted. */
static void find_switched_in(struct rtp_walk *walk)
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
static void learn_first_task(struct rtp_walk *walk)
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
			name_switched_task(walk, &event);
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
static void step_own(struct rtp_walk *walk, const struct rtp_event *event)
{
	u64 own = rtp_clock_from_ns(event->payload & ~RTP_RECORD_IN_TIMER);

	walk->handler.nested += own;
	if (walk->capture->row->measure == RTPROBE_MEASURE_THREAD_LATENCY &&
	    event->payload & RTP_RECORD_IN_TIMER)
		walk_skip(walk, event->ticks, own);
	else
		walk_pass(walk, event->ticks, own, &probe);
}

static void keep_sample(struct rtp_walk_samples *samples, u64 payload)
{
	unsigned int i;

	samples->every = max(samples->every, 1u);
	if (samples->seen++ % samples->every)
		return;
	if (samples->n == RTPROBE_SAMPLES_MAX) {
		for (i = 0; i < RTPROBE_SAMPLES_MAX / 2; i++)
			samples->sample[i] = samples->sample[2 * i];
		samples->n = RTPROBE_SAMPLES_MAX / 2;
		samples->every *= 2;
	}
	samples->sample[samples->n].at = rtp_record_sampled(payload);
	samples->sample[samples->n].user = rtp_record_sampled_user(payload);
	samples->sample[samples->n++].state = payload >> RTP_RECORD_SAMPLE_BITS;
}

/* Gives a sample to what the timer's own interrupt interrupted. */
static void step_sample(struct rtp_walk *walk, const struct rtp_event *event)
{
	struct rtp_context context;

	/* No timer interrupts a handler. */
	if ((s64)(event->ticks - walk->begin) < 0 || walk->outers)
		return;
	context = walk->thread.in_softirq ? softirq_context(walk) : task_context(walk);
	keep_sample(&rtp_walk_share(walk, &context)->samples, event->payload);
}

static void walk_step(struct rtp_walk *walk, const struct rtp_event *event)
{
	static const struct rtp_context nmi = { .kind = RTPROBE_PART_KIND_NMI };
	u64 own;

	/* These do not change what runs. */
	if (event->kind == RTPROBE_TRACE_EVENT_CONTENTION_BEGIN ||
	    event->kind == RTPROBE_TRACE_EVENT_CONTENTION_END ||
	    event->kind == RTPROBE_TRACE_EVENT_SPIKE || event->kind == RTPROBE_TRACE_EVENT_MARKER)
		return;
	if (event->kind == RTPROBE_TRACE_EVENT_SAMPLE)
		return step_sample(walk, event);
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
		enter_handler(walk, &(struct rtp_context) {
			.kind = RTPROBE_PART_KIND_HARDIRQ,
			.key = rtp_record_pointer(event->payload),
		}, event->ticks);
		break;
	case RTPROBE_TRACE_EVENT_VECTOR_ENTRY:
		enter_handler(walk, &(struct rtp_context) {
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
		enter_softirq(walk, event->number, event->ticks);
		break;
	case RTPROBE_TRACE_EVENT_SOFTIRQ_EXIT:
		walk->thread.in_softirq = false;
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_ENTRY:
		enter_callback(callbacks_here(walk), event);
		break;
	case RTPROBE_TRACE_EVENT_CALLBACK_EXIT:
		if (event->number == RTPROBE_CALLBACK_NAPI)
			end_poll(walk, event);
		else
			leave_callback(callbacks_here(walk), event->number);
		break;
	case RTPROBE_TRACE_EVENT_SWITCH:
		switch_task(walk, event);
		break;
	case RTPROBE_TRACE_EVENT_TASK_CLASS:
		if (event->pid == walk->pid)
			walk->passed_over = judge_class(walk, event->number);
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

static void begin_leg(struct rtp_walk *walk, const struct rtp_leg *leg)
{
	walk->given = NULL;
	walk->cpu = leg->cpu;
	walk->begin = walk->at = leg->begin;
	walk->end = leg->end;
	walk->is_late_timer = leg->is_late_timer;
	walk->task_known = walk->irq_thread = walk->victim_runs = false;
	walk->pid = 0;
	walk->comm[0] = '\0';
	walk->in_handler = false;
	walk->thread = (struct rtp_walk_thread) {};
	walk->outers = 0;
	memset(walk->suspended, 0, sizeof(walk->suspended));
	walk->idle_state = RTP_IDLE_UNKNOWN;
	walk->passed_over = RTPROBE_PART_KIND_UNACCOUNTED;
	walk->switched_in = 0;
}

/* What ran before the oldest event is not known: the task of that event may just have begun. */
static void skip_overwritten(struct rtp_walk *walk)
{
	struct rtp_event event;
	unsigned int i = 0;

	if (rtp_slice_next(&walk_slice, &i, &event))
		walk->at = clamp(event.ticks, walk->begin, walk->end);
}

void rtp_walk_leg(struct rtp_walk *walk, const struct rtp_leg *leg)
{
	struct rtp_event event;
	unsigned int i = 0;

	begin_leg(walk, leg);
	rtp_slice_copy(&walk_slice, per_cpu_ptr(rtp_cpus, leg->cpu), leg->recorded);
	learn_first_task(walk);
	if (!walk_slice.n || rtp_slice_begins_after(&walk_slice, leg->begin)) {
		walk->incomplete = true;
		skip_overwritten(walk);
	}
	while (rtp_slice_next(&walk_slice, &i, &event) && event.ticks <= leg->end)
		walk_step(walk, &event);
	walk_pass(walk, leg->end, 0, NULL);
	/* The handler that woke the victim ends after the leg. It is the interrupt of the row. */
	if (leg->cpu != walk->capture->row->cpu && walk->in_handler)
		number_action(walk, walk->capture->row->number);
}

struct rtp_slice *rtp_walk_read(u32 cpu, unsigned long recorded)
{
	rtp_slice_copy(&walk_slice, per_cpu_ptr(rtp_cpus, cpu), recorded);
	return &walk_slice;
}

int rtp_walk_init(void)
{
	return rtp_slice_init(&walk_slice);
}

void rtp_walk_exit(void)
{
	rtp_slice_exit(&walk_slice);
}
