// SPDX-License-Identifier: GPL-2.0-or-later
/* One call sets up the timer for which a task sleeps; before, hrtimer_init_sleeper_on_stack. */
#include <linux/hrtimer.h>
void use(struct hrtimer_sleeper *sleeper);
void use(struct hrtimer_sleeper *sleeper)
{
	hrtimer_setup_sleeper_on_stack(sleeper, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
}
