/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook of cpu_idle: the idle states that a CPU enters and leaves, for the flight recorder. It
 * runs on the CPU in its idle task with interrupts off.
 */
#ifndef RTPROBE_IDLE_H
#define RTPROBE_IDLE_H

/* Looks up the tracepoint, once at load. Without it, idle states are unknown. */
void rtp_idle_find(void);

/* Process context, config mutex held. */
int rtp_idle_hold(void);
void rtp_idle_release(void);

#endif
