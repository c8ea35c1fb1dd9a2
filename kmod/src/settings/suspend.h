/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suspend and hibernation: every measure is off from before tasks are frozen until they run again.
 * Else a duration that is open then, by the counter, could be as long as the machine slept, and
 * timers that were due meanwhile would be late.
 */
#ifndef RTPROBE_SUSPEND_H
#define RTPROBE_SUSPEND_H

#include <linux/types.h>

/* How often the machine was suspended since load. */
u32 rtp_suspends(void);

/* Process context. */
int rtp_suspend_init(void);
void rtp_suspend_exit(void);

#endif
