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

/*
 * Look up the tracepoints and functions, once at load, and forget them. Process context; exit waits
 * for all CPUs.
 */
int rtp_sender_init(void);
void rtp_sender_exit(void);

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
