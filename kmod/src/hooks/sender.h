/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hooks where callbacks are requested: functions of function-call IPIs, work items, and timers.
 * They write events of the flight recorder, from which spikes/sender.h finds what asked for a
 * callback. They are registered while the recorder runs.
 */
#ifndef RTPROBE_HOOKS_SENDER_H
#define RTPROBE_HOOKS_SENDER_H

#include <linux/types.h>

struct rtp_send;

/* Looks up the tracepoints, once at load. */
void rtp_sender_find(void);

/* Returns the mask of enum rtprobe_callback whose requests tracepoints report. Constant. */
u32 rtp_senders_available(void);

/*
 * Records a request at a function's entry, if the recorder is on, and the stack from its call site
 * on. The stack takes some thousand instructions, so it is not read with interrupts disabled.
 * Preemption is disabled.
 */
void rtp_sender_note(const struct rtp_send *send);

/* Process context, config mutex held. */
int rtp_sender_hold(void);
void rtp_sender_release(void);

#endif
