/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time NMI handlers took, summed a CPU, so that it can be taken out of what they interrupted.
 *
 * Only the handlers count, as the nmi_handler tracepoint reports them: the entry and exit of the NMI
 * itself, some hundred nanoseconds, stays in the interrupted handler's time.
 */
#ifndef RTPROBE_NMI_H
#define RTPROBE_NMI_H

/* Users are counted: the first start hooks the tracepoint, the last stop unhooks it. Config mutex held. */
int rtp_nmi_start(void);
void rtp_nmi_stop(void);

void rtp_nmi_find(void);

#endif
