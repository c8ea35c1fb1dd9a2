/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hooks around callbacks: the functions of timers, work items, tasklets and function-call IPIs.
 * They write events of the flight recorder and measure durations (function.h), and are registered
 * while one of both is on. An event has the function's address, read when the function begins:
 * later the timer or work item may be freed or reused.
 */
#ifndef RTPROBE_HOOKS_CALLBACK_H
#define RTPROBE_HOOKS_CALLBACK_H

#include <linux/types.h>

#include "uapi/rtprobe.h"

struct seq_file;

/* Looks up the tracepoints, once at load. Callbacks whose tracepoints are missing are unknown. */
void rtp_callback_find(void);

/* Returns the mask of enum rtprobe_callback that tracepoints report. Constant after load. */
u32 rtp_callbacks_available(void);

/* Prints the names of a mask, joined by commas. */
void rtp_callbacks_print(struct seq_file *seq, u32 mask);

/* Process context, config mutex held. measure returns 0 or a negative errno; "off" never fails. */
int rtp_callback_measure(enum rtprobe_callback callback, bool on);
int rtp_callback_hold(void);
void rtp_callback_release(void);

#endif
