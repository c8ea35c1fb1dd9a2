/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures NMI handlers, so that their time can be subtracted from the code they interrupted. Each
 * NMI marks the interrupted entry, and a log stores when its handlers ran.
 *
 * Only the handlers count, as the nmi_handler tracepoint reports them. The entry and exit code of
 * the NMI, some hundred nanoseconds, stays part of the interrupted handler's time.
 */
#ifndef RTPROBE_NMI_H
#define RTPROBE_NMI_H

/*
 * Register and unregister the tracepoint; calls nest. start returns 0 or a negative errno. Config
 * mutex held.
 */
int rtp_nmi_start(void);
void rtp_nmi_stop(void);

void rtp_nmi_find(void);

#endif
