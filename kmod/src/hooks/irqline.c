// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/irqline.h"

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kprobes.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "base/lost.h"
#include "base/measure.h"
#include "capture/capture.h"
#include "values/record.h"

/* Lines that can be disabled at the same time; further ones are not timed, counted as unpaired. */
#define LINES 64

/* A disabled line. */
static struct line {
	unsigned int irq;
	unsigned int depth;		/* 0: free */
	u64 since;			/* ns of CLOCK_MONOTONIC: another CPU may enable it */
	bool by_task;			/* else a handler disabled it, and no task is reported */
	struct rtp_task closer;
} lines[LINES];

/*
 * A raw lock with short sections: the probed functions are called with interrupts on or off, with
 * and without locks. They are never called from NMI, because they acquire the line's lock
 * themselves. in_nmi() cannot check this: on x86 it is true in a kprobe that was hit by a
 * breakpoint.
 */
static DEFINE_RAW_SPINLOCK(lines_lock);

static struct line *irqline_closed(unsigned int irq)
{
	unsigned int i;

	for (i = 0; i < LINES; i++)
		if (lines[i].depth && lines[i].irq == irq)
			return &lines[i];
	return NULL;
}

/*
 * Returns whether an interrupt called the probed function, so that the current task is unrelated. A
 * kprobe that was hit by a breakpoint itself counts as an NMI and as one hard interrupt.
 */
static bool is_in_interrupt(void)
{
	unsigned int own = in_nmi() ? HARDIRQ_OFFSET : 0;

	return hardirq_count() > own || in_serving_softirq();
}

static void close_line(unsigned int irq, u64 now)
{
	struct line *line = irqline_closed(irq);
	unsigned int i;

	if (line) {
		line->depth++;
		return;
	}
	for (i = 0; i < LINES && lines[i].depth; i++)
		;
	if (i == LINES) {
		rtp_lost_add(RTP_LOST_UNPAIRED, 1);
		return;
	}
	lines[i].irq = irq;
	lines[i].depth = 1;
	lines[i].since = now;
	lines[i].by_task = !is_in_interrupt();
	rtp_task_describe(&lines[i].closer, current);
}

/*
 * Returns true if the line is enabled again. Then stores for how long it was disabled, and how it
 * was disabled.
 */
static bool open_line(unsigned int irq, u64 now, u64 *ns, struct line *closed)
{
	struct line *line = irqline_closed(irq);

	if (!line || --line->depth)
		return false;
	*ns = now - line->since;
	*closed = *line;
	return true;
}

/* Returns the row key of a line: derived from the number, equal to no address. */
static const void *key_of(unsigned int irq)
{
	return (const void *)((irq + 1UL) << 1);
}

/* Prints the names of the line's actions that ran on this CPU, joined by commas. */
static void print_names(char *text, size_t size, const struct rtp_cpu *c, unsigned int irq)
{
	const struct rtp_row *row = irq < rtp_irq_slots ? rtp_row_first(c, irq) : NULL;
	size_t n = 0;

	*text = '\0';
	for (; row; row = rtp_row_next(row))
		if (READ_ONCE(row->key))
			n += scnprintf(text + n, size - n, "%s%s", n ? "," : "", row->name);
}

static void irqline_record(unsigned int irq, u64 ns, const struct line *closed)
{
	const unsigned int slot = rtp_measure_slot(RTPROBE_MEASURE_IRQLINE_OFF);
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	char names[RTPROBE_NAME_LEN];
	struct rtp_row_id id = {
		.measure = RTPROBE_MEASURE_IRQLINE_OFF, .number = irq, .name = names,
	};
	struct rtp_row *row = rtp_row_find(c, slot, key_of(irq));
	struct rtp_value value = {
		.ns = ns,
		.waker = closed->by_task ? &closed->closer : NULL,
		.end = rtp_clock_now(),
	};

	if (!rtp_is_possible(ns))
		return;

	value.begin = value.end - rtp_clock_from_ns(ns);
	if (!row) {
		print_names(names, sizeof(names), c, irq);
		row = rtp_row_adopt(c, slot, key_of(irq), &id);
	}
	if (row && rtp_record(row, ns))
		rtp_capture(c, row, &value);
}

static int irqline_disabling(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long flags;
	struct rtp_cpu *c;
	u64 since;

	raw_spin_lock_irqsave(&lines_lock, flags);
	c = this_cpu_ptr(rtp_cpus);
	since = rtp_cost_hook_begin(&c->cost);
	close_line(regs_get_kernel_argument(regs, 0), ktime_get_mono_fast_ns());
	rtp_cost_hook_end(&c->cost, since);
	raw_spin_unlock_irqrestore(&lines_lock, flags);
	return 0;
}
NOKPROBE_SYMBOL(irqline_disabling);

static int irqline_enabling(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int irq = regs_get_kernel_argument(regs, 0);
	struct line closed;
	unsigned long flags;
	struct rtp_cpu *c;
	u64 ns, since;
	bool opened;

	local_irq_save(flags);
	c = this_cpu_ptr(rtp_cpus);
	since = rtp_cost_hook_begin(&c->cost);
	raw_spin_lock(&lines_lock);
	opened = open_line(irq, ktime_get_mono_fast_ns(), &ns, &closed);
	raw_spin_unlock(&lines_lock);
	if (opened)
		irqline_record(irq, ns, &closed);
	rtp_cost_hook_end(&c->cost, since);
	local_irq_restore(flags);
	return 0;
}
NOKPROBE_SYMBOL(irqline_enabling);

/* When the last action is freed: the kernel enables the line when an action is next requested. */
void rtp_irqline_freed(unsigned int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);
	unsigned long flags;
	struct line *line;

	if (data && irq_data_to_desc(data)->action)
		return;
	raw_spin_lock_irqsave(&lines_lock, flags);
	line = irqline_closed(irq);
	if (line)
		line->depth = 0;
	raw_spin_unlock_irqrestore(&lines_lock, flags);
}
NOKPROBE_SYMBOL(rtp_irqline_freed);

/* On all kernels, disable_irq calls __disable_irq_nosync, not disable_irq_nosync. */
static struct kprobe disable_irq_probe = {
	.symbol_name = "disable_irq", .pre_handler = irqline_disabling,
};
static struct kprobe disable_irq_nosync_probe = {
	.symbol_name = "disable_irq_nosync", .pre_handler = irqline_disabling,
};
static struct kprobe disable_hardirq_probe = {
	.symbol_name = "disable_hardirq", .pre_handler = irqline_disabling,
};
static struct kprobe enable_irq_probe = {
	.symbol_name = "enable_irq", .pre_handler = irqline_enabling,
};

static struct kprobe *irqline_probes[] = {
	&enable_irq_probe, &disable_irq_probe, &disable_irq_nosync_probe, &disable_hardirq_probe,
};

static int irqline_register(void)
{
	unsigned int i;

	/* After an earlier registration a kprobe still contains the resolved address. */
	for (i = 0; i < ARRAY_SIZE(irqline_probes); i++) {
		irqline_probes[i]->addr = NULL;
		irqline_probes[i]->flags = 0;
	}
	return register_kprobes(irqline_probes, ARRAY_SIZE(irqline_probes));
}

/* Does not try a registration: unregistering kprobes waits for all CPUs. */
static bool irqline_find(void)
{
	return IS_ENABLED(CONFIG_KPROBES);
}

static int irqline_start(u64 period)
{
	memset(lines, 0, sizeof(lines));
	return irqline_register();
}

static void irqline_stop(void)
{
	unregister_kprobes(irqline_probes, ARRAY_SIZE(irqline_probes));
}

u64 rtp_irqline_missed(void)
{
	u64 missed = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(irqline_probes); i++)
		missed += irqline_probes[i]->nmissed;
	return missed;
}

const struct rtp_measure rtp_measure_irqline_off = {
	.available = irqline_find,
	.start = irqline_start,
	.stop = irqline_stop,
};
