/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hooks where callbacks are requested: functions of function-call IPIs, and work items. They
 * write events of the flight recorder, from which spikes/sender.h finds what asked for a callback.
 * They are registered while the recorder runs.
 */
#ifndef RTPROBE_HOOKS_SENDER_H
#define RTPROBE_HOOKS_SENDER_H

#include <linux/types.h>

/* Looks up the tracepoints, once at load. */
void rtp_sender_find(void);

/* Returns the mask of enum rtprobe_callback whose requests this kernel reports. Constant. */
u32 rtp_senders_available(void);

/* Process context, config mutex held. */
int rtp_sender_hold(void);
void rtp_sender_release(void);

#endif
