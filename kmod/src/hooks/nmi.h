/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the time of NMI handlers out of what they interrupted: it is marked, and a log says when
 * they ran.
 *
 * Only the handlers count, as the nmi_handler tracepoint reports them: the entry and exit of the
 * NMI itself, some hundred nanoseconds, stays in the interrupted handler's time.
 */
#ifndef RTPROBE_NMI_H
#define RTPROBE_NMI_H

/*
 * Users are counted: the first start hooks the tracepoint, the last stop unhooks it. Config mutex
 * held.
 */
int rtp_nmi_start(void);
void rtp_nmi_stop(void);

void rtp_nmi_find(void);

#endif
