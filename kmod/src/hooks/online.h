/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resets the state of a CPU that comes online. What was open when it went offline has no end there:
 * a raised softirq then ran on another CPU, and a task continued elsewhere.
 */
#ifndef RTPROBE_ONLINE_H
#define RTPROBE_ONLINE_H

/* Process context. */
int rtp_online_init(void);
void rtp_online_exit(void);

#endif
