// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/spike.h"

#include <linux/slab.h>
#include <linux/string.h>

#include "base/own.h"
#include "spikes/stack.h"
#include "spikes/trace.h"
#include "values/row.h"

/* Used only by the completion work, which never runs concurrently with itself. */
static struct {
	struct rtp_spike spike;
	struct rtp_stack stack;
	struct rtp_parts parts;
	struct rtp_process *process;
	struct rtp_process *victim_process;
} *scratch;

static enum rtprobe_mode settle_mode(const struct rtp_capture *capture)
{
	if (capture->mode != RTP_MODE_UNKNOWN)
		return capture->mode;
	return scratch->stack.entry_found && !scratch->stack.frames ? RTPROBE_MODE_USER
								    : RTPROBE_MODE_KERNEL;
}

static void fill_tasks(struct rtp_spike *spike, const struct rtp_capture *capture)
{
	spike->task = capture->task;
	spike->has_victim = capture->value.victim;
	spike->has_waker = capture->value.waker;
	if (spike->has_victim)
		spike->victim = capture->victim;
	if (spike->has_waker)
		spike->waker = capture->waker;
	spike->task.own = rtp_own_is(&spike->task);
	spike->victim.own = spike->has_victim && rtp_own_is(&spike->victim);
	spike->waker.own = spike->has_waker && rtp_own_is(&spike->waker);
}

static void fill_processes(struct rtp_spike *spike, const struct rtp_capture *capture)
{
	rtp_process_read(scratch->process, capture, false);
	if (scratch->process->known)
		spike->process = scratch->process;
	if (!spike->has_victim)
		return;
	rtp_process_read(scratch->victim_process, capture, true);
	if (scratch->victim_process->known)
		spike->victim_process = scratch->victim_process;
}

struct rtp_spike *rtp_spike_fill(const struct rtp_capture *capture, u64 id)
{
	struct rtp_spike *spike = &scratch->spike;
	const struct rtp_row *row = capture->row;
	enum rtprobe_mode mode;
	struct rtp_cause cause;

	rtp_decompose(&scratch->parts, &cause, capture);
	rtp_stack_print(&scratch->stack, capture->stack, capture->frames, capture->in_interrupt);
	mode = settle_mode(capture);
	if (!(capture->verdict.capture & RTPROBE_CAPTURE_STACK))
		scratch->stack.frames = scratch->stack.bytes = 0;
	*spike = (struct rtp_spike) {
		.id = id,
		.time = capture->time,
		.value = capture->value.ns,
		.threshold = capture->verdict.threshold,
		.lower = capture->value.lower,
		.upper = capture->value.upper,
		.exact = capture->value.exact,
		.rule = capture->verdict.rule,
		.acted = capture->verdict.acted,
		.measure = row->measure,
		.number = row->number,
		.cpu = row->cpu,
		.mode = mode,
		.frames = scratch->stack.frames,
		.frame_bytes = scratch->stack.bytes,
		.frame_text = scratch->stack.text,
		.parts = scratch->parts.n,
		.parts_incomplete = scratch->parts.incomplete,
		.part = scratch->parts.part,
		.users = scratch->parts.users,
		.user = scratch->parts.user,
	};
	strscpy(spike->name, row->name, sizeof(spike->name));
	spike->has_regs = capture->has_regs;
	if (spike->has_regs)
		spike->regs = capture->regs;
	if (row->measure == RTPROBE_MEASURE_IRQSOFF && !rtp_outside_rules_out_stalls())
		spike->could_be = RTPROBE_DOUBT_STALL;
	fill_tasks(spike, capture);
	if (row->measure == RTPROBE_MEASURE_TIMER_LATENCY)
		spike->cause = cause;
	/* Do this before anything that may sleep: the recorder overwrites its oldest events. */
	spike->traced = capture->verdict.capture & RTPROBE_CAPTURE_TRACE &&
			rtp_trace_keep(id, capture, &scratch->parts);
	fill_processes(spike, capture);
	return spike;
}

size_t rtp_spike_bytes(void)
{
	return sizeof(*scratch) + 2 * rtp_process_alloc_bytes();
}

int rtp_spike_init(void)
{
	scratch = kzalloc(sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->process = rtp_process_alloc();
	scratch->victim_process = rtp_process_alloc();
	if (scratch->process && scratch->victim_process)
		return 0;
	rtp_spike_exit();
	return -ENOMEM;
}

void rtp_spike_exit(void)
{
	rtp_process_free(scratch->process);
	rtp_process_free(scratch->victim_process);
	kfree(scratch);
	scratch = NULL;
}
