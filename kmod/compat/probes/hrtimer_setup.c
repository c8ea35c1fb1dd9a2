// SPDX-License-Identifier: GPL-2.0-or-later
/* One call sets mode and function; hrtimer.function became private with it. */
#include <linux/hrtimer.h>
void use(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *));
void use(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *))
{
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
}
