/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts and stops the flight recorder together with the hooks whose events it records. */
#ifndef RTPROBE_RECORDING_H
#define RTPROBE_RECORDING_H

/* Process context, config mutex held. If start fails, nothing is recorded. */
int rtp_recording_start(void);
void rtp_recording_stop(void);

#endif
