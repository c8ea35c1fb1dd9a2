/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A CPU that comes online: what was begun on it before it went offline has no end there. A softirq
 * that was raised then runs on another CPU, and a task that ran then runs elsewhere.
 */
#ifndef RTPROBE_ONLINE_H
#define RTPROBE_ONLINE_H

/* Process context. */
int rtp_online_init(void);
void rtp_online_exit(void);

#endif
