// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/sender.h"

#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <trace/events/workqueue.h>

#include "base/tracepoint.h"
#include "compat/callback.h"
#include "hooks/armed.h"
#include "hooks/queue_site.h"
#include "recorder/recorder.h"

/*
 * Frames that are read: this module's, the tracepoint's or kprobe's, the kernel's, and those to
 * record.
 */
#define STACK_DEPTH (12 + RTP_RECORD_FRAMES)

/* Whether a request is for a further CPU of the function call that the newest one is for. */
static bool is_further_cpu(const struct rtp_call *newest, const struct rtp_call *call)
{
	return newest->site == call->site && newest->function == call->function &&
	       newest->place == call->place && newest->cpu < call->cpu;
}

/* Returns whether the stack of a request has to be read now. Interrupts are off. */
static bool call_note(struct rtp_call *newest, const struct rtp_send *send)
{
	struct rtp_call call = {
		.site = send->site,
		.place = rtp_record_place(send->item, send->cpu),
		.function = send->function,
		.cpu = send->cpu,
		.awaits_stack = true,
	};
	bool further = is_further_cpu(newest, &call);

	*newest = call;
	return !further;
}

/*
 * Interrupts are off from the reading of the clock on, so that the ring is in the order of time.
 * Returns whether the stack of the request has to be read now.
 */
static __always_inline bool send_note(void *data, const struct rtp_send *send)
{
	bool reads_stack = false;
	unsigned long flags;
	struct rtp_cpu *c;
	u64 now;

	local_irq_save(flags);
	c = rtp_hook_cpu(data);
	now = rtp_clock_now();
	rtp_recorder_put_send(c, send, now);
	/* An interrupt that arms a timer does not discard the call it interrupted. */
	if (rtp_record_has_stack(send->callback))
		reads_stack = call_note(&c->call, send);
	rtp_cost_hook(&c->cost, now);
	local_irq_restore(flags);
	return reads_stack;
}

/* Wakeups use the same queue. They run no callback with a tracepoint. */
static bool is_wakeup(const call_single_data_t *csd)
{
	return (csd->node.u_flags & CSD_FLAG_TYPE_MASK) == CSD_TYPE_TTWU;
}

/* irq_work for another CPU uses it, too; its structure begins as that of a call. */
static bool is_irq_work(const call_single_data_t *csd)
{
	return (csd->node.u_flags & CSD_FLAG_TYPE_MASK) == CSD_TYPE_IRQ_WORK;
}

static void stack_note(void *data, const unsigned long *frame, unsigned int n)
{
	unsigned long flags;
	struct rtp_cpu *c;
	u64 now;

	local_irq_save(flags);
	c = rtp_hook_cpu(data);
	now = rtp_clock_now();
	rtp_recorder_put_stack(c, frame, n, now);
	rtp_cost_hook(&c->cost, now);
	local_irq_restore(flags);
}

/* Records the stack of the newest request, if it has this call site. Preemption is disabled. */
static noinline notrace void site_reached(void *data, unsigned long site)
{
	struct rtp_call *newest = &rtp_hook_cpu(data)->call;
	unsigned long frame[STACK_DEPTH];
	unsigned int i, n;

	if (!site || !READ_ONCE(newest->awaits_stack) || READ_ONCE(newest->site) != site)
		return;
	newest->awaits_stack = false;
	n = stack_trace_save(frame, ARRAY_SIZE(frame), 0);
	for (i = 0; i < n && frame[i] != site; i++)
		;
	if (i < n)
		stack_note(data, frame + i, min_t(unsigned int, n - i, RTP_RECORD_FRAMES));
}

static void notrace call_queued(void *data, const unsigned int cpu, unsigned long site,
				smp_call_func_t function, call_single_data_t *csd)
{
	struct rtp_send send = {
		.callback = RTPROBE_CALLBACK_CALL,
		.cpu = cpu,
		.site = site,
		.function = function,
		.item = csd,
	};

	if (!rtp_recorder_is_on() || is_wakeup(csd))
		return;
	if (is_irq_work(csd))
		send.callback = RTPROBE_CALLBACK_IRQ_WORK;
	if (send_note(data, &send))
		site_reached(data, site);
}

/*
 * Records who called the function that calls functions on other CPUs, if it has queued the function
 * for further CPUs. The kernel sends the IPI after it has queued the function for each CPU, so the
 * stack is read once. It sends none if the CPUs have other functions to run anyway, or poll while
 * they are idle. Other IPIs have other call sites.
 */
static notrace void ipi_sent(void *data, unsigned long site)
{
	if (rtp_recorder_is_on())
		site_reached(data, site);
}

void notrace rtp_sender_note(const struct rtp_send *send)
{
	void *data = (void *)(uintptr_t)rtp_cpus;
	bool reads_stack = !irqs_disabled();

	if (!rtp_recorder_is_on())
		return;
	if (send_note(data, send) && reads_stack)
		site_reached(data, send->site);
}

static void notrace ipi_sent_cpu(void *data, const unsigned int cpu, unsigned long site,
				 void *callback)
{
	ipi_sent(data, site);
}

static void notrace ipi_sent_mask(void *data, const struct cpumask *cpus, unsigned long site,
				  void *callback)
{
	ipi_sent(data, site);
}

static void notrace work_queued(void *data, compat_queue_cpu cpu, struct pool_workqueue *pool,
				struct work_struct *work)
{
	if (rtp_recorder_is_on())
		send_note(data, &(struct rtp_send) {
			.callback = RTPROBE_CALLBACK_WORK,
			.cpu = cpu < nr_cpu_ids ? cpu : RTP_RECORD_ANY_CPU,
			.site = rtp_queue_site_take(work),
			.function = work->func,
			.item = work,
		});
}

/* The work item that a timer would queue if it is that of delayed work. */
static const void *work_of_timer(const struct timer_list *timer)
{
	return &container_of(timer, struct delayed_work, timer)->work;
}

/*
 * Timers are armed with the lock of their base held and interrupts disabled, so the stack is not
 * read. Of delayed work, a kprobe has read the call site. A timer that is armed again has another
 * request, unless it remains in its bucket of the timer wheel: the kernel does not report that.
 */
static void notrace timer_armed(void *data, COMPAT_TIMER_START)
{
	if (rtp_recorder_is_on() && rtp_armed_timer(timer->function))
		send_note(data, &(struct rtp_send) {
			.callback = RTPROBE_CALLBACK_TIMER,
			.cpu = timer->flags & TIMER_CPUMASK,
			.site = rtp_queue_site_take(work_of_timer(timer)),
			.function = timer->function,
			.item = timer,
		});
}

static void notrace hrtimer_armed(void *data, COMPAT_HRTIMER_START)
{
	const void *function = ACCESS_PRIVATE(timer, function);

	if (rtp_recorder_is_on() && rtp_armed_hrtimer(function) &&
	    timer != &rtp_hook_cpu(data)->timer)
		send_note(data, &(struct rtp_send) {
			.callback = RTPROBE_CALLBACK_HRTIMER,
			.cpu = timer->base->cpu_base->cpu,
			.function = function,
			.item = timer,
		});
}

#define HOOK(tracepoint, hook) { .name = tracepoint, .probe = { hook, hook } }

enum { SENDER_CALL, SENDER_IPI, SENDER_IPIS, SENDER_WORK, SENDER_TIMER, SENDER_HRTIMER };

static struct rtp_hook sender_hooks[] = {
	[SENDER_CALL] = HOOK("csd_queue_cpu", call_queued),
	[SENDER_IPI] = HOOK("ipi_send_cpu", ipi_sent_cpu),
	[SENDER_IPIS] = HOOK("ipi_send_cpumask", ipi_sent_mask),
	[SENDER_WORK] = HOOK("workqueue_queue_work", work_queued),
	[SENDER_TIMER] = HOOK("timer_start", timer_armed),
	[SENDER_HRTIMER] = HOOK("hrtimer_start", hrtimer_armed),
};

static void __maybe_unused check_sender_types(void)
{
	COMPAT_CHECK_SENDERS(call_queued, ipi_sent_cpu, ipi_sent_mask);
	check_trace_callback_type_workqueue_queue_work(work_queued);
	check_trace_callback_type_timer_start(timer_armed);
	check_trace_callback_type_hrtimer_start(hrtimer_armed);
}

int rtp_sender_init(void)
{
	rtp_hooks_find(sender_hooks, ARRAY_SIZE(sender_hooks));
	rtp_armed_find();
	if (!rtp_armed_hrtimers())
		sender_hooks[SENDER_HRTIMER].tracepoint = NULL;
	return 0;
}

void rtp_sender_exit(void)
{
	rtp_armed_forget();
}

u32 rtp_senders_available(void)
{
	u32 queued = BIT(RTPROBE_CALLBACK_CALL) | BIT(RTPROBE_CALLBACK_IRQ_WORK);

	return (sender_hooks[SENDER_CALL].tracepoint ? queued : 0) |
	       (sender_hooks[SENDER_WORK].tracepoint ? BIT(RTPROBE_CALLBACK_WORK) : 0) |
	       (sender_hooks[SENDER_TIMER].tracepoint ? BIT(RTPROBE_CALLBACK_TIMER) : 0) |
	       (sender_hooks[SENDER_HRTIMER].tracepoint ? BIT(RTPROBE_CALLBACK_HRTIMER) : 0);
}

int rtp_sender_hold(void)
{
	return rtp_hooks_register(sender_hooks, ARRAY_SIZE(sender_hooks));
}

void rtp_sender_release(void)
{
	rtp_hooks_unregister_early(sender_hooks, ARRAY_SIZE(sender_hooks), NULL);
}
