/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has the flight recorder record, and the hooks registered whose events only it may want. */
#ifndef RTPROBE_RECORDING_H
#define RTPROBE_RECORDING_H

/* Process context, config mutex held. On an error nothing is recorded. */
int rtp_recording_start(void);
void rtp_recording_stop(void);

#endif
