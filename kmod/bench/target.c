// SPDX-License-Identifier: GPL-2.0-or-later
#include "target.h"

#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/types.h>

#include "series.h"

/* The eight-byte no-op leaves space for the jump of an optimized kprobe. */
noinline unsigned long rtprobe_bench_target(unsigned long value)
{
	asm volatile(".byte 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0" : "+r"(value));
	return value;
}
EXPORT_SYMBOL_GPL(rtprobe_bench_target);

static void target_batch(void)
{
	unsigned int i;

	for (i = 0; i < SERIES_PER_BATCH; i++)
		rtprobe_bench_target(i);
}

const struct series call_series = {
	.name = "call",
	.batch = target_batch,
	.in_interrupt = true,
};
