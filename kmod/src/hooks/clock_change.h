/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to follow when the kernel marks the time stamp counter unstable. */
#ifndef RTPROBE_CLOCK_CHANGE_H
#define RTPROBE_CLOCK_CHANGE_H

/*
 * Change the clock to mono: sums in ticks are converted, and all that was begun or is about to be
 * completed in ticks is forgotten. Every measure is off. In the worker, which completes captures.
 */
void rtp_clock_change_to_mono(void);

#endif
