/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts and stops the flight recorder together with the hooks whose events it records. */
#ifndef RTPROBE_RECORDING_H
#define RTPROBE_RECORDING_H

#include <linux/types.h>

/*
 * Return the masks of enum rtprobe_callback that are recorded, and whose requests are. Constant
 * after load.
 */
u32 rtp_recording_callbacks(void);
u32 rtp_recording_senders(void);

/* Process context, config mutex held. If start fails, nothing is recorded. */
int rtp_recording_start(void);
void rtp_recording_stop(void);

#endif
