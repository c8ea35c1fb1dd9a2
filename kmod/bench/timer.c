// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/compiler.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>

#include "compat/compat.h"

/* Loop runs until the interrupt is pending. The timer hardware needs about a microsecond. */
#define WAIT 4000

/*
 * The local timer's interrupt with a hrtimer, whose function does nothing. The timer expires while interrupts are off,
 * so the interrupt is pending when they are switched on. The wait is a part of the figure, and the same every time.
 */
static struct hrtimer timer;

static enum hrtimer_restart expired(struct hrtimer *unused)
{
	return HRTIMER_NORESTART;
}

static void timer_batch(void)
{
	unsigned int i, wait;

	for (i = 0; i < SERIES_PER_BATCH; i++) {
		local_irq_disable();
		hrtimer_start(&timer, 0, HRTIMER_MODE_REL_PINNED_HARD);
		for (wait = 0; wait < WAIT; wait++)
			barrier();
		local_irq_enable();
		while (hrtimer_active(&timer))
			cpu_relax();
	}
}

static int timer_init(void)
{
	compat_hrtimer_setup(&timer, expired, HRTIMER_MODE_REL_PINNED_HARD);
	return 0;
}

static void timer_exit(void)
{
	hrtimer_cancel(&timer);
}

const struct series timer_series = {
	.name = "timer",
	.batch = timer_batch,
	.init = timer_init,
	.exit = timer_exit,
};
