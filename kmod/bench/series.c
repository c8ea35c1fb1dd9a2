// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/bottom_half.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/timex.h>

/* Odd, so that there is a median batch. */
#define BATCHES 301
/* Batches that are not measured, because of cold caches, first calls and a tracer's first page. */
#define WARM_UP 20

static u64 ticks[BATCHES];

static u64 run_once(void (*batch)(void))
{
	u64 begin = get_cycles();

	batch();
	return get_cycles() - begin;
}

static u64 run_in_interrupt(void (*batch)(void))
{
	unsigned long flags;
	u64 spent;

	local_irq_save(flags);
	/* The flow handler of a real interrupt does the same, and probes may check for a hard interrupt. */
	preempt_count_add(HARDIRQ_OFFSET);
	spent = run_once(batch);
	preempt_count_sub(HARDIRQ_OFFSET);
	local_irq_restore(flags);
	return spent;
}

/*
 * On PREEMPT_RT, softirqs that wait for their thread would wait during the whole series, and the end of
 * each interrupt would try to wake the thread.
 */
static void run_pending_softirqs(void)
{
	local_bh_disable();
	local_bh_enable();
}

static int compare(const void *a, const void *b)
{
	const u64 *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

void series_run(struct seq_file *seq, const struct series *series)
{
	u64 (*run)(void (*batch)(void)) = series->in_interrupt ? run_in_interrupt : run_once;
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < WARM_UP; i++)
		run(series->batch);
	for (i = 0; i < BATCHES; i++) {
		run_pending_softirqs();
		ticks[i] = run(series->batch);
		sum += ticks[i];
		cond_resched();
	}
	sort(ticks, BATCHES, sizeof(ticks[0]), compare, NULL);
	seq_printf(seq, "per_batch=%u batches=%u median=%llu least=%llu greatest=%llu sum=%llu\n",
		   SERIES_PER_BATCH, BATCHES, ticks[BATCHES / 2], ticks[0], ticks[BATCHES - 1], sum);
}
